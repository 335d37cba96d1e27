"""Stores of an earlier version are copied, then brought up; a fault leaves the copies and says where they are."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.enforcement.desk import STORES
from gateway.enforcement.migrating import COPIES, Migrated, migrate
from gateway.errors import Conflict, PolicyRefused, StoreUnavailable
from gateway.settings import Settings
from gateway.stores import accounts
from gateway.stores.accounts.schema import STEPS
from gateway.stores.migrations import create_file
from gateway.stores.vault import Vault
from tests.builders.everything import Everything, made

AT = datetime(2026, 11, 24, 9, 0, 0, 123, tzinfo=UTC)
STAMP = "20261124T090000.000123Z"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrating") / "installation"
    made(folder)
    return folder


@pytest.fixture
def settings(made_once: Path, tmp_path: Path) -> Settings:
    """An installation that is not running."""
    return Settings.from_folder(Path(shutil.copytree(made_once, tmp_path / "installation")), {})


def made_earlier(settings: Settings) -> None:
    """As if the accounts came from the first version, and somebody had failed to sign in."""
    path = settings.home / accounts.FILE
    for file in settings.home.glob(f"{accounts.FILE}*"):
        file.unlink()
    create_file(Vault(settings.keys), accounts.NAME, path, STEPS[:1])
    connection = Vault(settings.keys).connect(accounts.NAME, path)
    connection.execute("INSERT INTO failure VALUES (1, 'max', 'a')")
    connection.close()


def tables_of(settings: Settings, store: str) -> set[str]:
    connection = Vault(settings.keys).connect(store, settings.home / f"{store}.db")
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    return found


@dataclass(frozen=True)
class Brought:
    """An installation with an earlier store that was migrated: what there was, and what was told."""

    settings: Settings
    newest: set[str]
    before: dict[str, bytes]
    done: Migrated


@pytest.fixture(scope="module")
def brought(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    folder = Path(shutil.copytree(made_once, tmp_path_factory.mktemp("earlier") / "installation"))
    settings = Settings.from_folder(folder, {})
    newest = tables_of(settings, "accounts")
    made_earlier(settings)
    assert tables_of(settings, "accounts") < newest
    before = {path.name: path.read_bytes() for path in settings.home.glob("*.db*")}
    return Brought(settings, newest, before, migrate(settings, AT))


def test_an_earlier_store_is_brought_up_with_what_is_in_it(brought: Brought) -> None:
    assert tables_of(brought.settings, "accounts") == brought.newest
    connection = Vault(brought.settings.keys).connect("accounts", brought.settings.home / "accounts.db")
    assert connection.execute("SELECT user FROM failure").fetchall() == [("max",)]


def test_every_store_is_told_with_its_version(brought: Brought) -> None:
    vault, home = Vault(brought.settings.keys), brought.settings.home
    assert sorted(brought.done.versions) == list(brought.done.versions) == sorted(STORES)
    assert brought.done.versions["accounts"] == STORES["accounts"].Store(vault, home).version() > 1


def test_the_stores_are_copied_as_they_were_still_encrypted(brought: Brought) -> None:
    copies = brought.settings.home / COPIES / STAMP
    assert brought.done.copies == copies
    assert {path.name: path.read_bytes() for path in copies.iterdir()} == brought.before
    assert copies.stat().st_mode & 0o077 == 0


def test_a_second_migration_changes_nothing_and_has_copies_of_its_own(brought: Brought) -> None:
    again = migrate(brought.settings, AT.replace(microsecond=124))
    assert again.versions == brought.done.versions
    assert again.copies != brought.done.copies


def test_a_running_gateway_is_not_migrated(everything: Everything) -> None:
    with pytest.raises(Conflict, match="the gateway is running: stop it, then migrate"):
        migrate(everything.desk.settings, AT)
    assert not (everything.home / COPIES).exists()


def test_a_store_of_a_later_version_is_left_and_the_copies_are_named(settings: Settings) -> None:
    connection = Vault(settings.keys).connect("practice_work", settings.home / "practice_work.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(
        StoreUnavailable, match=rf"later than this program's .*: update it; .* are copied to .*{STAMP}$"
    ):
        migrate(settings, AT)
    assert (settings.home / COPIES / STAMP / "practice_work.db").is_file()


def test_nothing_is_touched_where_the_copies_cannot_be_made(settings: Settings) -> None:
    made_earlier(settings)
    (settings.home / COPIES).write_text("in the way")
    before = (settings.home / "accounts.db").read_bytes()
    with pytest.raises(StoreUnavailable, match="the stores cannot be copied to"):
        migrate(settings, AT)
    assert (settings.home / "accounts.db").read_bytes() == before


def test_nothing_is_copied_under_a_policy_release_with_a_fault(settings: Settings) -> None:
    (settings.policies / "policy.csv").write_text("P,x\n")
    with pytest.raises(PolicyRefused):
        migrate(settings, AT)
    assert not (settings.home / COPIES).exists()
