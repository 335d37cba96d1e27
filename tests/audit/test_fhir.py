"""Each access as an AuditEvent: what IHE BALP's profiles and FHIR R4 ask for, and nothing that names a patient."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.event import Event, EventType, new_id
from gateway.audit.fhir import ODS, audit_event, is_access
from gateway.audit.leaf import Stamp, leaf
from tests.oracles import balp

ONE, SEVERAL = ("aToken-_1",), ("aToken-_1", "bToken", "cToken")
PERMITTED, DENIED = "permit", "deny"


def leaf_of(
    tokens: tuple[str, ...] = (), kind: EventType = EventType.ACCESS_PERMITTED, **fields: Any
) -> dict[str, Any]:
    """What the log holds of an access."""
    asked: dict[str, Any] = {
        "actor": {"user": "max", "role": "gp", "organisation": "Z99001", "session": "ab"},
        "purpose": "direct_care",
        "purpose_hl7": "TREAT",
        "resource": "practice.worklist",
        "action": "list",
        "decision": PERMITTED,
        "reason_code": "permitted",
        "query": {"band": "high"},
        "channel": "web",
        "request": "0123456789abcdef",
        "host": "gateway.example",
        "from": "192.0.2.7",
        "rows": 3,
    }
    event = Event(new_id(1, bytes(10)), kind, {**asked, **fields})
    body = leaf(event, Stamp(17, "2026-11-24T09:00:00.000Z", "5a" * 16), tokens, "hmac-sha-256/risk_identifiable")
    whole: dict[str, Any] = json.loads(body)
    return whole


def rendered(
    tokens: tuple[str, ...] = (), kind: EventType = EventType.ACCESS_PERMITTED, **fields: Any
) -> dict[str, Any]:
    text = audit_event(leaf_of(tokens, kind, **fields), tokens)
    assert "\n" not in text
    event: dict[str, Any] = json.loads(text)
    return event


def profile_of(event: dict[str, Any]) -> str:
    (profile,) = event["meta"]["profile"]
    return str(profile).removeprefix(balp.PROFILES)


def agent_of(event: dict[str, Any], code: str) -> dict[str, Any]:
    (agent,) = (one for one in event["agent"] if one["type"]["coding"][0]["code"] == code)
    return dict(agent)


@pytest.mark.parametrize(
    ("action", "profile"),
    [
        ("read", "Read"),
        ("list", "Query"),
        ("export", "Query"),
        ("create", "Create"),
        ("update", "Update"),
        ("approve", "Update"),
        ("validate", "Update"),
        ("revoke", "Update"),
    ],
)
@pytest.mark.parametrize(("tokens", "patient"), [((), ""), (ONE, "Patient"), (SEVERAL, "")])
def test_an_access_is_what_its_profile_asks_for(
    action: str, profile: str, tokens: tuple[str, ...], patient: str
) -> None:
    event = rendered(tokens, action=action)
    assert profile_of(event) == patient + profile
    assert balp.faults(event) == []


def test_an_action_that_no_profile_fits_names_none() -> None:
    event = rendered(ONE, action="verify")
    assert "meta" not in event
    assert event["subtype"][0]["code"] == "operation"
    assert balp.faults(event) == []


def test_each_person_is_a_token_and_a_patient_of_its_own_store() -> None:
    event = rendered(SEVERAL)
    patients = [one["what"] for one in event["entity"] if one["type"]["code"] == "1"]
    system = "urn:commissioning-gateway:token:hmac-sha-256/risk_identifiable"
    assert patients == [{"type": "Patient", "identifier": {"system": system, "value": token}} for token in SEVERAL]


def test_a_refusal_is_a_security_alert_that_says_why() -> None:
    event = rendered(kind=EventType.ACCESS_REFUSED, decision=DENIED, reason_code="no_rule")
    assert (event["type"]["code"], event["subtype"][0]["code"]) == ("110113", "AuthZ-Role")
    assert (event["action"], event["outcome"], event["outcomeDesc"]) == ("E", "8", "no_rule")
    assert "meta" not in event
    assert "network" not in agent_of(event, "authserver")
    assert agent_of(event, "110150")["network"] == {"address": "192.0.2.7", "type": "2"}
    assert balp.faults(event) == []


@pytest.mark.parametrize("fault", ["StoreUnavailable", ""])
def test_what_was_permitted_and_failed_is_told_as_a_failure_of_that_action(fault: str) -> None:
    event = rendered(kind=EventType.ACCESS_FAILED, action="read", fault=fault)
    assert (event["subtype"][0]["code"], event["outcome"], event.get("outcomeDesc", "")) == ("read", "8", fault)
    assert "meta" not in event
    assert balp.faults(event) == []


def test_the_purpose_stands_as_its_hl7_code_with_the_event_and_its_user() -> None:
    event = rendered()
    expected = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}]}]
    assert event["purposeOfEvent"] == expected
    assert agent_of(event, "IRCP")["purposeOfUse"] == expected


def test_who_asked_in_which_role_and_for_which_organisation_is_told() -> None:
    event = rendered()
    user = agent_of(event, "IRCP")
    assert (user["who"]["identifier"]["value"], user["role"][0]["coding"][0]["code"]) == ("max", "gp")
    assert agent_of(event, "PROV")["who"]["identifier"] == {"system": ODS, "value": "Z99001"}


def test_whoever_has_no_role_yet_is_told_without() -> None:
    event = rendered(actor={"user": ""}, purpose_hl7="")
    user = agent_of(event, "IRCP")
    assert user["name"] == "unknown"
    assert not {"role", "purposeOfUse"} & user.keys()
    assert "purposeOfEvent" not in event
    assert balp.faults(event) == []


def test_the_query_is_told_in_base64_with_its_filters() -> None:
    (query,) = (one["query"] for one in rendered()["entity"] if "query" in one)
    assert base64.b64decode(query) == b'practice.worklist {"band": "high"}'


def test_the_event_can_be_found_again_on_the_log() -> None:
    event = rendered()
    (place,) = (one for one in event["entity"] if one["type"]["code"] == "4")
    assert place["what"]["identifier"]["value"] == "17"
    assert place["detail"] == [{"type": "rows", "valueString": "3"}]
    assert (event["id"], event["recorded"]) == (new_id(1, bytes(10)), "2026-11-24T09:00:00.000Z")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8::f", {"address": "2001:db8::f", "type": "2"}),
        ("desk-7.example", {"address": "desk-7.example", "type": "1"}),
        ("", {"address": "localhost", "type": "1"}),
    ],
)
def test_a_client_is_told_by_its_address(address: str, network: dict[str, str]) -> None:
    assert agent_of(rendered(**{"from": address}), "110153")["network"] == network


def test_an_event_of_an_earlier_version_has_no_request_address_or_purpose_code() -> None:
    whole = leaf_of()
    for name in ("purpose_hl7", "from", "request", "host", "rows", "query", "channel"):
        del whole[name]
    event = json.loads(audit_event(whole, ()))
    assert balp.faults(event) == []
    assert not [one for one in event["entity"] if one["type"]["code"] == "XrequestId"]


def test_a_session_is_no_access() -> None:
    assert not is_access({"type": "session.start", "actor": {"user": "max"}, "decision": PERMITTED})
    assert not is_access({"type": "system.start", "resource": "audit.log"})
    assert is_access(leaf_of())
    assert is_access(leaf_of(decision=DENIED))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(user=TEXT, role=TEXT, resource=TEXT.filter(bool), why=TEXT, request=TEXT, host=TEXT, denied=st.booleans())
def test_whatever_stands_in_an_event_gives_a_whole_auditevent(  # noqa: PLR0913, PLR0917 what varies
    user: str, role: str, resource: str, why: str, request: str, host: str, *, denied: bool
) -> None:
    actor = {"user": user, "role": role, "organisation": "Z99001"}
    decided = {"decision": DENIED if denied else PERMITTED, "reason_code": why}
    event = rendered(ONE, actor=actor, resource=resource, request=request, host=host, **decided)
    assert balp.faults(event) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda event: event.update(action="R"), "action or outcome"),
        (lambda event: event.update(outcome="8"), "action or outcome"),
        (lambda event: event.update(outcome="1"), "action or outcome"),
        (lambda event: event.pop("recorded"), "AuditEvent.recorded 1..1"),
        (lambda event: event.update(recorder="x"), "AuditEvent.recorder is no element"),
        (lambda event: event.update(subtype=[{"system": balp.REST[0], "code": "read"}]), "subtype"),
        (lambda event: event["type"].update(code="login"), "type"),
        (lambda event: event["agent"].pop(0), "client 1..1"),
        (lambda event: event["agent"][1].pop("network"), "server.network 1..1"),
        (lambda event: event["agent"][2].update(requestor=False), "user.requestor"),
        (lambda event: event["agent"][2].update(network={"type": "1"}), "user.network 0..0"),
        (lambda event: event["agent"][0]["network"].update(type="9"), "network.type"),
        (lambda event: event["entity"].pop(0), "patient 1..1"),
        (lambda event: event["entity"][0]["what"].update(type="Group"), "patient.role or patient.what"),
        (lambda event: event["entity"][1].update(what={"display": "x"}), "object.what 0..0"),
        (lambda event: event["entity"][1].update(name="x"), "sev-1: a name or a query, not both"),
        (lambda event: event["entity"][1]["role"].update(code="4"), "object.role"),
        (lambda event: event["entity"][2]["what"]["identifier"].update(value=""), "transaction"),
        (lambda event: event["source"].update(observer={}), ".source.observer is empty"),
        (lambda event: event["entity"][3]["detail"][0].pop("type"), "detail.type 1..1"),
    ],
)
def test_the_tables_notice_each_thing_that_is_not_as_it_should_be(spoil: Any, fault: str) -> None:
    event = rendered(ONE)
    spoil(event)
    assert fault in balp.faults(event)
