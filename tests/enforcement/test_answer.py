"""Nothing leaves without its event: what is shown, refused or fails is on the log before anybody is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.access.decision import AccessRequest
from gateway.audit.event import EventType
from gateway.enforcement.answer import answer
from gateway.enforcement.desk import Desk
from gateway.enforcement.events import canonical
from gateway.errors import AccessDenied, AuditUnavailable, BadRequest, GatewayError, NotFound, StoreUnavailable
from gateway.stores.result import Result
from tests.builders.everything import NUMBERS, OURS, THEIRS, Everything, asks, subject

STAFF = subject("practice_staff", OURS)
WORKLIST = asks(STAFF, "direct_care", "practice.worklist", "list")
NOTHING_FOUND = asks(STAFF, "direct_care", "practice.worklist", "list", {"band": "Very high"})
PATIENT = asks(STAFF, "direct_care", "practice.patient", "read", {"handle": f"handle-of-{OURS}"})
ANOTHERS = asks(STAFF, "direct_care", "practice.patient", "read", {"handle": f"handle-of-{THEIRS}"})
RECORD = asks(STAFF, "direct_care", "practice.record", "read", {"handle": f"handle-of-{OURS}"})
UNKNOWN_FILTER = asks(STAFF, "direct_care", "practice.worklist", "list", {"hospital": "x"})
EXPORT = asks(STAFF, "direct_care", "practice.worklist", "export")
HOST = asks(subject("practice_staff", "ZZH"), "direct_care", "practice.worklist", "list")


def raised(request: AccessRequest, desk: Desk, kind: type[GatewayError]) -> GatewayError:
    """The error that the request ends with."""
    with pytest.raises(kind) as told:
        answer(request, desk=desk)
    assert told.type is kind
    return told.value


@contextmanager
def away(path: Path) -> Iterator[None]:
    """A file or folder that is somewhere else for a while."""
    path.rename(path.with_suffix(".away"))
    try:
        yield
    finally:
        path.with_suffix(".away").rename(path)


def test_an_answer_comes_with_the_receipt_of_its_event(everything: Everything) -> None:
    before = len(everything.events())
    answered = answer(WORKLIST, desk=everything.desk)
    assert [row["nhs_number"] for row in answered.result.parts["patients"].records()] == [NUMBERS[OURS]]
    assert answered.receipt.index == before == len(everything.events()) - 1
    event = everything.events()[before]
    assert (event["type"], event["decision"], event["rows"], event["view"]) == (
        "access.permitted",
        "permit",
        1,
        "practice_worklist",
    )
    assert event["actor"]["user"] == "max"
    assert event["agreement"] == "DARS-NIC-226296-S7T2Y"
    assert "patients.nhs_number" in event["columns"]
    assert event["data_version"] == "run 1"


def test_the_event_proves_the_answer_and_tells_none_of_it(everything: Everything) -> None:
    answered = answer(WORKLIST, desk=everything.desk)
    event = everything.events()[answered.receipt.index]
    salted = bytes.fromhex(event["response_salt"]) + canonical(answered.result)
    assert hashlib.sha256(salted).hexdigest() == event["response_sha256"]
    assert event["bytes"] == len(canonical(answered.result))
    assert NUMBERS[OURS] not in str(event)


def test_the_log_knows_the_patients_of_an_answer_by_their_tokens(everything: Everything) -> None:
    answered = answer(PATIENT, desk=everything.desk)
    assert everything.events()[answered.receipt.index]["subjects"]["n"] == 1
    token = everything.desk.log.token("risk_identifiable", NUMBERS[OURS])
    asked = asks(subject("nhs_digital_auditor", "X26"), "audit", "audit.patient", "list", {"token": token})
    found = answer(asked, desk=everything.desk).result.parts["events"].records()
    assert answered.receipt.index in [row["idx"] for row in found]


def test_an_answer_without_a_row_is_an_event_of_its_own(everything: Everything) -> None:
    answered = answer(NOTHING_FOUND, desk=everything.desk)
    assert answered.result.count == 0
    assert everything.events()[answered.receipt.index]["type"] == "access.empty"


def test_an_event_may_be_of_a_named_type(everything: Everything) -> None:
    answered = answer(PATIENT, desk=everything.desk, kind=EventType.RECORD_DISPLAYED)
    assert everything.events()[answered.receipt.index]["type"] == "record.displayed"


def test_a_file_is_made_of_the_disclosed_rows_before_its_event_and_hashed_whole(everything: Everything) -> None:
    before = len(everything.events())

    def render(result: Result) -> bytes:
        assert len(everything.events()) == before
        return f"{result.count} patient".encode()

    answered = answer(EXPORT, desk=everything.desk, kind=EventType.EXPORT_CREATED, render=render)
    event = everything.events()[answered.receipt.index]
    assert answered.body == b"1 patient"
    assert (event["type"], event["bytes"]) == ("export.created", len(answered.body))
    assert event["response_sha256"] == hashlib.sha256(bytes.fromhex(event["response_salt"]) + answered.body).hexdigest()


def test_a_file_that_cannot_be_made_is_on_the_log_as_failed(everything: Everything) -> None:
    def render(_result: Result) -> bytes:
        raise BadRequest("too long a file")

    with pytest.raises(BadRequest) as told:
        answer(EXPORT, desk=everything.desk, render=render)
    assert everything.events()[told.value.event]["type"] == "access.failed"  # type: ignore[index]


def test_a_refusal_is_on_the_log_before_it_is_told(everything: Everything) -> None:
    before = len(everything.events())
    refusal = raised(RECORD, everything.desk, AccessDenied)
    assert refusal.event == before
    event = everything.events()[before]
    assert (event["type"], event["decision"], event["reason_code"]) == ("access.refused", "deny", "no_rule")
    assert "rows" not in event


def test_a_barred_organisation_is_a_suspected_breach(everything: Everything) -> None:
    refusal = raised(HOST, everything.desk, AccessDenied)
    assert everything.events()[refusal.event or 0]["type"] == "breach.suspected"


@pytest.mark.parametrize("request_", [WORKLIST, RECORD, UNKNOWN_FILTER, ANOTHERS])
def test_while_the_log_is_away_nobody_is_told_anything(
    silent: Desk, everything: Everything, request_: AccessRequest
) -> None:
    before = len(everything.events())
    raised(request_, silent, AuditUnavailable)
    assert len(everything.events()) == before


@pytest.mark.parametrize(
    ("request_", "kind"),
    [(ANOTHERS, NotFound), (UNKNOWN_FILTER, BadRequest), (replace(WORKLIST, question={"page": 0}), BadRequest)],
)
def test_what_was_permitted_and_could_not_be_answered_is_on_the_log_first(
    everything: Everything, request_: AccessRequest, kind: type[GatewayError]
) -> None:
    before = len(everything.events())
    fault = raised(request_, everything.desk, kind)
    assert fault.event == before
    event = everything.events()[before]
    assert (event["type"], event["decision"], event["fault"]) == ("access.failed", "permit", kind.__name__)


def test_a_store_that_is_not_there_is_on_the_log_and_shows_nothing(everything: Everything) -> None:
    with away(everything.home / "risk_identifiable" / "run-000001.db"):
        fault = raised(WORKLIST, everything.desk, StoreUnavailable)
    event: dict[str, Any] = everything.events()[fault.event or 0]
    assert (event["type"], event["fault"]) == ("access.failed", "StoreUnavailable")
    assert answer(WORKLIST, desk=everything.desk).result.count == 1


def test_a_count_that_was_not_protected_is_on_the_log_and_not_shown(everything: Everything) -> None:
    path = everything.home / "risk_pseudonymised" / "run-000001.db"
    path.chmod(0o600)
    connection = everything.desk.vault.connect("risk_pseudonymised", path)
    connection.execute("UPDATE lattice SET people = '3'")
    lead = asks(subject("commissioner_lead", "06Q"), "commissioning", "population.dashboard", "read")
    fault = raised(lead, everything.desk, StoreUnavailable)
    assert everything.events()[fault.event or 0]["type"] == "access.failed"
    connection.execute("UPDATE lattice SET people = '10'")
    shown = answer(lead, desk=everything.desk)
    assert everything.events()[shown.receipt.index]["suppressed"] == 0
