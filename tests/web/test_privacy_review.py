"""The review queue at the screen: found at its opening, looked at, decided without a script; no patient is named."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, Subjects, new_id

OFFICER = ("privacy_officer", "06Q")
QUEUE = "/privacy/review"


@pytest.fixture
def officer(house: Any) -> Any:
    """pat, today: the clock is the log's own."""
    house.clock[0] = datetime.now(UTC)
    return house.signed_in("pat", OFFICER)


def opens_many(house: Any, user: str) -> None:
    fields: dict[str, Any] = {
        "actor": {"user": user, "role": "gp", "organisation": "Z99001"}, "resource": "practice.patient",
        "action": "read", "decision": "permit", "rules": ["one"], "rows": 1, "channel": "web",
    }  # fmt: skip
    for _ in range(6):
        event = Event(new_id(0, os.urandom(10)), EventType.ACCESS_PERMITTED, fields)
        house.desk.log.append(event, Subjects("risk_identifiable", ("9990000018",)))


def number_of(officer: Any, user: str) -> str:
    found = re.search(
        rf'href="/privacy/review/(\d+)">\d+</a></th>\s*<td[^>]*>[^<]*</td>\s*<td[^>]*>{user}<', officer.get(QUEUE).text
    )
    assert found
    return found.group(1)


def test_opening_the_queue_finds_what_is_new_and_both_are_on_the_log(house: Any, officer: Any) -> None:
    opens_many(house, "ann")
    page = officer.get(QUEUE)
    assert "Many records of one person opened within a minute." in page.text
    first, second = (house.events()[int(index)] for index in page.headers["Gateway-Event"].split(","))
    assert [(one["type"], one["action"]) for one in (first, second)] == [
        ("audit.searched", "find"),
        ("audit.searched", "list"),
    ]
    assert not re.search(r"999.?000.?0018", page.text)


def test_an_item_shows_its_events_and_is_decided_by_a_plain_form(house: Any, officer: Any) -> None:
    opens_many(house, "ben")
    address = f"{QUEUE}/{number_of(officer, 'ben')}"
    page = officer.get(address).text
    assert page.count("practice.patient") == 6
    assert len(re.findall(r'type="radio"', page)) == 5
    assert officer.post(address, address, outcome="talked_to").headers["Location"] == QUEUE
    assert house.events()[-1]["type"] == "review.decided"
    assert "It was decided." in officer.get(address).text
    told = officer.get(f"{QUEUE}?state=decided").text
    assert "Talked to the user; nothing further." in told
    assert officer.post(address, outcome="in_order").status_code == 409


def test_without_an_outcome_nothing_is_decided(house: Any, officer: Any) -> None:
    opens_many(house, "cat")
    address = f"{QUEUE}/{number_of(officer, 'cat')}"
    assert officer.post(address, address).status_code == 400
    assert 'type="radio"' in officer.get(address).text


def test_what_is_not_on_the_queue_is_not_found(officer: Any) -> None:
    assert officer.get(f"{QUEUE}/999999").status_code == 404
    assert "Nothing is on the queue" in officer.get(f"{QUEUE}?user=nobody").text


def test_another_role_reaches_nothing_of_it(house: Any) -> None:
    browser = house.signed_in("kit", ("nhs_digital_auditor", "X26"))
    assert [browser.get(path).status_code for path in (QUEUE, f"{QUEUE}/1", f"/api/v1{QUEUE}")] == [403] * 3
    assert browser.post(f"{QUEUE}/1", outcome="in_order").status_code == 403
