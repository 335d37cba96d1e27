"""The end of a store: its key is overwritten before it goes, then its files, and what is gone already is no fault."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores.destroying import destroy_files, destroy_keys, files_of, left, store_of
from gateway.stores.vault import Vault

STORES = ("invoices", "risk_identifiable")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Files of two stores that go and of one that stays."""
    home = tmp_path / "home"
    (home / "risk_identifiable").mkdir(parents=True)
    for name in ("invoices.db", "invoices.db-wal", "accounts.db", "risk-run", "risk_identifiable/run-000001.db"):
        (home / name).write_bytes(b"x")
    return home


def test_every_file_of_the_stores_goes_and_no_other(home: Path) -> None:
    gone = destroy_files([home], STORES)
    assert sorted(path.relative_to(home).as_posix() for path in gone) == [
        "invoices.db", "invoices.db-wal", "risk-run", "risk_identifiable/run-000001.db",
    ]  # fmt: skip
    assert [path.name for path in home.iterdir()] == ["accounts.db"]
    assert destroy_files([home], STORES) == []


def test_a_key_is_overwritten_before_it_goes(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.create("invoices")
    key = vault.key("invoices")
    kept = tmp_path / "another name of the same file"
    os.link(tmp_path / "invoices.key", kept)
    assert destroy_keys(tmp_path, STORES) == ["invoices"]
    assert kept.read_bytes() != key
    with pytest.raises(SettingsInvalid):
        vault.key("invoices")
    assert destroy_keys(tmp_path, STORES) == []


def test_a_longer_key_file_is_overwritten_whole(tmp_path: Path) -> None:
    (tmp_path / "invoices.key").write_bytes(b"k" * 100)
    kept = tmp_path / "kept"
    os.link(tmp_path / "invoices.key", kept)
    destroy_keys(tmp_path, ["invoices"])
    assert b"kk" not in kept.read_bytes()
    assert kept.stat().st_size == 100


def test_what_is_left_is_named(home: Path, tmp_path: Path) -> None:
    Vault(tmp_path).create("invoices")
    assert left(tmp_path, [home], ["invoices"]) == ["invoices.key", "invoices.db", "invoices.db-wal"]


def test_what_cannot_be_destroyed_is_told(home: Path, tmp_path: Path) -> None:
    (home / "risk_identifiable" / "folder").mkdir()
    with pytest.raises(StoreUnavailable, match="risk_identifiable cannot be destroyed"):
        destroy_files([home], STORES)
    (tmp_path / "invoices.key").mkdir()
    with pytest.raises(StoreUnavailable, match="a key in"):
        destroy_keys(tmp_path, STORES)


def test_a_file_is_known_by_its_store(home: Path) -> None:
    found = {store_of(path.relative_to(home).as_posix()) for path in files_of(home, STORES)}
    assert {"invoices", "risk_identifiable", "risk_"} <= found
