"""The auditor verifies the whole log, proves one event and takes the log away, and each of it is on the log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.faults import Fault
from gateway.audit.merkle import root_from_inclusion
from gateway.audit.note import Verifier
from gateway.enforcement import auditing
from gateway.enforcement.answer import answer
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, AuditUnavailable, BadRequest, LogInvalid, NotFound
from gateway.recorder.export import Order
from gateway.stores import audit_log
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Vault
from tests.builders.everything import NUMBERS, OURS, Everything, asks, subject

AUDITOR = subject("nhs_digital_auditor", "X26")
VERIFY = asks(AUDITOR, "audit", "audit.log", "verify")
READ = asks(AUDITOR, "audit", "audit.event", "read")
EXPORT = asks(AUDITOR, "audit", "audit.exports", "create")


@pytest.fixture
def seen(everything: Everything) -> int:
    """The index of an event of a practice that saw a patient."""
    staff = subject("practice_staff", OURS)
    return answer(asks(staff, "direct_care", "practice.worklist", "list"), desk=everything.desk).receipt.index


def write(stream: Stream, order: Order) -> tuple[str, str, int]:
    """An export of nothing but how much it would be."""
    return "manifest", "body", sum(len(row.leaf) for row in stream.entries(order.span.first, order.span.size))


@pytest.mark.usefixtures("seen")
def test_a_whole_log_verifies_and_the_looking_is_on_it(everything: Everything) -> None:
    held = len(everything.events())
    verified = auditing.verified(VERIFY, desk=everything.desk)
    assert verified.value.ok
    assert verified.value.size == held
    event = everything.events()[verified.receipt.index]
    assert event["type"] == "audit.searched"
    assert event["details"] == {"verified": "ok", "size": held, "findings": 0}


@pytest.mark.usefixtures("seen")
def test_a_log_verifies_against_a_checkpoint_that_was_kept_elsewhere(everything: Everything) -> None:
    kept = everything.desk.log.checkpoint()
    auditing.verified(VERIFY, desk=everything.desk)
    assert auditing.verified(VERIFY, desk=everything.desk, previous=(kept,)).value.ok


def test_a_checkpoint_that_the_log_never_signed_is_found(everything: Everything) -> None:
    note = everything.desk.log.checkpoint()
    size = note.splitlines()[1]
    verified = auditing.verified(VERIFY, desk=everything.desk, previous=(note.replace(size, "1", 1),))
    assert not verified.value.ok
    assert everything.events()[verified.receipt.index]["details"]["findings"] == 1


def test_a_log_that_was_altered_on_the_disk_does_not_verify(everything: Everything, tmp_path: Path) -> None:
    shutil.copytree(everything.home, tmp_path / "home")
    path, vault = tmp_path / "home" / audit_log.FILE, Vault(everything.desk.settings.keys)
    vault.connect(audit_log.NAME, path).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    content = bytearray(path.read_bytes())
    content[-2000:-1990] = bytes(10)
    path.write_bytes(content)
    for beside in path.parent.glob(f"{audit_log.FILE}-*"):
        beside.unlink()
    stores = {audit_log.NAME: audit_log.Store(vault, tmp_path / "home")}
    verified = auditing.verified(VERIFY, desk=everything.desk_with(stores=stores))
    assert not verified.value.ok
    assert {finding.fault for finding in verified.value.findings} == {Fault.CHANGED}
    assert everything.events()[verified.receipt.index]["details"]["verified"] == "not ok"


def test_one_event_is_proved_to_stand_under_the_signed_head(everything: Everything, seen: int) -> None:
    proved: Changed[auditing.Proof] = auditing.proved(READ, seen, desk=everything.desk)
    proof = proved.value
    head = read_checkpoint(proof.checkpoint, Verifier.parse(everything.desk.log.key()))
    assert (head.size, proof.index) == (proof.size, seen)
    assert root_from_inclusion(seen, proof.size, proof.leaf_hash, proof.path) == head.root
    assert proof.event["resource"] == "practice.worklist"
    assert everything.events()[proved.receipt.index]["details"] == {"index": seen, "rows": 1}


def test_a_path_that_does_not_lead_to_the_signed_head_is_not_shown(
    everything: Everything, seen: int, tmp_path: Path
) -> None:
    shutil.copytree(everything.home, tmp_path / "home")
    vault = Vault(everything.desk.settings.keys)
    connection = vault.connect(audit_log.NAME, tmp_path / "home" / audit_log.FILE)
    connection.execute("UPDATE event SET hash = zeroblob(32) WHERE idx <> ?", (seen,))
    connection.close()
    desk = everything.desk_with(stores={audit_log.NAME: audit_log.Store(vault, tmp_path / "home")})
    with pytest.raises(LogInvalid, match=f"event {seen} does not lead to the signed head"):
        auditing.proved(READ, seen, desk=desk)


@pytest.mark.parametrize("index", [-1, 1_000_000])
def test_an_event_that_is_not_there_cannot_be_proved(everything: Everything, index: int) -> None:
    with pytest.raises(NotFound) as told:
        auditing.proved(READ, index, desk=everything.desk)
    assert everything.events()[told.value.event or 0]["type"] == "access.failed"


def test_an_event_whose_row_was_taken_out_cannot_be_proved(everything: Everything, tmp_path: Path, seen: int) -> None:
    shutil.copytree(everything.home, tmp_path / "home")
    vault = Vault(everything.desk.settings.keys)
    vault.connect(audit_log.NAME, tmp_path / "home" / audit_log.FILE).execute(
        "DELETE FROM event WHERE idx = ?", (seen,)
    )
    stores = {audit_log.NAME: audit_log.Store(vault, tmp_path / "home")}
    with pytest.raises(NotFound):
        auditing.proved(READ, seen, desk=everything.desk_with(stores=stores))


def test_an_export_is_on_the_log_with_what_it_held(everything: Everything, seen: int) -> None:
    size = len(everything.events())
    exported = auditing.exported(EXPORT, seen, write, desk=everything.desk)
    made = exported.value
    assert (made.span.first, made.span.size, made.made_at) == (seen, size, "2026-11-24T09:00:00.000Z")
    event = everything.events()[exported.receipt.index]
    assert event["type"] == "audit.exported"
    told = {"first": seen, "size": size, "sha256": "body", "manifest_sha256": "manifest", "bytes": made.bytes}
    assert told.items() <= event["details"].items()
    assert made.bytes > 500


def test_an_export_from_beyond_the_head_is_refused(everything: Everything) -> None:
    with pytest.raises(BadRequest, match="choose --since from 0"):
        auditing.exported(EXPORT, 1_000_000, write, desk=everything.desk)


def test_what_was_exported_is_fetched_by_an_auditor_alone(everything: Everything) -> None:
    assert auditing.granted(EXPORT, desk=everything.desk).view.name == "audit_exports"
    with pytest.raises(AccessDenied):
        auditing.granted(asks(subject("gp", OURS), "audit", "audit.exports", "create"), desk=everything.desk)


def test_a_patient_has_a_token_for_each_store_and_no_two_alike(everything: Everything) -> None:
    tokens = auditing.tokens_of(everything.desk, NUMBERS[OURS])
    assert len(set(tokens)) == len(everything.desk.stores)
    assert not [token for token in tokens if NUMBERS[OURS] in token]


def test_while_the_log_is_away_nothing_is_verified_or_exported(silent: Desk, everything: Everything) -> None:
    before = len(everything.events())
    with pytest.raises(AuditUnavailable):
        auditing.exported(EXPORT, 0, write, desk=silent)
    assert len(everything.events()) == before


def test_whoever_is_granted_another_view_gets_no_part_of_the_log(everything: Everything) -> None:
    with pytest.raises(AccessDenied):
        auditing.verified(asks(subject("privacy_officer", "06Q"), "audit", "audit.log", "verify"), desk=everything.desk)
