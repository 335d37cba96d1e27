"""The shipped policies, as they are and with a practice that takes part; a right person for each cell."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest, Context, Membership, Subject
from gateway.access.loader import load
from gateway.access.release import PolicyRelease
from gateway.access.snapshot import PolicySnapshot
from gateway.settings import read_policies, shipped_policies
from tests.oracles.plain_policy import Cell

PRACTICE = """
[[agreement.RS.participating_practice]]
organisation = "Z99001"
from = 2019-10-01
to = 2022-09-30
source = "a test"
"""
AT = {"controller": "06Q", "processor": "ZZP", "participating_practice": "Z99001", "": "X26"}


@pytest.fixture(scope="session")
def folder() -> Path:
    return shipped_policies()


@pytest.fixture(scope="session")
def shipped(folder: Path) -> Mapping[str, bytes]:
    """The files as they are."""
    return read_policies(folder)


@pytest.fixture(scope="session")
def files(shipped: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files with one participating practice, Z99001: the shipped ones name none."""
    return {**shipped, "agreements.toml": shipped["agreements.toml"] + PRACTICE.encode()}


@pytest.fixture(scope="session")
def texts(files: Mapping[str, bytes]) -> Mapping[str, str]:
    return {name: content.decode() for name, content in files.items()}


@pytest.fixture(scope="session")
def release(files: Mapping[str, bytes]) -> PolicyRelease:
    return load(files)


@pytest.fixture(scope="session")
def policy(release: PolicyRelease) -> PolicySnapshot:
    """Compiled once, both agreements served."""
    return compile_release(release, served=frozenset(release.agreements))


@pytest.fixture(scope="session")
def golden(texts: Mapping[str, str]) -> Mapping[Cell, tuple[str, str, str]]:
    """Cell → scope, view and agreement, as decisions.csv lists them."""
    rows = csv.reader(texts["decisions.csv"].splitlines()[1:])
    return {(row[0], row[1], row[2], row[3]): (row[4], row[5], row[6]) for row in rows}


@pytest.fixture(scope="session")
def asks(release: PolicyRelease) -> Callable[..., AccessRequest]:
    """A cell's request by somebody of whom all is right: listed, in contract, trained, with reason and attestation.

    Facts of the subject, `organisation` and `held` (first and last day of the grant) can be given otherwise.
    """
    around = Context("request", reason="planned_review", attested=True, approved_by="another")

    def build(
        cell: Cell, organisation: str | None = None, held: tuple[date, date | None] | None = None, **given: Any
    ) -> AccessRequest:
        role, purpose, resource, action = cell
        known = release.vocabulary.roles.get(role)
        where = organisation or AT[known.party if known else ""]
        first, last = held or (date(2019, 1, 1), None)
        facts: dict[str, Any] = {
            "professional_number": "G9990001",
            "employer": where,
            "contract_from": date(2019, 1, 1),
            "training_until": date(2099, 1, 1),
            "authorised_until": date(2099, 1, 1),
            **given,
        }
        membership = Membership(role, where, first, last, "asked", "approved")
        return AccessRequest(Subject("user", membership, "", "password", **facts), purpose, resource, action, around)

    return build


@pytest.fixture(scope="session")
def noon() -> Callable[[date], datetime]:
    return lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
