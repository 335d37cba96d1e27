"""What an event of a review has to tell before the log takes it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.event import Event, EventType
from gateway.errors import AuditUnavailable
from gateway.recorder import reviews

FOUND = {
    "rule": "hasty",
    "account": "max",
    "day": "2026-11-24",
    "due": "2026-12-01",
    "first": 1,
    "last": 6,
    "events": 6,
}
DECIDED = {"review": 7, "outcome": "in_order"}


def event(kind: EventType, details: dict[str, Any]) -> Event:
    return Event("id", kind, {"actor": {"user": "pat"}, "details": details})


def test_a_find_becomes_a_row_whose_number_is_its_events_index() -> None:
    row = reviews.opened(event(EventType.REVIEW_OPENED, FOUND), "now", 7)
    assert row == (7, "hasty", "max", "2026-11-24", 1, 6, 6, "now", "2026-12-01")


def test_a_decision_becomes_an_outcome_by_whom_when_and_of_what() -> None:
    assert reviews.decided(event(EventType.REVIEW_DECIDED, DECIDED), "now") == ("in_order", "pat", "now", 7)


@pytest.mark.parametrize("name", FOUND)
def test_a_find_that_lacks_something_is_not_taken(name: str) -> None:
    for wrong in ({key: FOUND[key] for key in FOUND if key != name}, {**FOUND, name: []}, {**FOUND, name: True}):
        with pytest.raises(AuditUnavailable, match=name):
            reviews.opened(event(EventType.REVIEW_OPENED, wrong), "now", 7)


@pytest.mark.parametrize("wrong", [{}, {"review": 7}, {"review": "7", "outcome": "x"}, {"review": 7, "outcome": 1}])
def test_a_decision_that_lacks_something_is_not_taken(wrong: dict[str, Any]) -> None:
    with pytest.raises(AuditUnavailable, match="a review tells its"):
        reviews.decided(event(EventType.REVIEW_DECIDED, wrong), "now")
