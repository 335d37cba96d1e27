"""From one schema to the next: each step whole or not at all, none twice, and none back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.stores.migrations import bring_up, create_file, version_of
from gateway.stores.vault import Vault

FIRST = ("CREATE TABLE a (b)", "INSERT INTO a VALUES ('kept')")
SECOND = ("ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT 'new'",)
BROKEN = ("CREATE TABLE d (e)", "CREATE TABLE a (b)")


@pytest.fixture
def path(vault: Vault, tmp_path: Path) -> Path:
    create_file(vault, "one", tmp_path / "one.db", (FIRST,))
    return tmp_path / "one.db"


def test_a_new_file_has_every_step_and_is_its_owners_alone(vault: Vault, tmp_path: Path) -> None:
    create_file(vault, "one", tmp_path / "new.db", (FIRST, SECOND))
    connection = vault.connect("one", tmp_path / "new.db")
    assert version_of(connection) == 2
    assert connection.execute("SELECT * FROM a").fetchall() == [("kept", "new")]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


def test_an_earlier_file_is_brought_up_with_what_is_in_it(vault: Vault, path: Path) -> None:
    assert bring_up(vault, "one", path, (FIRST, SECOND)) == 2
    assert vault.connect("one", path).execute("SELECT * FROM a").fetchall() == [("kept", "new")]


def test_a_file_that_is_up_to_date_is_left_as_it_is(vault: Vault, path: Path) -> None:
    before = path.read_bytes()
    assert bring_up(vault, "one", path, (FIRST,)) == 1
    assert path.read_bytes() == before


def test_a_step_that_fails_leaves_the_file_at_the_step_before(vault: Vault, path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"^store one stays at schema 2: step 3 failed: table a already exists$"):
        bring_up(vault, "one", path, (FIRST, SECOND, BROKEN))
    connection = vault.connect("one", path)
    assert version_of(connection) == 2
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]


def test_a_later_file_is_not_touched(vault: Vault, path: Path) -> None:
    bring_up(vault, "one", path, (FIRST, SECOND))
    with pytest.raises(StoreUnavailable, match=r"^store one has schema 2, later than this program's 1: update it$"):
        bring_up(vault, "one", path, (FIRST,))
    assert version_of(vault.connect("one", path)) == 2


def test_a_store_that_is_not_there_is_not_made(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        bring_up(vault, "one", tmp_path / "nowhere.db", (FIRST,))
    assert not (tmp_path / "nowhere.db").exists()
