"""The accounts store's file: its version, its migration, and that it is noise without its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsInvalid
from gateway.stores import accounts
from gateway.stores.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "keys")
    vault.create(accounts.NAME)
    accounts.create(vault, tmp_path)
    return vault


def test_a_new_store_has_the_newest_version_and_nothing_to_migrate(vault: Vault, tmp_path: Path) -> None:
    newest = accounts.Store(vault, tmp_path).version()
    assert accounts.migrate(vault, tmp_path) == newest >= 1


@pytest.mark.usefixtures("vault")
def test_the_file_shows_nothing_without_its_key(tmp_path: Path) -> None:
    content = (tmp_path / accounts.FILE).read_bytes()
    assert b"SQLite format" not in content
    assert b"password_hash" not in content
    (tmp_path / "keys" / "accounts.key").write_bytes(bytes(32))
    with pytest.raises(SettingsInvalid):
        accounts.Store(Vault(tmp_path / "keys"), tmp_path).version()


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM membership WHERE user = 'x'",
        "SELECT * FROM session WHERE user = 'x'",
        "SELECT * FROM failure WHERE user = 'x' AND at > 0",
        "SELECT * FROM failure WHERE address = 'x' AND at > 0",
    ],
)
def test_what_every_sign_in_asks_is_answered_by_an_index(vault: Vault, tmp_path: Path, asked: str) -> None:
    plan = accounts.Store(vault, tmp_path).connection().execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()
    assert "INDEX" in plan[0][3]
