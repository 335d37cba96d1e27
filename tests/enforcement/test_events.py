"""What an event tells of a request: who, what, why and how, and nothing personal, whatever was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.decision import AccessRequest, Decision, ReasonCode, Value
from gateway.access.grant import Column
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.identifiers import check_digit, is_nhs_number
from gateway.stores.result import Result, Rows
from tests.builders.everything import OURS, asks, subject

NUMBER = "9990000018"
ASKED = asks(subject("gp", OURS), "direct_care", "practice.record", "read")
REFUSAL = Decision(
    permitted=False, reason_code=ReasonCode.REASON_MISSING, rule_id="rule", matched_rules=("rule", "other"), scope="s",
    view="v", agreement="DARS-NIC-226296-S7T2Y", duties=("reason",), policy_version="version",
)  # fmt: skip
NUMBERS = st.integers(0, 10**9 - 1).map(lambda n: f"{n:09d}{check_digit(f'{n:09d}')}").filter(is_nhs_number)
SIGNS = st.sampled_from(["", " ", "-", "  "])


def asking(**question: Value) -> AccessRequest:
    return replace(ASKED, question=question)


def query(request: AccessRequest) -> dict[str, Any]:
    found: dict[str, Any] = events.asked(request, REFUSAL)["query"]
    return found


def test_an_event_tells_who_asked_for_what_why_and_how() -> None:
    told = events.refused(ASKED, REFUSAL)
    assert told.type is EventType.ACCESS_REFUSED
    actor = {"user": "max", "role": "gp", "organisation": OURS, "signed_in_by": "password", "session": ""}
    asked = {"purpose": "direct_care", "resource": "practice.record", "action": "read", "reason": "planned_review"}
    decided = {"decision": "deny", "reason_code": "reason_missing", "rules": ["rule", "other"], "policy": "version"}
    around = {"channel": "cli", "request": "request", "interaction": {"method": "test", "route": ""}}
    more = {"actor": actor, "relationship": "attested", "agreement": "DARS-NIC-226296-S7T2Y"}
    expected = {**asked, **decided, **around, **more}
    assert expected.items() <= told.fields.items()


def test_a_relationship_that_was_not_attested_is_not_told_as_one() -> None:
    plain = replace(ASKED, context=replace(ASKED.context, attested=False))
    assert events.asked(plain, REFUSAL)["relationship"] == ""


def test_somebody_without_a_role_has_none_on_the_log() -> None:
    assert events.actor_of(replace(ASKED.subject, membership=None))["actor"]["role"] == ""


def test_filters_stand_as_they_were_asked() -> None:
    asked = asking(band=("High", "Very high"), age_band="65 to 69", page=2, day_from="2026-11-24")
    assert query(asked) == {"age_band": "65 to 69", "band": ["High", "Very high"], "day_from": "2026-11-24", "page": 2}


@pytest.mark.parametrize("name", ["handle", "pseudonym", "nhs_number", "token", "reference"])
def test_whom_a_question_is_about_never_stands_in_it(name: str) -> None:
    assert query(asking(**{name: "somebody"})) == {name: "personal"}


@settings(deadline=None)
@given(number=NUMBERS, first=SIGNS, second=SIGNS, around=st.sampled_from(["{}", "patient {} please", "x{}"]))
def test_an_nhs_number_that_is_typed_as_a_filter_never_stands_on_the_log(
    number: str, first: str, second: str, around: str
) -> None:
    typed = around.format(f"{number[:3]}{first}{number[3:6]}{second}{number[6:]}")
    assert query(asking(band=typed)) == {"band": "personal"}
    assert query(asking(band=("High", typed))) == {"band": ["High", "personal"]}
    assert query(asking(**{typed: "x"})) == {"personal": "x"}


def test_a_failure_names_the_fault_and_a_breach_is_one() -> None:
    assert events.failed(ASKED, REFUSAL, "StoreUnavailable").fields["fault"] == "StoreUnavailable"
    assert events.breach_suspected(ASKED, REFUSAL).type is EventType.BREACH_SUSPECTED


def test_no_two_events_have_the_same_id_and_later_ones_sort_later() -> None:
    ids = [events.event(EventType.SYSTEM_START, {}).id for _ in range(50)]
    assert len(set(ids)) == len(ids)
    assert [one[:8] for one in ids] == sorted(one[:8] for one in ids)


def test_the_canonical_answer_is_its_columns_and_rows_in_a_fixed_form() -> None:
    rows = Rows((Column("name", "term"), Column("score", "score")), (("Zoë", 3), (None, 1)), total=2, page=4)
    assert events.canonical(Result("one", {"b": rows, "a": Rows((), ())})) == (
        '{"a":[[],[]],"b":[["name","score"],[["Zoë",3],[null,1]]]}'.encode()
    )


def test_an_answer_is_fingerprinted_under_a_salt_of_its_own() -> None:
    first, second = events.fingerprint(b"the same"), events.fingerprint(b"the same")
    assert first["bytes"] == second["bytes"] == 8
    assert first["response_sha256"] != second["response_sha256"]


def test_an_answer_about_nobody_has_no_subjects() -> None:
    assert events.subjects_of(Result("one", {})) is None
    found = events.subjects_of(Result("one", {}, subjects=(NUMBER,)))
    assert found is not None
    assert (found.store, found.identifiers) == ("one", (NUMBER,))


def test_whoever_is_asked_for_by_number_is_among_the_people_of_the_event_found_or_not() -> None:
    asked = {"nhs_number": NUMBER, "page": 1}
    for held in ((), (NUMBER,)):
        found = events.subjects_of(Result("one", {}, subjects=held), asked)
        assert found is not None
        assert (found.store, found.identifiers) == ("one", (NUMBER,))
    assert events.subjects_of(Result("one", {}), {"page": 1}) is None
