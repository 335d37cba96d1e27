"""The drill: a backup of the running gateway, a disaster, the restore, and an outsider who sees what was lost."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from gateway.errors import AccessDenied, Conflict, LogInvalid
from gateway.settings import Settings
from gateway.stores.vault import Vault
from tests.builders.copies import HERE, bytes_of, facts, gateway_says, happens, kept_by_max
from tests.builders.everything import NUMBERS, opened

LOST = 7


@dataclass(frozen=True)
class Drill:
    """What there was at each step. later: a checkpoint that somebody kept after the backup."""

    settings: Settings
    backup: Path
    made: dict[str, Any]
    refused_while_running: Result
    later: Path
    restored: dict[str, Any]
    verified: Result


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Drill:
    folder = tmp_path_factory.mktemp("drill")
    settings, backup, later = kept_by_max(folder / "installation"), folder / "elsewhere" / "copy", folder / "later"
    with opened(settings) as place:
        made = facts(gateway_says(settings, "backup", "--to", backup, *HERE, "--json"))
        happens(place.desk, LOST)
        place.add("lost-with-the-disk")
        later.write_text(place.desk.log.checkpoint(), "utf-8")
        running = gateway_says(settings, "restore", "--from", backup)
    shutil.rmtree(settings.home)
    settings.home.mkdir(mode=0o700)
    restored = facts(gateway_says(settings, "restore", "--from", backup, "--json"))
    verified = gateway_says(settings, "audit", "verify", "--previous", later, "--json")
    return Drill(settings, backup, made, running, later, restored, verified)


def leaves(settings: Settings) -> list[dict[str, Any]]:
    connection = Vault(settings.keys).connect("audit_log", settings.home / "audit_log.db", read_only=True)
    try:
        return [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
    finally:
        connection.close()


def test_every_store_is_copied_with_the_run_that_is_served_and_no_key(drill: Drill) -> None:
    assert sorted(bytes_of(drill.backup)) == [
        "accounts.db", "audit_log.db", "invoices.db", "manifest.json", "manifest.json.sig", "population_work.db",
        "practice_work.db", "risk-run", "risk_identifiable/run-000001.db", "risk_pseudonymised/run-000001.db",
    ]  # fmt: skip


def test_what_is_copied_is_noise_without_the_keys(drill: Drill) -> None:
    copied = b"".join(bytes_of(drill.backup, ["**/*.db"]).values())
    keys = bytes_of(drill.settings.keys).values()
    assert not [text for text in (b"SQLite format", *(n.encode() for n in NUMBERS.values()), *keys) if text in copied]


def test_the_manifest_tells_where_the_copies_are_and_how_far_the_log_had_come(drill: Drill) -> None:
    told = json.loads((drill.backup / "manifest.json").read_text("utf-8"))
    assert told["log"] == {"size": drill.made["size"], "checkpoint": drill.made["checkpoint"]}
    assert sorted(told["storage_addresses"]) == told["agreements"] == ["IV", "RS"]
    assert len(told["files"]) == drill.made["files"]


def test_nothing_is_restored_under_a_running_gateway(drill: Drill) -> None:
    assert isinstance(drill.refused_while_running.exception, Conflict)


def test_the_log_says_that_it_was_restored_and_to_which_size(drill: Drill) -> None:
    event = leaves(drill.settings)[drill.restored["event"]]
    assert event["type"] == "system.restored"
    assert event["actor"]["user"] == "max"
    assert event["details"]["size"] == drill.restored["size"] == drill.made["size"]
    assert event["details"]["backup"] == drill.made["manifest"]


def test_a_checkpoint_kept_elsewhere_shows_that_events_were_lost(drill: Drill) -> None:
    told = json.loads(drill.verified.stdout)
    assert isinstance(drill.verified.exception, LogInvalid)
    assert [one["fault"] for one in told["findings"]] == ["truncated"]


def test_the_restored_log_verifies_by_itself(drill: Drill) -> None:
    assert facts(gateway_says(drill.settings, "audit", "verify", "--json"))["ok"] is True


def test_what_was_in_the_backup_is_served_and_what_came_later_is_not(drill: Drill) -> None:
    users = facts(gateway_says(drill.settings, "user", "list", "--json"))["rows"]
    assert sorted(one["user"] for one in users) == ["max", "nia", "ola"]


def test_what_was_there_before_is_kept_aside(drill: Drill) -> None:
    aside = Path(drill.restored["kept aside"])
    assert aside.parent == drill.settings.home.parent
    assert aside.is_dir()
    assert not list(aside.parent.glob(".restoring-*"))


@pytest.fixture
def whole(drill: Drill, tmp_path: Path) -> Settings:
    """An installation that nobody runs, to restore onto."""
    folder = tmp_path / "installation"
    shutil.copytree(drill.settings.home.parent, folder, ignore=shutil.ignore_patterns("*.before-restore-*"))
    return Settings.from_folder(folder, {})


@pytest.fixture
def copy(drill: Drill, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drill.backup, tmp_path / "copy"))


def refused(settings: Settings, *words: object) -> BaseException | None:
    """Why nothing was restored; every file is then as it was, but for the log that tells of the attempt."""
    names = ["accounts.db", "invoices.db", "risk*/*", "risk-run"]
    before = bytes_of(settings.home, names)
    result = gateway_says(settings, "restore", *words)
    assert result.exit_code != 0
    assert bytes_of(settings.home, names) == before
    assert [path.name for path in settings.home.parent.iterdir() if "restor" in path.name] == []
    return result.exception


def test_a_manifest_that_was_altered_is_refused(whole: Settings, copy: Path) -> None:
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"made_at": "2', '"made_at": "1'), "utf-8")
    fault = refused(whole, "--from", copy)
    assert isinstance(fault, LogInvalid)
    assert "not the one that was signed" in str(fault)


def test_whoever_does_not_keep_the_accounts_neither_copies_nor_restores(
    whole: Settings, copy: Path, tmp_path: Path
) -> None:
    env = whole.home.parent / "gateway.env"
    env.write_text(env.read_text("utf-8").replace("SERVICE_USER=max", "SERVICE_USER=ola"), "utf-8")
    assert isinstance(refused(whole, "--from", copy), AccessDenied)
    done = gateway_says(whole, "backup", "--to", tmp_path / "stolen", *HERE)
    assert isinstance(done.exception, AccessDenied)
    assert not (tmp_path / "stolen").exists()
    assert [one["action"] for one in leaves(whole) if one["type"] == "access.refused"] == ["restore", "create"]
