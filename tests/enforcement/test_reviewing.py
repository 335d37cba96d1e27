"""The review queue: found from the log once, however often one looks; decided once, by somebody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gateway.access.decision import AccessRequest
from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.enforcement import reviewing
from gateway.enforcement.answer import answer
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, AuditUnavailable, BadRequest, Conflict, NotFound
from tests.builders.everything import Everything, asks, subject

RULE = "many_drill_downs"
Hasty = Callable[[str], list[int]]


def ask(action: str, user: str = "pat") -> AccessRequest:
    return asks(subject("privacy_officer", "06Q", user), "audit", "privacy.review", action)


@pytest.fixture(autouse=True)
def _put_the_clock_back(everything: Everything) -> Iterator[None]:
    before = everything.clock[0]
    yield
    everything.clock[0] = before


@pytest.fixture
def desk(everything: Everything) -> Desk:
    """The clock is the log's own: what was written now is of today."""
    everything.clock[0] = datetime.now(UTC)
    return everything.desk


@pytest.fixture
def hasty(desk: Desk) -> Hasty:
    """Somebody who opens six records at once; the indexes of what they did."""

    def opens(user: str) -> list[int]:
        fields: dict[str, Any] = {
            "actor": {"user": user, "role": "gp", "organisation": "Z99001", "signed_in_by": "password"},
            "resource": "practice.patient", "action": "read", "decision": "permit", "reason_code": "permitted",
            "rules": ["gp:practice.patient:read"], "rows": 1, "channel": "web",
        }  # fmt: skip
        made = [Event(new_id(0, os.urandom(10)), EventType.ACCESS_PERMITTED, fields) for _ in range(6)]
        return [desk.log.append(one, Subjects("risk_identifiable", ("9990000018",))).index for one in made]

    return opens


def queue(desk: Desk, user: str) -> list[dict[str, Any]]:
    """What stands on the queue of a user for opening many records."""
    shown = answer(
        asks(subject("privacy_officer", "06Q", "pat"), "audit", "privacy.review", "list", {"user": user, "rule": RULE}),
        desk=desk,
    )
    return shown.result.parts["reviews"].records()


def one_of(desk: Desk, user: str) -> int:
    reviewing.found(ask("find"), desk=desk)
    return int(str(queue(desk, user)[0]["id"]))


def test_what_calls_for_a_look_is_put_on_the_queue_by_an_event(
    everything: Everything, desk: Desk, hasty: Hasty
) -> None:
    indexes = hasty("ann")
    found = reviewing.found(ask("find"), desk=desk)
    mine = [one for one in found.value if (one.user, one.rule) == ("ann", RULE)]
    assert [(one.first, one.last, one.events) for one in mine] == [(indexes[0], indexes[-1], 6)]
    (row,) = queue(desk, "ann")
    assert (row["state"], row["outcome"], row["events"]) == ("open", "", 6)
    due = date.fromisoformat(str(row["day"])) + timedelta(days=7)
    assert row["due"] == due.isoformat()
    events = everything.events()
    event = events[int(str(row["id"]))]
    assert (event["type"], event["actor"]["user"], event["resource"]) == ("review.opened", "pat", "privacy.review")
    assert event["details"]["account"] == "ann"
    assert events[found.receipt.index]["type"] == "audit.searched"
    assert events[found.receipt.index]["details"] == {"question": "review", "found": len(found.value)}


def test_the_same_find_is_one_item_however_often_and_by_whomever(
    everything: Everything, desk: Desk, hasty: Hasty
) -> None:
    hasty("ben")
    reviewing.found(ask("find"), desk=desk)
    hasty("ben")
    assert "ben" not in {one.user for one in reviewing.found(ask("find", "nia"), desk=desk).value}
    assert len(queue(desk, "ben")) == 1
    opened = [one for one in everything.events() if one["type"] == "review.opened"]
    assert len({one["id"] for one in opened}) == len(opened)


def test_a_find_that_another_put_there_at_the_same_time_is_still_one(
    everything: Everything, desk: Desk, hasty: Hasty
) -> None:
    hasty("cat")
    number = one_of(desk, "cat")
    event = everything.events()[number]
    kept = {name: event[name] for name in ("actor", "details", "resource", "action", "decision")}
    assert desk.log.append(Event(event["id"], EventType.REVIEW_OPENED, kept)).index == number
    desk.log.append(Event(new_id(1, os.urandom(10)), EventType.REVIEW_OPENED, kept))
    assert [row["id"] for row in queue(desk, "cat")] == [number]


def test_an_item_is_looked_at_with_what_its_user_did(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    indexes = hasty("dan")
    looked = reviewing.looked_at(ask("read"), one_of(desk, "dan"), desk=desk)
    assert [fact.idx for fact in looked.value.facts] == indexes
    assert {fact.user for fact in looked.value.facts} == {"dan"}
    event = everything.events()[looked.receipt.index]
    assert (event["type"], event["details"]) == ("audit.searched", {"review": looked.value.review.id, "rows": 6})


def test_a_decision_closes_an_item_with_its_outcome(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    hasty("eve")
    number = one_of(desk, "eve")
    changed = reviewing.decided(ask("decide"), number, "in_order", desk=desk)
    (row,) = queue(desk, "eve")
    assert (row["state"], row["outcome"], row["decided_by"]) == ("decided", "in_order", "pat")
    event = everything.events()[changed.receipt.index]
    assert (event["type"], row["decided"]) == ("review.decided", event["at"])
    assert event["details"] == {"review": number, "rule": RULE, "account": "eve", "outcome": "in_order"}


def test_an_item_is_decided_once(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    hasty("fay")
    number = one_of(desk, "fay")
    reviewing.decided(ask("decide"), number, "training", desk=desk)
    with pytest.raises(Conflict):
        reviewing.decided(ask("decide"), number, "in_order", desk=desk)
    assert everything.events()[-1]["fault"] == "Conflict"
    assert queue(desk, "fay")[0]["outcome"] == "training"


def test_the_log_itself_takes_one_decision_and_no_second(desk: Desk, hasty: Hasty) -> None:
    hasty("gus")
    told = {"actor": {"user": "pat"}, "details": {"review": one_of(desk, "gus"), "outcome": "incident"}}
    desk.log.append(Event(new_id(2, os.urandom(10)), EventType.REVIEW_DECIDED, told))
    with pytest.raises(AuditUnavailable, match="decided before"):
        desk.log.append(Event(new_id(2, os.urandom(10)), EventType.REVIEW_DECIDED, told))


def test_nobody_decides_about_themselves(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    hasty("pat")
    with pytest.raises(AccessDenied, match="separation_of_duty"):
        reviewing.decided(ask("decide"), one_of(desk, "pat"), "in_order", desk=desk)
    assert everything.events()[-1]["type"] == "access.refused"
    assert queue(desk, "pat")[0]["state"] == "open"


def test_an_outcome_is_one_of_the_policys(desk: Desk, hasty: Hasty) -> None:
    hasty("hal")
    with pytest.raises(BadRequest, match="outcome"):
        reviewing.decided(ask("decide"), one_of(desk, "hal"), "whatever", desk=desk)


def test_an_item_that_there_is_not_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        reviewing.looked_at(ask("read"), 10**9, desk=desk)
    with pytest.raises(NotFound):
        reviewing.decided(ask("decide"), 10**9, "in_order", desk=desk)


@pytest.mark.parametrize("action", ["find", "list", "read", "decide"])
def test_the_queue_is_the_privacy_officers_alone(everything: Everything, action: str) -> None:
    auditor = asks(subject("nhs_digital_auditor", "X26"), "audit", "privacy.review", action)
    with pytest.raises(AccessDenied):
        {
            "find": lambda: reviewing.found(auditor, desk=everything.desk),
            "list": lambda: answer(auditor, desk=everything.desk),
            "read": lambda: reviewing.looked_at(auditor, 1, desk=everything.desk),
            "decide": lambda: reviewing.decided(auditor, 1, "in_order", desk=everything.desk),
        }[action]()


def test_days_before_the_last_eight_are_not_looked_at(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    hasty("ivy")
    everything.clock[0] = datetime.now(UTC) + timedelta(days=9)
    assert "ivy" not in {one.user for one in reviewing.found(ask("find"), desk=desk).value}


def test_what_the_officer_sees_names_no_patient(everything: Everything, desk: Desk, hasty: Hasty) -> None:
    hasty("jan")
    looked = reviewing.looked_at(ask("read"), one_of(desk, "jan"), desk=desk).value
    tokens = {desk.log.token(store, "9990000018") for store in desk.stores}
    assert not any(token in str(looked) for token in tokens)
    assert "9990000018" not in str(looked) + str(everything.events()[-3:])
