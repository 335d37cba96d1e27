"""The end of an agreement: keys before files, evidence before both, and whatever stops it, it goes on to its end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.access.decision import ReasonCode
from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.manifest import signed_text
from gateway.audit.note import Verifier
from gateway.enforcement.answer import answer
from gateway.enforcement.certifying import certified, in_words
from gateway.enforcement.closing import closed, ended, planned, unsound
from gateway.enforcement.desk import open_desk
from gateway.enforcement.restoring import put_in_place, restored, staged
from gateway.errors import AccessDenied, AuditUnavailable, BadRequest, NotFound, SettingsInvalid, StoreUnavailable
from gateway.recorder.client import LogClient
from gateway.settings import Settings
from tests.builders.copies import bytes_of
from tests.builders.ending import (
    ALONE,
    APC,
    BACKUP,
    HASH,
    KIT,
    MAX,
    MIA,
    RS,
    STORES,
    alone,
    by,
    by_two,
    changes,
    copied,
    keys_of,
    record_of,
    reopened,
    stopped_at,
)  # fmt: skip
from tests.builders.everything import NOW, asks, subject

KILLED = """
import pathlib, sys
from gateway.settings import Settings
from tests.builders.ending import reopened, stopped_at
with reopened(Settings.from_folder(pathlib.Path(sys.argv[1]), {})) as place:
    stopped_at(sys.argv[2], place)
    __import__("os").kill(__import__("os").getpid(), 9)
"""


@pytest.fixture
def settings(at_its_end: Settings, tmp_path: Path) -> Settings:
    """A copy, to be destroyed."""
    return copied(at_its_end, tmp_path / "installation")


@pytest.fixture(scope="module")
def done_once(at_its_end: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One in which the agreement was closed."""
    settings = copied(at_its_end, tmp_path_factory.mktemp("closed") / "installation")
    aside = settings.home.with_name("home.before-restore-x")
    before = settings.home / "before-migration" / "then"
    for folder in (aside, before):
        folder.mkdir(parents=True)
        (folder / "practice_work.db").write_bytes(b"a copy")
        (folder / "accounts.db").write_bytes(b"another's")
    with reopened(settings) as place:
        closed(by_two(place.desk), RS, desk=place.desk)
    return settings


def test_before_it_is_done_it_is_told_and_nothing_is_altered(settings: Settings) -> None:
    before = bytes_of(settings.home, ["risk*/*", "practice_work.db"]) | bytes_of(settings.keys)
    with reopened(settings) as place:
        shown = planned(by(MAX), "RS", desk=place.desk)
        event = place.events()[shown.receipt.index]
    assert bytes_of(settings.home, ["risk*/*", "practice_work.db"]) | bytes_of(settings.keys) == before
    assert (shown.value["state"], shown.value["stores"]) == ("planned", STORES)
    assert event["details"] == {"agreement": RS, "state": "planned", "files": len(shown.value["files"])}


def test_what_is_told_names_files_copies_and_what_nobody_here_can_know(settings: Settings) -> None:
    with reopened(settings) as place:
        told = planned(by(MAX), RS, desk=place.desk).value
    names = {one["file"] for one in told["files"]}
    assert {"home/practice_work.db", "home/risk-run", "home/risk_identifiable/run-000001.db"} <= names
    assert not [name for name in names if "invoices" in name or "accounts" in name]
    assert [one["storage_address"] for one in told["backups"]] == [told["storage_address"]]
    assert [(one["file"], one["sha256"], one["rows"]) for one in told["received"]] == [
        (APC, HASH, 12), ("patient.csv", ALONE, 3),
    ]  # fmt: skip
    assert any("delivered files" in one for one in told["not_recorded"])


@pytest.mark.parametrize("who", [KIT, subject("commissioner_lead", "06Q", "ola"), subject("privacy_officer", "06Q")])
def test_nobody_else_closes_or_looks(settings: Settings, who: object) -> None:
    with reopened(settings) as place, pytest.raises(AccessDenied):
        planned(by(who), "RS", desk=place.desk)  # type: ignore[arg-type]


def test_nobody_closes_alone(settings: Settings) -> None:
    with reopened(settings) as place:
        with pytest.raises(AccessDenied) as refusal:
            closed(by(MAX, "create"), "RS", desk=place.desk)
        assert refusal.value.reason_code == ReasonCode.SECOND_PERSON_MISSING
    assert keys_of(settings) >= set(STORES)


def test_an_agreement_that_there_is_not_and_one_that_is_served_elsewhere_are_not_closed(settings: Settings) -> None:
    with reopened(settings) as place:
        with pytest.raises(NotFound):
            closed(by_two(place.desk), "XX", desk=place.desk)
        with pytest.raises(BadRequest, match="not served here"):
            closed(by_two(place.desk), "RS", desk=alone(place, agreements=frozenset({"IV"})))


def test_keys_and_files_are_gone_those_too_that_were_kept_aside_and_nothing_of_another_agreement(
    done_once: Settings,
) -> None:
    assert keys_of(done_once) == {"accounts", "audit_log", "invoices"}
    left = set(bytes_of(done_once.home.parent, ["home*/**/*"]))
    assert not [name for name in left if any(store in name for store in (*STORES, "risk"))]
    assert {"home/invoices.db", "home.before-restore-x/accounts.db", "home/before-migration/then/accounts.db"} <= left


def test_the_log_says_that_it_began_and_that_it_is_done_by_whom_and_with_whose_approval(done_once: Settings) -> None:
    with reopened(done_once) as place:
        told = [one for one in place.events() if one["type"] == "agreement.changed"]
    assert [one["details"]["state"] for one in told] == ["closing", "closed"]
    assert {(one["actor"]["user"], one["approved_by"]) for one in told} == {("max", "mia")}
    assert told[1]["details"]["evidence_sha256"] == record_of(done_once)["evidence_sha256"]


def test_the_evidence_can_be_computed_again_and_a_checkpoint_covers_its_event(done_once: Settings) -> None:
    record = record_of(done_once)
    later = {"state", "closed_at", "closed_event", "evidence_sha256", "checkpoint"}
    kept = {name: value for name, value in record.items() if name not in later}
    whole = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(whole).hexdigest() == record["evidence_sha256"]
    with reopened(done_once) as place:
        assert read_checkpoint(record["checkpoint"], Verifier.parse(place.desk.log.key())).size > record["closed_event"]


def test_the_certificate_is_signed_by_the_log_and_says_it_in_words(done_once: Settings) -> None:
    with reopened(done_once) as place:
        made = certified(record_of(done_once), place.desk)
        verifier = Verifier.parse(place.desk.log.key())
    digest = hashlib.sha256(made.files["certificate.json"]).hexdigest()
    assert verifier.text_of(made.signature) == signed_text(digest)
    assert f"event {record_of(done_once)['closed_event']} of the audit log" in made.words
    assert HASH in made.words


def test_words_say_what_could_not_be_asked_and_that_nothing_is_confirmed_yet(done_once: Settings) -> None:
    record = record_of(done_once) | {"state": "closing", "stores_not_read": ["practice_work"], "approved_by": ""}
    told = "\n".join(in_words(record | {"backups": [], "storage_address": ""}))
    assert "Could not be opened, so not asked what they have on record: practice_work" in told
    assert "Nothing below has been confirmed as destroyed" in told
    assert "approved by nobody yet" in told
    assert "Held at: not recorded" in told
    assert "  none" in told


def test_after_it_everybody_is_told_why_and_the_other_agreement_goes_on(done_once: Settings) -> None:
    gp, finance = subject("practice_staff", "Z99001", "gp"), subject("ccg_finance", "06Q", "fin")
    with reopened(done_once) as place:
        with pytest.raises(AccessDenied) as refusal:
            answer(asks(gp, "direct_care", "practice.worklist", "list"), desk=place.desk)
        shown = answer(asks(finance, "invoice_validation", "invoices.notices", "list"), desk=place.desk)
        assert sorted(place.desk.stores) == ["accounts", "audit_log", "invoices"]
        assert unsound(place.desk.settings, place.desk) == {"RS": ""}
    assert refusal.value.reason_code == ReasonCode.AGREEMENT_CLOSED
    assert shown.result.count == 1


@pytest.mark.parametrize("step", ["begun", "one key", "keys", "files"])
def test_stopped_at_any_step_nobody_is_served_the_doctor_says_so_and_it_goes_on_to_its_end(
    settings: Settings, step: str
) -> None:
    with reopened(settings) as place:
        stopped_at(step, place)
    goes_on_to_its_end(settings)


def test_killed_among_its_steps_it_goes_on_to_its_end(settings: Settings) -> None:
    words = [sys.executable, "-c", KILLED, str(settings.home.parent), "one key"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(words, check=False, timeout=60, env={**os.environ, "PYTHONPATH": root}, cwd=root)
    assert done.returncode == -signal.SIGKILL
    goes_on_to_its_end(settings)


def goes_on_to_its_end(settings: Settings) -> None:
    with reopened(settings) as place:
        assert place.desk.settings.agreements == {"IV"}
        assert "was not finished" in unsound(place.desk.settings, place.desk)["RS"]
        first = closed(by_two(place.desk), "RS", desk=place.desk)
        again = closed(by_two(place.desk), "RS", desk=place.desk)
        assert changes(place) == ["closing", "closed"]
        assert unsound(place.desk.settings, place.desk) == {"RS": ""}
        assert place.events()[again.receipt.index]["type"] == "access.permitted"
    assert again.value == first.value == record_of(settings)
    assert not keys_of(settings) & set(STORES)
    assert [(one["file"], one["sha256"]) for one in first.value["received"]] == [(APC, HASH), ("patient.csv", ALONE)]


def test_where_the_record_cannot_be_kept_nothing_is_destroyed(settings: Settings) -> None:
    (settings.keys / ".RS.closed.next").mkdir()
    with reopened(settings) as place, pytest.raises(StoreUnavailable, match="nothing more was destroyed"):
        closed(by_two(place.desk), "RS", desk=place.desk)
    assert keys_of(settings) >= set(STORES)


def test_stopped_between_the_log_and_the_record_the_end_is_told_once(settings: Settings) -> None:
    in_the_way = settings.keys / ".RS.closed.next"
    with reopened(settings) as place:
        grant, record, gone = stopped_at("files", place)
        in_the_way.mkdir()
        with pytest.raises(StoreUnavailable):
            ended(grant, record, gone, place.desk)
    in_the_way.rmdir()
    with reopened(settings) as place:
        done = closed(by_two(place.desk), "RS", desk=place.desk)
        assert changes(place) == ["closing", "closed"]
    assert done.value["closed_event"] == done.receipt.index


def test_a_key_that_cannot_be_destroyed_is_told_and_the_files_wait(settings: Settings) -> None:
    (settings.keys / "practice_work.key").unlink()
    (settings.keys / "practice_work.key").mkdir()
    with reopened(settings) as place, pytest.raises(StoreUnavailable, match="cannot be destroyed"):
        closed(by_two(place.desk), "RS", desk=place.desk)
    assert (settings.home / "practice_work.db").exists()
    with reopened(settings) as place:
        assert "was not finished" in unsound(place.desk.settings, place.desk)["RS"]


def test_a_file_that_cannot_be_destroyed_is_told(settings: Settings) -> None:
    (settings.home / "risk_identifiable" / "folder").mkdir()
    with reopened(settings) as place, pytest.raises(StoreUnavailable, match="cannot be destroyed"):
        closed(by_two(place.desk), "RS", desk=place.desk)


def test_a_store_that_cannot_be_opened_is_destroyed_too_and_the_evidence_says_so(settings: Settings) -> None:
    (settings.keys / "practice_work.key").write_bytes(b"k" * 32)
    with reopened(settings) as place:
        done = closed(by_two(place.desk), "RS", desk=place.desk).value
    assert done["stores_not_read"] == ["practice_work"]
    assert [one["file"] for one in done["received"]] == [APC]
    assert not keys_of(settings) & set(STORES)


def test_an_old_backup_brings_back_all_but_what_was_closed(
    done_once: Settings, at_its_end: Settings, tmp_path: Path
) -> None:
    settings = copied(done_once, tmp_path / "installation")
    request = asks(MAX, "administration", "operations.backup", "restore")
    with staged(settings, at_its_end.home.parent.parent / BACKUP) as stage:
        with open_desk(stage.settings) as desk:
            restored(request, stage, desk=desk)
        put_in_place(settings, stage, NOW)
    assert {"practice_work.db", "risk-run", "risk_identifiable/run-000001.db"} <= set(stage.left_out)
    assert set(bytes_of(settings.home, ["*.db"])) == {"accounts.db", "audit_log.db", "invoices.db"}
    with reopened(settings) as place:
        told = next(one for one in place.events() if one["type"] == "system.restored")
        assert told["details"]["left_out"] == list(stage.left_out)
        assert place.desk.settings.closed
        assert unsound(place.desk.settings, place.desk) == {"RS": ""}


def test_files_that_come_back_are_found_and_destroyed_again_on_the_log(done_once: Settings, tmp_path: Path) -> None:
    settings = copied(done_once, tmp_path / "installation")
    (settings.home / "practice_work.db").write_bytes(b"from a copy")
    with reopened(settings) as place:
        assert "practice_work.db are here again" in unsound(place.desk.settings, place.desk)["RS"]
        closed(by_two(place.desk), "RS", desk=place.desk)
        assert changes(place) == ["closing", "closed", "closed"]
        assert unsound(place.desk.settings, place.desk) == {"RS": ""}


def test_keys_that_come_back_without_the_record_are_told_by_the_log(
    done_once: Settings, at_its_end: Settings, tmp_path: Path
) -> None:
    settings = copied(done_once, tmp_path / "installation")
    (settings.keys / "RS.closed").unlink()
    for store in STORES:
        (settings.keys / f"{store}.key").write_bytes((at_its_end.keys / f"{store}.key").read_bytes())
    event = record_of(done_once)["closed_event"]
    with reopened(settings) as place:
        found = unsound(place.desk.settings, place.desk)
        assert f"event {event} says that it was closed, and its keys came back" in found["RS"]
        closed(by_two(place.desk), "RS", desk=place.desk)
    assert not keys_of(settings) & set(STORES)


@pytest.mark.parametrize("text", ['{"day": "2026-11-24"}', '{"day": "2026-11-24", "format": "x", "stores": []}'])
def test_a_record_that_is_none_is_refused_and_never_taken_for_an_open_agreement(settings: Settings, text: str) -> None:
    (settings.keys / "RS.closed").write_text(text, "utf-8")
    with reopened(settings) as place, pytest.raises(SettingsInvalid, match="is no record"):
        unsound(place.desk.settings, place.desk)


def test_a_plan_of_what_is_closed_is_its_record(done_once: Settings) -> None:
    with reopened(done_once) as place:
        assert planned(by(MIA), "RS", desk=place.desk).value == record_of(done_once)


def test_without_the_log_nothing_begins(settings: Settings, tmp_path: Path) -> None:
    with reopened(settings) as place:
        request = by_two(place.desk)
        silent = replace(place.desk, log=LogClient(tmp_path / "nobody.sock"))
        with pytest.raises(AuditUnavailable):
            closed(request, "RS", desk=silent)
    with suppress(FileNotFoundError):
        record_of(settings)
        raise AssertionError("a record was kept")
    assert keys_of(settings) >= set(STORES)
