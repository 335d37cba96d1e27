"""A backup is checked whole before anything of the installation is touched."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.access.decision import AccessRequest
from gateway.enforcement.backing_up import MANIFEST, SIGNATURE, backed_up
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.restoring import put_in_place, restored, staged, stopped
from gateway.enforcement.serving import served
from gateway.errors import BadRequest, Conflict, LogInvalid, StoreUnavailable
from gateway.recorder.sequencer import LOCK_FILE
from gateway.stores.vault import Vault
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.everything import Everything, asks, subject

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def request(action: str) -> AccessRequest:
    return asks(subject("access_administrator", "06Q"), "administration", "operations.backup", action)


@dataclass(frozen=True)
class Made:
    """A backup, and the desk of the installation that it is of."""

    desk: Desk
    folder: Path


@pytest.fixture(scope="module")
def made_once(_open: Everything, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restoring") / "copy"
    backed_up(request("create"), folder, ADDRESSES, desk=_open.desk)
    return folder


@pytest.fixture
def made(made_once: Path, everything: Everything, tmp_path: Path) -> Made:
    """A backup of one's own."""
    return Made(everything.desk, Path(shutil.copytree(made_once, tmp_path / "copy")))


@pytest.fixture(autouse=True)
def nothing_is_left(everything: Everything) -> Iterator[None]:
    yield
    assert not list(everything.home.parent.glob("*restor*"))


def refuses(made: Made, fault: type[Exception], told: str) -> None:
    with pytest.raises(fault, match=told), staged(made.desk.settings, made.folder):
        raise AssertionError("it was taken")


def rewritten(made: Made, **instead: object) -> None:
    told = json.loads((made.folder / MANIFEST).read_text("utf-8"))
    (made.folder / MANIFEST).write_text(json.dumps({**told, **instead}), "utf-8")


def test_a_file_that_was_altered_is_refused(made: Made) -> None:
    altered = bytearray((made.folder / "invoices.db").read_bytes())
    altered[5000] ^= 1
    (made.folder / "invoices.db").write_bytes(altered)
    refuses(made, LogInvalid, "is not what the manifest says")


def test_a_missing_file_is_refused(made: Made) -> None:
    (made.folder / "practice_work.db").unlink()
    refuses(made, StoreUnavailable, "No such file")


@pytest.mark.parametrize("name", ["../outside.db", "keys/x.key", "/outside.db", "risk_a/../b.db", "manifest.json"])
def test_a_manifest_cannot_name_a_file_elsewhere(made: Made, name: str) -> None:
    rewritten(made, files={name: {"bytes": 1, "sha256": ""}})
    refuses(made, BadRequest, "is no manifest of a backup that this program made")


@pytest.mark.parametrize("text", ["", "[]", "{}", '"x"', '{"format": "other", "version": 1}', "\0"])
def test_what_is_no_manifest_is_refused(made: Made, text: str) -> None:
    (made.folder / MANIFEST).write_text(text, "utf-8")
    refuses(made, BadRequest, "is no manifest of a backup")


@pytest.mark.parametrize("instead", [{"format": "other"}, {"version": 2}, {"log": {"size": -1}}])
def test_a_manifest_of_another_kind_is_refused(made: Made, instead: dict[str, object]) -> None:
    rewritten(made, **instead)
    refuses(made, BadRequest, "is no manifest of a backup that this program made")


def test_a_folder_without_a_manifest_or_its_signature_is_no_backup(made: Made) -> None:
    (made.folder / SIGNATURE).unlink()
    refuses(made, BadRequest, "cannot be read: name the folder of a backup")


def test_a_backup_of_other_agreements_is_refused(made: Made) -> None:
    other = replace(made.desk.settings, agreements=frozenset({"RS"}))
    refuses(Made(replace(made.desk, settings=other), made.folder), BadRequest, "serves other agreements")


def test_a_log_that_was_altered_before_it_was_copied_is_refused_whoever_signed_the_manifest(made: Made) -> None:
    connection = Vault(made.desk.settings.keys).connect("audit_log", made.folder / "audit_log.db")
    connection.execute("UPDATE event SET leaf = replace(leaf, 'system.start', 'system.stop') WHERE idx = 0")
    connection.close()
    told = json.loads((made.folder / MANIFEST).read_text("utf-8"))
    told["files"]["audit_log.db"]["sha256"] = hashlib.sha256((made.folder / "audit_log.db").read_bytes()).hexdigest()
    (made.folder / MANIFEST).write_text(json.dumps(told), "utf-8")
    digest = hashlib.sha256((made.folder / MANIFEST).read_bytes()).hexdigest()
    (made.folder / SIGNATURE).write_text(made.desk.log.signed_manifest(digest), "utf-8")
    with (
        staged(made.desk.settings, made.folder) as stage,
        open_desk(stage.settings) as desk,
        pytest.raises(LogInvalid, match="the audit log in the backup does not verify"),
    ):
        restored(request("restore"), stage, desk=desk)


def test_nothing_is_restored_while_a_process_holds_the_log(made: Made, tmp_path: Path) -> None:
    settings = replace(made.desk.settings, home=tmp_path)
    with (tmp_path / LOCK_FILE).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="stop it, then restore"), stopped(settings):
            raise AssertionError("it was not stopped")


def test_nothing_is_restored_where_the_log_has_a_folder_of_its_own(made: Made, tmp_path: Path) -> None:
    settings = replace(made.desk.settings, home=tmp_path, log_home=tmp_path)
    with pytest.raises(Conflict, match="restore without GATEWAY_LOG_HOME"), stopped(settings):
        raise AssertionError("it was not stopped")


def test_nothing_is_restored_under_a_web_server_whose_log_is_away(made: Made, tmp_path: Path) -> None:
    settings = replace(made.desk.settings, home=tmp_path)
    handle = served(settings)
    with pytest.raises(Conflict, match="stop it, then restore"), stopped(settings):
        raise AssertionError("it was not stopped")
    os.close(handle)


def test_what_was_there_is_served_on_where_the_copies_cannot_take_its_place(made: Made, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere" / "home"
    (home / "letter").mkdir(parents=True)
    settings = replace(made.desk.settings, home=home)
    with staged(settings, made.folder) as stage:
        shutil.rmtree(stage.settings.home)
        with pytest.raises(StoreUnavailable, match="cannot be replaced"):
            put_in_place(settings, stage, AT)
    assert [path.name for path in home.iterdir()] == ["letter"]
    assert [path.name for path in home.parent.iterdir()] == ["home"]


def test_what_was_kept_aside_before_is_never_written_over(made: Made, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere" / "home"
    (home / "letter").mkdir(parents=True)
    aside = home.with_name("home.before-restore-20261124T090000.000000Z")
    (aside / "kept").mkdir(parents=True)
    settings = replace(made.desk.settings, home=home)
    with staged(settings, made.folder) as stage, pytest.raises(StoreUnavailable, match="cannot be replaced"):
        put_in_place(settings, stage, AT)
    assert [path.name for path in (*home.iterdir(), *aside.iterdir())] == ["letter", "kept"]


@pytest.mark.parametrize(("named", "put"), [(False, True), (True, False)])
def test_the_auditors_public_key_comes_back_where_there_is_none(
    everything: Everything, tmp_path: Path, *, named: bool, put: bool
) -> None:
    key = tmp_path / "any.pub"
    key.write_bytes(b"public")
    with_key = replace(everything.desk.settings, auditor_key=key)
    backed_up(request("create"), tmp_path / "copy", ADDRESSES, desk=everything.desk_with(settings=with_key))
    home, keys = tmp_path / "elsewhere" / "home", tmp_path / "elsewhere" / "keys"
    home.mkdir(parents=True)
    keys.mkdir()
    settings = replace(everything.desk.settings, home=home, keys=keys, auditor_key=key if named else None)
    with staged(settings, tmp_path / "copy") as stage:
        put_in_place(settings, stage, AT)
    assert [path.read_bytes() for path in keys.iterdir()] == [b"public"] * put
    assert not (home / "auditor-seal.pub").exists()
