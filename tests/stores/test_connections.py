"""A connection for each thread, to the file that is there now and of the schema that the program works with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores.connections import Connections, within_reach
from gateway.stores.migrations import create_file
from gateway.stores.vault import Connection, Vault

STEPS = (("CREATE TABLE a (b)",),)


@pytest.fixture
def path(vault: Vault, tmp_path: Path) -> Path:
    create_file(vault, "one", tmp_path / "one.db", STEPS)
    return tmp_path / "one.db"


def test_a_thread_keeps_its_connection_and_another_thread_has_its_own(vault: Vault, path: Path) -> None:
    connections = Connections(vault, "one", path)
    own = connections.get()
    assert connections.get() is own
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(connections.get).result() is not own


def rows(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM a").fetchone()[0])


def test_a_file_that_was_replaced_is_the_one_read_from_then_on(vault: Vault, path: Path, tmp_path: Path) -> None:
    connections = Connections(vault, "one", path)
    assert rows(connections.get()) == 0
    create_file(vault, "one", tmp_path / "new.db", STEPS)
    vault.connect("one", tmp_path / "new.db").execute("INSERT INTO a VALUES (1)")
    (tmp_path / "new.db").replace(path)
    assert rows(connections.get()) == 1


def test_a_file_that_was_moved_away_is_not_read_on_and_comes_back(vault: Vault, path: Path, tmp_path: Path) -> None:
    connections = Connections(vault, "one", path)
    connections.get()
    path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreUnavailable, match=r"^store one is not at .*: restore it$"):
        connections.get()
    (tmp_path / "elsewhere.db").rename(path)
    assert rows(connections.get()) == 0


def test_a_file_that_was_replaced_by_one_of_another_key_is_not_read(vault: Vault, path: Path, tmp_path: Path) -> None:
    connections = Connections(vault, "one", path)
    connections.get()
    create_file(vault, "other", tmp_path / "new.db", STEPS)
    (tmp_path / "new.db").replace(path)
    for _ in range(2):
        with pytest.raises(SettingsInvalid, match="does not open"):
            connections.get()


def test_a_connection_to_read_cannot_write(vault: Vault, path: Path) -> None:
    reader = Connections(vault, "one", path, read_only=True).get()
    with pytest.raises(dbapi2.OperationalError, match="readonly"):
        reader.execute("INSERT INTO a VALUES (1)")


def test_a_file_that_was_damaged_and_mended_in_its_place_is_read_again(vault: Vault, path: Path) -> None:
    with vault.connect("one", path) as connection:
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 500,)] * 100)
    connection.close()
    connections, content = Connections(vault, "one", path), path.read_bytes()
    damaged = bytearray(content)
    for page in range(8192, len(content), 4096):
        damaged[page + 50 : page + 60] = bytes(10)
    write_over(path, bytes(damaged))
    with pytest.raises(StoreUnavailable, match=r"^a read failed: database disk image is malformed$"):
        whole(connections)
    write_over(path, content)
    assert whole(connections) == 100


def write_over(path: Path, content: bytes) -> None:
    """In place: it stays the same file."""
    with path.open("r+b") as file:
        file.write(content)


def whole(connections: Connections) -> int:
    with within_reach("a read"):
        return len(connections.get().execute("SELECT b FROM a").fetchall())


@pytest.mark.parametrize(
    ("needed", "mend"),
    [(2, "has schema 1, this program needs 2: run 'gateway migrate'"), (0, "later than this program's 0: update it")],
)
def test_a_file_of_another_schema_is_not_worked_with(vault: Vault, path: Path, needed: int, mend: str) -> None:
    connections = Connections(vault, "one", path, version=needed)
    for _ in range(2):
        with pytest.raises(StoreUnavailable) as told:
            connections.get()
        assert str(told.value).endswith(mend)


def test_a_file_of_the_programs_schema_is_worked_with(vault: Vault, path: Path) -> None:
    assert rows(Connections(vault, "one", path, version=1).get()) == 0
