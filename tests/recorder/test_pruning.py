"""An old event's body goes; its place, hash, day and type stay; and the tree, proofs and exports hold as before."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.event import EventType, Subjects
from gateway.audit.faults import Fault
from gateway.audit.leaf import COLUMNS, KEPT_OF_PRUNED
from gateway.audit.merkle import root_from_inclusion
from gateway.audit.sealing import Sealer, new_key_pair
from gateway.errors import AuditUnavailable
from gateway.stores import audit_log
from gateway.stores.audit_log.pruning import Bodies
from gateway.stores.vault import Vault, writing

ONE, MANY = Subjects("risk_identifiable", ("9990000018",)), Subjects("risk_identifiable", ("9990000026", "9990000034"))
DAY_MS = 86_400_000
FIRST_DAY, SECOND_DAY = "2026-11-24", "2026-11-25"  # of the conftest's clock
Place = Any  # the class is in conftest, where no test imports from


def prune(an_event: Any, end: int, before: str = SECOND_DAY) -> Any:
    return an_event(EventType.LOG_PRUNED, details={"before": before, "end": end, "events": end})


@pytest.fixture
def two_days(place: Place, an_event: Any, taken: Any, a_clock: Any) -> Place:
    """Four events of one day, the last two about people whom the next day has too, and three of the next."""
    clock = a_clock()
    with place.ledger(clock, Sealer(new_key_pair()[1])) as ledger:
        taken(ledger, an_event(actor={"user": "max"}, rows=2), subjects=ONE)
        taken(ledger, an_event())
        taken(ledger, an_event(), an_event(), subjects=MANY)
        clock.now += DAY_MS
        taken(ledger, an_event(), subjects=MANY)
        taken(ledger, an_event())
        taken(ledger, an_event(), subjects=MANY)
        (receipt,) = taken(ledger, prune(an_event, 4))
        assert receipt.index == 7
        taken(ledger, an_event(), subjects=MANY)
    return place


def altered(place: Place, statement: str) -> None:
    connection = Vault(place.keys).connect(audit_log.NAME, place.file)
    with writing(connection):
        connection.execute(statement)
    connection.close()


def test_the_bodies_are_gone_and_day_type_and_hash_are_there(two_days: Place) -> None:
    with two_days.stream() as stream:
        rows = list(stream.entries())
    assert [row.leaf == b"{}" for row in rows] == [True] * 4 + [False] * 5
    for row in rows[:4]:
        told = dict(zip(COLUMNS, row.columns, strict=True))
        assert {name for name in COLUMNS if told[name]} == KEPT_OF_PRUNED
        assert (told["day"], told["type"], len(row.hash)) == (FIRST_DAY, "access.permitted", 32)


def test_the_log_verifies_and_says_how_many_were_pruned(two_days: Place) -> None:
    report = two_days.verified()
    assert (report.ok, report.size, report.pruned) == (True, 9, 4)


def test_people_of_later_events_stay_and_all_others_are_forgotten(two_days: Place) -> None:
    with two_days.stream() as stream:
        found: dict[int, int] = {}
        for index, _token in stream.subjects():
            found[index] = found.get(index, 0) + 1
        sealed = list(stream.seals())
    assert found == {4: 2, 6: 2, 8: 2}
    assert len(sealed) == 2


def test_what_was_sealed_of_whom_no_event_has_is_gone(two_days: Place) -> None:
    connection = Vault(two_days.keys).connect(audit_log.NAME, two_days.file, read_only=True)
    assert connection.execute("SELECT count(*) FROM seal").fetchone() == (2,)
    connection.close()


def test_a_pruned_event_is_still_proved_by_its_hash(two_days: Place) -> None:
    with two_days.ledger() as ledger, two_days.stream() as stream:
        signed = read_checkpoint(ledger.checkpoint, ledger.verifier)
        row = next(iter(stream.entries(1, 2)))
        path = stream.tree(signed.size).inclusion_proof(1)
    assert root_from_inclusion(1, signed.size, row.hash, path) == signed.root


def test_the_next_to_go_are_those_after_the_last_that_went(two_days: Place) -> None:
    with two_days.stream() as stream:
        assert stream.bodies_before("2026-11-26", 3) == Bodies(4, 7)
        assert stream.bodies_before("2026-11-26", 100) == Bodies(4, 9)
        assert stream.bodies_before(SECOND_DAY, 100) == Bodies(4, 4)


def test_pruning_goes_on_from_there(two_days: Place, an_event: Any, taken: Any, a_clock: Any) -> None:
    with two_days.ledger(a_clock(now=a_clock().now + 3 * DAY_MS)) as ledger:
        taken(ledger, prune(an_event, 9, "2026-11-26"))
    report = two_days.verified()
    assert (report.ok, report.pruned) == (True, 9)
    with two_days.stream() as stream:
        assert list(stream.subjects()) == []
        assert list(stream.seals()) == []


@pytest.mark.parametrize(
    "details",
    [
        {"before": SECOND_DAY, "end": 6},
        {"before": SECOND_DAY, "end": 99},
        {"before": SECOND_DAY, "end": -1},
        {"before": SECOND_DAY, "end": "4"},
        {"before": 4, "end": 4},
        {},
    ],
)
def test_no_event_goes_that_is_not_before_the_day_told(
    two_days: Place, an_event: Any, taken: Any, details: dict[str, Any]
) -> None:
    with two_days.ledger() as ledger:
        (refused,) = taken(ledger, an_event(EventType.LOG_PRUNED, details=details))
    assert isinstance(refused, AuditUnavailable)
    assert two_days.verified().pruned == 4


def test_people_remembered_from_before_are_written_once_more(place: Place, an_event: Any, a_clock: Any) -> None:
    clock = a_clock()
    with place.ledger(clock) as ledger:
        ledger.take([(an_event(), MANY)])
        clock.now += DAY_MS
        ledger.take([(an_event(), MANY), (prune(an_event, 1), None), (an_event(), MANY)])
        ledger.take([(an_event(), MANY)])
    report = place.verified()
    assert (report.ok, report.pruned) == (True, 1)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE event SET leaf = '{}' WHERE idx = 5", {(Fault.CHANGED, 5)}),
        ("UPDATE event SET user = 'max' WHERE idx = 1", {(Fault.CHANGED, 1)}),
        ("UPDATE event SET hash = randomblob(32) WHERE idx = 1", {(Fault.CHANGED, 1)}),
        ("DELETE FROM event WHERE idx = 2", {(Fault.DROPPED, 2)}),
        ("INSERT INTO event_subject VALUES (1, 'planted')", {(Fault.CHANGED, 1)}),
        ("DELETE FROM event WHERE idx >= 6", {(Fault.TRUNCATED, 6), (Fault.CHANGED, 3), (Fault.ADDED, 8)}),
    ],
)
def test_what_was_done_to_a_pruned_log_is_named(two_days: Place, statement: str, found: set[tuple[Fault, int]]) -> None:
    altered(two_days, statement)
    report = two_days.verified()
    assert {(one.fault, one.index) for one in report.findings} == found
