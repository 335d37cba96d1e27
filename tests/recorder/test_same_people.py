"""Lists of the same people are opened again and again: their tokens stand on the disk once, and in every proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gateway.audit.event import Event, Subjects
from gateway.audit.faults import Fault
from gateway.audit.leaf import subjects_hash
from gateway.recorder.ledger import REMEMBERED
from gateway.stores import audit_log
from gateway.stores.vault import Vault

Place = Any  # these classes are in conftest, where no test imports from
Make = Callable[..., Event]
Take = Callable[..., list[Any]]
FIVE = Subjects("risk_identifiable", tuple(f"99900000{number}" for number in range(10, 15)))
TWO = Subjects("risk_identifiable", FIVE.identifiers[:2])
ONE = Subjects("risk_identifiable", FIVE.identifiers[:1])


def rows(place: Place) -> int:
    with place.stream() as stream:
        return int(stream.connection.execute("SELECT count(*) FROM event_subject").fetchone()[0])


def altered(place: Place, statement: str) -> None:
    connection = Vault(place.keys).connect(audit_log.NAME, place.file)
    connection.execute(statement)
    connection.close()


def test_the_same_people_are_written_once_and_told_of_each_event(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), an_event(), subjects=FIVE)
        taken(ledger, an_event(), subjects=TWO)
        taken(ledger, an_event(), subjects=FIVE)
        taken(ledger, an_event())
    assert rows(place) == 5 + 2
    with place.stream() as stream:
        told = list(stream.subjects())
    leaves = [json.loads(leaf) for leaf in place.leaves()]
    for index, leaf in enumerate(leaves):
        assert leaf["subjects"]["hash"] == subjects_hash([token for at, token in told if at == index])
    assert [leaf["subjects"]["n"] for leaf in leaves] == [5, 5, 2, 5, 0]
    assert place.verified().ok


def test_people_whose_event_was_refused_are_written_with_the_next(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(rows="three"), an_event(), subjects=FIVE)
    assert rows(place) == 5
    assert place.verified().ok


def test_one_person_alone_is_written_with_each_event(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), an_event(), subjects=ONE)
    assert rows(place) == 2


def test_after_a_new_start_people_are_written_once_more(place: Place, an_event: Make, taken: Take) -> None:
    for _ in range(2):
        with place.ledger() as ledger:
            taken(ledger, an_event(), an_event(), subjects=FIVE)
    assert rows(place) == 10
    assert place.verified().ok


def test_what_is_remembered_has_a_limit(place: Place, an_event: Make) -> None:
    groups = [Subjects("risk_identifiable", (f"{number:010}", "0")) for number in range(REMEMBERED + 1)]
    with place.ledger() as ledger:
        ledger.take([(an_event(), group) for group in groups])
        ledger.take([(an_event(), groups[0])])  # remembered still; more would be too many
        ledger.take([(an_event(), groups[0])])
    assert rows(place) == 2 * len(groups) + 2
    assert place.verified().ok


def test_people_moved_to_another_event_are_named_as_changed(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), subjects=FIVE)
        taken(ledger, an_event(), subjects=TWO)
    altered(place, "UPDATE event SET subjects_at = 0 WHERE idx = 1")
    assert {(found.fault, found.index) for found in place.verified().findings} == {(Fault.CHANGED, 1)}


def test_people_set_beside_an_event_that_has_none_are_named(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), an_event())
    altered(place, "INSERT INTO event_subject VALUES (1, 'planted'), (7, 'planted')")
    assert {(found.fault, found.index) for found in place.verified().findings} == {
        (Fault.CHANGED, 1),
        (Fault.ADDED, 7),
    }


def test_a_log_of_the_first_version_is_brought_up_without_a_leaf_changed(
    place: Place, an_event: Make, taken: Take
) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), subjects=ONE)
        taken(ledger, an_event())
    before = place.leaves()
    altered(place, "DROP VIEW intake_run")
    for table in ("tile", "cosignature", "seal", "review"):
        altered(place, f"DROP TABLE {table}")
    for index in ("pruned", "action", "reason_code", "agreement", "channel"):
        altered(place, f"DROP INDEX event_{index}")
    altered(place, "DROP INDEX event_subjects_at")
    altered(place, "ALTER TABLE event DROP COLUMN subjects_at")
    altered(place, "PRAGMA user_version = 1")
    assert audit_log.migrate(Vault(place.keys), place.home) == 5
    assert place.leaves() == before
    assert place.verified().ok
