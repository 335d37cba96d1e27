"""One key opens one store and no other; no connection reaches a second file; a wrong key is said in one sentence."""

from __future__ import annotations

import math
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores.vault import KEY_BYTES, Connection, Vault, writing

FOREIGN = (
    "ATTACH ':memory:' AS elsewhere",
    "ATTACH '' AS elsewhere",
    "ATTACH 'file:elsewhere.db?mode=rwc' AS elsewhere",
    "DETACH main",
    "VACUUM INTO 'elsewhere.db'",
    "SELECT load_extension('elsewhere')",
)


@pytest.fixture(params=["rw", "ro", "within a transaction"])
def open_connection(request: pytest.FixtureRequest, vault: Vault, tmp_path: Path) -> Iterator[Connection]:
    """A connection of each kind."""
    vault.connect("one", tmp_path / "one.db", create=True).execute("CREATE TABLE patient (nhs_number TEXT)")
    connection = vault.connect("one", tmp_path / "one.db", read_only=request.param == "ro")
    if request.param == "within a transaction":
        with writing(connection):
            yield connection
    else:
        yield connection


@pytest.mark.parametrize("statement", FOREIGN)
def test_no_connection_reaches_a_second_file(open_connection: Connection, statement: str) -> None:
    with pytest.raises(dbapi2.DatabaseError, match=r"not authorized|authorization denied|cannot VACUUM"):
        open_connection.execute(statement)


def test_a_key_is_made_once_and_is_its_owners_alone(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    assert len(path.read_bytes()) == KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError):
        vault.create("one")


def test_no_two_keys_are_alike(vault: Vault) -> None:
    assert vault.key("one") != vault.key("other")


def test_a_derived_key_is_of_one_store_and_one_use(vault: Vault) -> None:
    keys = [vault.derived(store, use) for store in ("one", "other") for use in ("handle", "pseudonym")]
    assert len({*keys, vault.key("one"), vault.key("other")}) == 6
    assert {len(key) for key in keys} == {KEY_BYTES}
    assert vault.derived("one", "handle") == keys[0]


@pytest.mark.usefixtures("connection")
def test_the_key_of_one_store_does_not_open_another(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"^the key of store other does not open .*: put the right key back"):
        vault.connect("other", tmp_path / "one.db")


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (bytes(KEY_BYTES), "^the key of store one does not open .*: put the right key back, or restore the store$"),
        (b"short", "^the key of store one at .* has 5 bytes, not 32: restore the right one$"),
        (bytes(KEY_BYTES + 1), "^the key of store one at .* has 33 bytes, not 32: restore the right one$"),
        (b"", "^the key of store one at .* has 0 bytes, not 32: restore the right one$"),
        (None, "^the key of store one cannot be read at .*: restore it from where keys are kept$"),
    ],
    ids=["wrong", "short", "long", "empty", "missing"],
)
def test_a_key_that_is_not_the_stores_is_told_in_one_sentence(
    vault: Vault, tmp_path: Path, key: bytes | None, sentence: str
) -> None:
    path = tmp_path / "keys" / "one.key"
    path.unlink()
    if key is not None:
        path.write_bytes(key)
    with pytest.raises(SettingsInvalid, match=sentence) as told:
        vault.connect("one", tmp_path / "one.db")
    assert (key or b"no key").hex() not in str(told.value)


def test_a_store_that_is_not_there_is_not_made_by_looking(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"^store one cannot be opened at "):
        vault.connect("one", tmp_path / "nowhere.db")
    assert not (tmp_path / "nowhere.db").exists()


def test_a_file_of_which_the_first_page_is_damaged_does_not_open(
    vault: Vault, connection: Connection, tmp_path: Path
) -> None:
    connection.close()
    content = bytearray((tmp_path / "one.db").read_bytes())
    content[100:200] = bytes(100)
    (tmp_path / "one.db").write_bytes(content)
    with pytest.raises(SettingsInvalid, match="restore the store"):
        vault.connect("one", tmp_path / "one.db")


@pytest.mark.usefixtures("connection")
def test_what_is_opened_to_read_cannot_be_written(vault: Vault, tmp_path: Path) -> None:
    reader = vault.connect("one", tmp_path / "one.db", read_only=True)
    assert reader.execute("SELECT note FROM patient").fetchall() == [("a note",)]
    with pytest.raises(dbapi2.OperationalError, match="readonly"):
        reader.execute("DELETE FROM patient")


def test_a_folder_may_have_any_name(vault: Vault, tmp_path: Path) -> None:
    odd = tmp_path / "50% of #1? (a&b) ü"
    odd.mkdir()
    vault.connect("one", odd / "one.db", create=True).execute("CREATE TABLE a (b)")
    assert [path.name for path in odd.iterdir()] == ["one.db"]
    assert vault.connect("one", odd / "one.db").execute("SELECT count(*) FROM a").fetchone() == (0,)


@pytest.mark.usefixtures("connection")
def test_a_locked_store_says_so_within_a_second(vault: Vault, tmp_path: Path) -> None:
    holder = vault.connect("one", tmp_path / "one.db")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="locked"):
        vault.connect("one", tmp_path / "one.db")
    waits = holder.execute("PRAGMA busy_timeout").fetchone()[0]
    holder.rollback()
    assert waits < 1000


@pytest.mark.parametrize(("setting", "value"), [("temp_store", 2), ("foreign_keys", 1), ("trusted_schema", 0)])
def test_every_connection_keeps_temporary_data_in_memory_and_trusts_no_schema(
    connection: Connection, setting: str, value: int
) -> None:
    assert connection.execute(f"PRAGMA {setting}").fetchone() == (value,)


def test_a_file_is_noise_without_its_key(connection: Connection, tmp_path: Path) -> None:
    with writing(connection):
        connection.executemany("INSERT INTO patient VALUES (?, ?)", [("9990000026", "x" * 100)] * 2000)
    connection.close()
    content = (tmp_path / "one.db").read_bytes()
    for plain in (b"SQLite format", b"patient", b"nhs_number", b"9990000018", b"9990000026", b"xxxxxx"):
        assert plain not in content
    assert entropy(content) > 7.99


def entropy(content: bytes) -> float:
    """Bits in a byte of it, by Shannon."""
    return -sum(n / len(content) * math.log2(n / len(content)) for n in Counter(content).values())


def emptied(connection: Connection, *, then: type[Exception] | None = None) -> None:
    """Empty the table in one transaction, and fail before its end where asked."""
    with writing(connection) as inside:
        inside.execute("DELETE FROM patient")
        if then:
            raise then


def test_a_transaction_is_whole_or_nothing(connection: Connection) -> None:
    with pytest.raises(ZeroDivisionError):
        emptied(connection, then=ZeroDivisionError)
    assert connection.execute("SELECT count(*) FROM patient").fetchone() == (1,)
    emptied(connection)
    assert connection.execute("SELECT count(*) FROM patient").fetchone() == (0,)
