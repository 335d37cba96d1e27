"""What questions read of the log: the events of some days, in the log's order, and none whose body was pruned."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.stores.audit_log.asking import Asking, Days
from gateway.stores.audit_log.pruning import prune

Kept = Any  # the class is in conftest, where no test imports from
ALWAYS = Days("0000-00-00", "9999-99-99")


@pytest.fixture
def asking(kept: Kept) -> Any:
    kept.written(6)
    connection = kept.opened()
    yield Asking(connection)
    connection.close()


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("0000-00-00", "9999-99-99", [5, 4, 3, 2, 1, 0]),
        ("2026-01-02", "2026-01-02", [3, 2]),
        ("2026-01-02", "9999-99-99", [5, 4, 3, 2]),
        ("0000-00-00", "2026-01-02", [3, 2, 1, 0]),
        ("2026-01-04", "2026-01-09", []),
        ("2025-01-01", "2025-12-31", []),
        ("2026-01-03", "2026-01-01", []),
    ],
)
def test_days_bound_the_events_newest_first(asking: Asking, first: str, last: str, found: list[int]) -> None:
    asking.connection.execute("UPDATE event SET day = '2026-01-0' || (1 + idx / 2)")
    assert [fact.idx for fact in asking.of_days(Days(first, last))] == found
    assert [fact.idx for fact in asking.of_types(["access.permitted"], Days(first, last))] == found
    assert [fact.idx for fact in asking.of_user("", Days(first, last))] == found


def test_an_event_whose_body_was_pruned_answers_no_question(asking: Asking) -> None:
    prune(asking.connection, 4)
    assert [fact.idx for fact in asking.of_days(ALWAYS)] == [5, 4]
    assert [fact.idx for fact in asking.of_types(["access.permitted"], ALWAYS)] == [5, 4]
