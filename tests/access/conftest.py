"""Builders for tests of access: the shipped policies as bytes, a small policy of one page, and people who ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest, Context, Membership, Subject
from gateway.access.loader import load
from gateway.access.release import PolicyRelease
from gateway.access.snapshot import PolicySnapshot
from gateway.errors import PolicyRefused
from gateway.settings import read_policies, shipped_policies
from tests.builders.small_policy import small_policy

BOTH = frozenset({"RS", "IV"})
PRACTICES = """
[[agreement.RS.participating_practice]]
organisation = "Z99001"
from = 2019-10-01
to = 2022-09-30
source = "a test"
"""


@pytest.fixture(scope="session")
def shipped() -> dict[str, bytes]:
    """The shipped policies with one participating practice, Z99001."""
    files = read_policies(shipped_policies())
    return {**files, "agreements.toml": files["agreements.toml"] + PRACTICES.encode()}


@pytest.fixture
def files(shipped: dict[str, bytes]) -> dict[str, bytes]:
    """A copy of the shipped policies, to damage."""
    return dict(shipped)


@pytest.fixture(scope="session")
def release(shipped: dict[str, bytes]) -> PolicyRelease:
    return load(shipped)


@pytest.fixture(scope="session")
def policy(release: PolicyRelease) -> PolicySnapshot:
    return compile_release(release, served=BOTH)


@pytest.fixture(scope="session")
def small() -> Callable[..., dict[str, bytes]]:
    """The small policy's files, with changes (file, old, new)."""
    return small_policy


@pytest.fixture(scope="session")
def faults() -> Callable[..., tuple[str, ...]]:
    """What the loader says of the small policy with changes; nothing where it takes it."""

    def told(*changes: tuple[str, str, str]) -> tuple[str, ...]:
        try:
            load(small_policy(*changes))
        except PolicyRefused as refused:
            return refused.faults
        return ()

    return told


@pytest.fixture(scope="session")
def compiled() -> Callable[..., PolicySnapshot]:
    """The small policy with changes, compiled."""
    return lambda *changes: compile_release(load(small_policy(*changes)), served=frozenset({"AA"}))


@pytest.fixture(scope="session")
def subject() -> Callable[..., Subject]:
    def build(role: str, organisation: str, **given: Any) -> Subject:
        held = Membership(role, organisation, date(2019, 1, 1), None, "asked", "approved")
        facts: dict[str, Any] = {
            "membership": held,
            "professional_number": "G9990001",
            "employer": organisation,
            "contract_from": date(2019, 1, 1),
            "training_until": date(2030, 1, 1),
            "authorised_until": date(2030, 1, 1),
            **given,
        }
        return Subject("user", session="", signed_in_by="password", **facts)

    return build


@pytest.fixture(scope="session")
def asks(subject: Callable[..., Subject]) -> Callable[..., AccessRequest]:
    """A request: role, organisation, purpose, resource, action; context=… and facts of the subject by name."""

    def build(*words: str, context: dict[str, Any] | None = None, **given: Any) -> AccessRequest:
        role, organisation, purpose, resource, action = words
        around = Context("request", **(context or {}))
        return AccessRequest(subject(role, organisation, **given), purpose, resource, action, around)

    return build


@pytest.fixture(scope="session")
def noon() -> Callable[[date], datetime]:
    return lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
