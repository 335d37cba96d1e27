"""What every store of an installation keeps: a file of noise, a key that opens it and no other, nothing in clear."""

from __future__ import annotations

import math
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from gateway.enforcement.desk import STORES
from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores.vault import Vault
from tests.builders.everything import NUMBERS, OURS, RISK, Everything

FILES = {name: f"{name}/run-000001.db" if name in RISK else f"{name}.db" for name in sorted(STORES)}
NAMES = sorted(FILES)
PRINTABLE = re.compile(rb"[\x20-\x7e]{4,}")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def copy(everything: Everything, tmp_path: Path) -> Vault:
    """The same stores and keys elsewhere, to be damaged."""
    shutil.copytree(everything.home, tmp_path / "home")
    shutil.copytree(everything.desk.settings.keys, tmp_path / "keys")
    return Vault(tmp_path / "keys")


def opened(name: str, vault: Vault, home: Path) -> int:
    return int(STORES[name].Store(vault, home).version())


def test_an_installation_has_every_store(everything: Everything) -> None:
    assert sorted(everything.desk.stores) == NAMES
    assert all((everything.home / file).is_file() for file in FILES.values())


def test_a_store_opens_with_its_key(name: str, copy: Vault, tmp_path: Path) -> None:
    assert opened(name, copy, tmp_path / "home") >= 1


def test_a_store_shows_no_table_no_column_and_nobody(everything: Everything, name: str) -> None:
    connection = everything.desk.vault.connect(name, everything.home / FILES[name], read_only=True)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {row[1] for table in tables for row in connection.execute(f"PRAGMA table_info({table})")}
    connection.close()
    content = (everything.home / FILES[name]).read_bytes()
    told = b"\n".join(PRINTABLE.findall(content)).lower()
    spoken = {word for word in (*tables, *columns) if len(word) > 5} | {"sqlite format", "create table"}
    assert spoken
    assert not [word for word in (*spoken, *NUMBERS.values(), OURS.lower()) if word.encode() in told]


def test_no_file_beside_the_stores_holds_anybody(everything: Everything) -> None:
    files = [path for path in everything.home.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    held = b"\n".join(path.read_bytes() for path in files)
    assert not [word for word in (*NUMBERS.values(), "administrator", "membership") if word.encode() in held]


def test_a_store_is_as_even_as_noise(everything: Everything, name: str) -> None:
    content = (everything.home / FILES[name]).read_bytes()
    bits = -sum(n / len(content) * math.log2(n / len(content)) for n in Counter(content).values())
    assert bits > 7.95


def test_no_key_opens_another_store(name: str, copy: Vault, tmp_path: Path) -> None:
    for other in sorted(set(NAMES) - {name}):
        with pytest.raises(SettingsInvalid, match="does not open"):
            copy.connect(other, tmp_path / "home" / FILES[name])


def test_no_two_stores_have_the_same_key(everything: Everything) -> None:
    keys = [path.read_bytes() for path in everything.desk.settings.keys.glob("*.key")]
    assert len(set(keys)) == len(keys) >= len(NAMES)


@pytest.mark.parametrize(
    ("key", "sentence"), [(bytes(32), "does not open"), (b"short", "has 5 bytes, not 32"), (None, "cannot be read")]
)
def test_a_store_whose_key_is_not_right_says_which_and_what_to_do(
    name: str, copy: Vault, tmp_path: Path, key: bytes | None, sentence: str
) -> None:
    path = tmp_path / "keys" / f"{name}.key"
    path.unlink()
    if key is not None:
        path.write_bytes(key)
    with pytest.raises(SettingsInvalid, match=f"^the key of store {name} .*{sentence}.*: (restore|put)") as told:
        opened(name, copy, tmp_path / "home")
    assert "\n" not in str(told.value)


def test_a_store_that_was_moved_away_cannot_be_reached(name: str, copy: Vault, tmp_path: Path) -> None:
    (tmp_path / "home" / FILES[name]).unlink()
    with pytest.raises(StoreUnavailable):
        opened(name, copy, tmp_path / "home")
