"""Copies are of one moment: where another run takes over meanwhile they are begun again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.stores import audit_log, practice_work, risk_identifiable
from gateway.stores.copying import copy_stores
from gateway.stores.generations import POINTER, path_of, point_to
from gateway.stores.vault import Connection, Vault

STORES = (practice_work.NAME, risk_identifiable.NAME, audit_log.NAME)


def run(vault: Vault, home: Path, number: int) -> None:
    path = path_of(home, risk_identifiable.NAME, number)
    path.parent.mkdir(exist_ok=True)
    vault.connect(risk_identifiable.NAME, path, create=True).close()


class BesideARun(Vault):
    """The keys of somebody who meets a run that takes over while `store` is copied."""

    def __init__(self, folder: Path, home: Path, store: str) -> None:
        super().__init__(folder)
        self._home, self._at = home, store

    def connect(self, store: str, path: Path, **how: Any) -> Connection:
        if store == self._at:
            point_to(self._home, 2)
        return super().connect(store, path, **how)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def home(tmp_path: Path, keys: Path) -> Path:
    """Two runs, of which the first is served."""
    made, vault = tmp_path / "home", Vault(keys)
    made.mkdir()
    for name in STORES:
        vault.create(name)
    practice_work.create(vault, made)
    audit_log.create(vault, made)
    run(vault, made, 1)
    run(vault, made, 2)
    point_to(made, 1)
    return made


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_only_the_run_that_is_served_is_copied(home: Path, keys: Path, to: Path) -> None:
    copy_stores(Vault(keys), home, STORES, to)
    assert names(to) == ["audit_log.db", "practice_work.db", "risk-run", "risk_identifiable/run-000001.db"]


@pytest.mark.parametrize("store", [practice_work.NAME, audit_log.NAME])  # before and after the run's own file
def test_a_run_that_takes_over_meanwhile_is_copied_instead(home: Path, keys: Path, to: Path, store: str) -> None:
    copy_stores(BesideARun(keys, home, store), home, STORES, to)
    assert names(to) == ["audit_log.db", "practice_work.db", "risk-run", "risk_identifiable/run-000002.db"]
    assert (to / POINTER).read_text("ascii") == "2\n"


def test_a_run_whose_file_is_gone_is_named(home: Path, keys: Path, to: Path) -> None:
    path_of(home, risk_identifiable.NAME, 1).unlink()
    with pytest.raises(StoreUnavailable, match=r"run-000001\.db is gone: restore it"):
        copy_stores(Vault(keys), home, STORES, to)


def test_a_copy_that_cannot_be_written_is_told(home: Path, keys: Path, to: Path) -> None:
    (to / "risk_identifiable").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="the copy cannot be written"):
        copy_stores(Vault(keys), home, STORES, to)
