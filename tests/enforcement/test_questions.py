"""The auditor's questions against a recount in plain Python over the leaves: no difference; each is on the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.access.decision import AccessRequest, Value
from gateway.enforcement import questions
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, BadRequest, NotFound, StoreUnavailable
from gateway.stores import audit_log
from gateway.stores.audit_log import asking
from gateway.stores.audit_log.asking import Days, asking_of
from gateway.stores.vault import Vault
from tests.builders.everything import Everything, asks, subject
from tests.builders.many_events import PEOPLE, STORES, Made, made
from tests.oracles import plain_questions as plain

AUDITOR = subject("nhs_digital_auditor", "X26")
SIZE = 40_000 if os.environ.get("GATEWAY_PROOF") == "full" else 4_000
WHOLE = {"day_from": "2026-01-01", "day_to": "2027-12-31"}
PART = {"day_from": "2026-03-20", "day_to": "2026-04-20"}


@pytest.fixture(scope="session")
def history(_open: Everything, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A log of its own, beside the installation's, with the installation's keys."""
    home = tmp_path_factory.mktemp("history")
    audit_log.create(Vault(_open.desk.settings.keys), home)
    return made(home, _open.desk.settings.keys, SIZE)


@pytest.fixture
def desk(everything: Everything, history: Made) -> Desk:
    """The installation's desk over that log; what is asked is on the installation's own."""
    stores = {name: everything.desk.stores[name] for name in STORES if name in everything.desk.stores}
    read = audit_log.Store(Vault(history.keys), history.home)
    return everything.desk_with(stores={**stores, audit_log.NAME: read})


def ask(name: str, **question: Value) -> AccessRequest:
    return asks(AUDITOR, "audit", "audit.questions", "list", {"question": name, **question})


def every(pages: Callable[[int], Changed[questions.Found]]) -> Iterator[dict[str, Any]]:
    """The rows of all pages."""
    number, more = 1, True
    while more:
        rows = pages(number).value.rows
        assert (rows.page, rows.more) == (number, rows.total > (number - 1) * rows.page_size + len(rows.rows))
        yield from rows.records()
        number, more = number + 1, rows.more


RECOUNTED: dict[str, Callable[[Any], list[int]]] = {
    "refused": plain.refused,
    "exports": plain.exports,
    "out-of-hours": plain.out_of_hours,
    "break-glass": plain.break_glass,
}


@pytest.mark.parametrize("name", RECOUNTED)
@pytest.mark.parametrize("days", [WHOLE, PART])
def test_a_question_finds_what_a_plain_recount_finds(
    desk: Desk, history: Made, name: str, days: dict[str, str]
) -> None:
    found = [row["idx"] for row in every(lambda page: questions.asked(ask(name, **days, page=page), desk=desk))]
    leaves = plain.within(history.leaves, days["day_from"], days["day_to"])
    assert found == RECOUNTED[name](leaves)
    assert found


@pytest.mark.parametrize("days", [WHOLE, PART])
def test_accesses_without_a_duty_are_what_a_plain_recount_finds(
    desk: Desk, history: Made, days: dict[str, str]
) -> None:
    rows = every(lambda page: questions.asked(ask("without-duty", **days, page=page), desk=desk))
    found = {row["idx"]: set(row["lacks"].split(", ")) for row in rows}
    leaves = list(plain.within(history.leaves, days["day_from"], days["day_to"]))
    assert found == plain.without_duty(history.leaves, leaves)
    assert set().union(*found.values()) == {"no_reason", "no_attestation", "no_rule", "role_ended"}


@pytest.mark.parametrize("days", [WHOLE, PART])
def test_who_opens_many_records_is_what_a_plain_recount_finds(desk: Desk, history: Made, days: dict[str, str]) -> None:
    rows = list(every(lambda page: questions.asked(ask("many-records", **days, page=page), desk=desk)))
    found = {tuple(row.values()) for row in rows}
    assert found == plain.many_records(plain.within(history.leaves, days["day_from"], days["day_to"]))
    assert [row["records"] for row in rows] == sorted((row["records"] for row in rows), reverse=True)


def test_what_a_user_did_is_what_a_plain_recount_finds(desk: Desk, history: Made) -> None:
    def pages(page: int) -> Changed[questions.Found]:
        asked = asks(AUDITOR, "audit", "audit.user", "list", {"user": "user03", "page": page})
        return questions.of_user(asked, desk=desk)

    assert [row["idx"] for row in every(pages)] == plain.user(history.leaves, "user03")


@pytest.mark.parametrize("person", PEOPLE[::12])
def test_who_saw_a_person_is_what_a_plain_recount_finds(desk: Desk, history: Made, person: str) -> None:
    tokens = {history.token_of(store, person) for store in desk.stores}
    request = asks(AUDITOR, "audit", "audit.patient", "list", {"token": ""})
    shown = questions.who_saw(request, person, desk=desk)
    found = [row["idx"] for row in shown.value.rows.records()]
    assert found == plain.who_saw(history.leaves, history.tokens, tokens)
    assert len(found) == shown.value.rows.total


def test_a_list_that_was_opened_again_is_found_though_its_people_are_written_once(desk: Desk, history: Made) -> None:
    again = [index for index, tokens in history.tokens.items() if len(tokens) == 30]
    request = asks(AUDITOR, "audit", "audit.patient", "list", {"token": ""})
    found = {row["idx"] for row in questions.who_saw(request, PEOPLE[25], desk=desk).value.rows.records()}
    assert len(again) > 100
    assert len(found & set(again)) > 50


def test_how_many_on_each_day_does_not_depend_on_the_page(desk: Desk, history: Made) -> None:
    first, second = (questions.asked(ask("refused", **WHOLE, page=page), desk=desk).value for page in (1, 2))
    assert first.days == second.days
    assert sum(first.days.values()) == first.rows.total
    counted: dict[str, int] = {}
    for one in history.leaves:
        if one["type"] in plain.REFUSED:
            counted[plain.day(one)] = counted.get(plain.day(one), 0) + 1
    assert list(first.days.items()) == sorted(counted.items())


def test_each_question_is_an_access_with_its_own_event(everything: Everything, desk: Desk) -> None:
    changed = questions.asked(ask("refused", **WHOLE), desk=desk)
    event = everything.events()[changed.receipt.index]
    assert (event["type"], event["resource"]) == ("audit.searched", "audit.questions")
    assert event["query"] == {"question": "refused", **WHOLE}
    told = event["details"]
    assert (told["question"], told["rows"], told["total"]) == ("refused", 50, changed.value.rows.total)
    assert len(told["response_sha256"]) == 64


def test_who_saw_a_person_leaves_no_number_on_the_log(everything: Everything, desk: Desk) -> None:
    request = asks(AUDITOR, "audit", "audit.patient", "list", {"token": ""})
    index = questions.who_saw(request, PEOPLE[0], desk=desk).receipt.index
    event = everything.events()[index]
    assert (event["type"], event["query"]) == ("audit.searched", {"token": "personal"})
    assert PEOPLE[0] not in str(event)


def test_without_days_the_last_31_are_asked_for(everything: Everything) -> None:
    desk = everything.desk
    assert questions.days_of(ask("refused"), desk) == Days("2026-10-25", "2026-11-24")
    assert questions.days_of(ask("refused", day_to="2026-03-31"), desk) == Days("2026-03-01", "2026-03-31")
    assert questions.days_of(ask("refused", day_from="2026-11-01"), desk) == Days("2026-11-01", "2026-11-24")


@pytest.mark.parametrize("question", [{"day_from": "yesterday"}, {"day_to": ("2026-01-01", "2026-01-02")}])
def test_what_is_no_day_is_not_understood(everything: Everything, question: dict[str, Value]) -> None:
    with pytest.raises(BadRequest, match="year-month-day"):
        questions.asked(ask("refused", **question), desk=everything.desk)


@pytest.mark.parametrize("page", [0, -1, "2"])
def test_what_is_no_page_is_not_understood_and_on_the_log(everything: Everything, page: Value) -> None:
    with pytest.raises(BadRequest, match="whole number"):
        questions.asked(ask("refused", page=page), desk=everything.desk)
    assert everything.events()[-1]["fault"] == "BadRequest"


def test_a_question_that_there_is_not_is_not_found(everything: Everything) -> None:
    with pytest.raises(NotFound):
        questions.asked(ask("nonsense"), desk=everything.desk)


def test_whoever_is_no_auditor_is_refused_and_the_refusal_is_on_the_log(everything: Everything) -> None:
    officer = asks(subject("privacy_officer", "06Q"), "audit", "audit.questions", "list", {"question": "refused"})
    with pytest.raises(AccessDenied):
        questions.asked(officer, desk=everything.desk)
    assert everything.events()[-1]["type"] == "access.refused"


def test_the_log_is_not_asked_for_a_grant_of_another_store(everything: Everything) -> None:
    request = asks(subject("privacy_officer", "06Q"), "audit", "privacy.explain", "read")
    grant = everything.desk.policy.grant(request, everything.desk.policy.decide(request, everything.desk.now()))
    with everything.desk.stores["audit_log"].changing() as snapshot, pytest.raises(StoreUnavailable):  # type: ignore[attr-defined]
        asking_of(grant, snapshot)


@pytest.mark.parametrize("statement", [asking.OF_DAYS, asking.OF_TYPES, asking.OF_USER, asking.OF_PEOPLE, asking.HELD])
def test_no_question_reads_the_log_from_end_to_end(everything: Everything, statement: str) -> None:
    values = {"first": "", "last": "", "types": "[]", "user": "", "tokens": "[]"}
    with everything.desk.stores["audit_log"].changing() as snapshot:  # type: ignore[attr-defined]
        plan = [row[3] for row in snapshot.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("USING INDEX" in step or "USING COVERING INDEX" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN event")]
