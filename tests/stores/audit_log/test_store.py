"""The auditor's door: parts of a grant's view, and the whole log for a grant of this store alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from gateway.access.decision import AccessRequest, Context
from gateway.access.grant import Grant
from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.errors import StoreUnavailable
from gateway.http.sign_in import service_subject
from gateway.stores.audit_log import stream_of

GrantOf = Callable[..., Grant]


@pytest.fixture
def grant(house: Any) -> GrantOf:
    """What ada the auditor, or max who keeps accounts, may do."""
    house.add("ada", ("nhs_digital_auditor", "X26"))
    house.add("max", ("access_administrator", "06Q"))

    def granted(resource: str, action: str = "list", user: str = "ada", **question: Any) -> Grant:
        purpose = "audit" if user == "ada" else "administration"
        subject = service_subject(house.desk, user)
        context = Context(request_id="a request", channel="cli", method="a test")
        request = AccessRequest(subject, purpose, resource, action, context, question)
        decision = house.desk.policy.decide(request, house.now())
        assert decision.permitted
        made: Grant = house.desk.policy.grant(request, decision)
        return made

    return granted


def looked_at(house: Any, *numbers: str, user: str = "nia") -> int:
    fields = {"actor": {"user": user, "role": "gp", "organisation": "Z99001"}, "purpose": "direct_care"}
    event = Event(new_id(0, os.urandom(10)), EventType.ACCESS_PERMITTED, fields)
    return int(house.desk.log.append(event, Subjects("risk_identifiable", numbers)).index)


def rows_of(house: Any, grant: Grant, part: str = "events") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.desk.stores["audit_log"].select(grant).parts[part].records()
    return found


def test_the_newest_event_comes_first_and_the_answer_names_the_size_of_the_log(house: Any, grant: GrantOf) -> None:
    index = looked_at(house, "9990000018")
    assert rows_of(house, grant("audit.events"))[0]["idx"] == index
    assert house.desk.stores["audit_log"].select(grant("audit.events")).data_version == str(index + 1)


def test_events_are_searched_by_what_stands_in_their_leaf(house: Any, grant: GrantOf) -> None:
    index = looked_at(house, "9990000018", user="olga")
    assert rows_of(house, grant("audit.events", purpose="direct_care"))[0]["idx"] == index
    assert {row["type"] for row in rows_of(house, grant("audit.events", type="system.start"))} == {"system.start"}


def test_who_saw_one_person_is_told_of_later_looks_at_the_same_people_too(house: Any, grant: GrantOf) -> None:
    both = ("9990000034", "9990000042")
    seen = [looked_at(house, *both), looked_at(house, *both), looked_at(house, both[0])]
    looked_at(house, "9990000050")
    token = house.desk.log.token("risk_identifiable", both[0])
    found = rows_of(house, grant("audit.patient", token=(token,)))
    assert [row["idx"] for row in found] == seen[::-1]


def test_the_exports_that_were_made_are_told(house: Any, grant: GrantOf) -> None:
    details = {"first": 0, "size": 1, "sha256": "ab", "checkpoint": house.desk.log.checkpoint()}
    event = Event(new_id(0, os.urandom(10)), EventType.AUDIT_EXPORTED, {"details": details, "actor": {"user": "ada"}})
    index = house.desk.log.append(event).index
    assert rows_of(house, grant("audit.exports"), "exports")[0]["idx"] == index


def test_the_whole_log_is_for_a_grant_of_this_store_alone(house: Any, grant: GrantOf) -> None:
    store = house.desk.stores["audit_log"]
    with store.changing() as snapshot:
        assert stream_of(grant("audit.log", "verify"), snapshot).head()[0] > 0
        with pytest.raises(StoreUnavailable, match="another store"):
            stream_of(grant("administration.users", user="max"), snapshot)


def test_a_snapshot_stands_still_while_the_log_goes_on(house: Any, grant: GrantOf) -> None:
    with house.desk.stores["audit_log"].changing() as snapshot:
        stream = stream_of(grant("audit.log", "verify"), snapshot)
        size = stream.head()[0]
        looked_at(house, "9990000018")
        assert (stream.head()[0], len(list(stream.entries()))) == (size, size)


def test_a_read_that_fails_is_the_store_that_cannot_be_read(house: Any) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be read"), house.desk.stores["audit_log"].changing() as snapshot:
        snapshot.connection.execute("SELECT * FROM nothing")


def test_nothing_waits_here_for_the_log(house: Any) -> None:
    store = house.desk.stores["audit_log"]
    with store.changing() as snapshot:
        snapshot.put_in_outbox(Event("an id", EventType.AUDIT_SEARCHED, {}))
    store.settle("an id")
    assert store.outbox() == []
    assert store.version() >= 1
