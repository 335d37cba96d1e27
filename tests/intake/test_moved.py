"""What practices wrote of a patient who moved follows her once the run is served, and once only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.intake.moved import follow_moves
from gateway.stores.vault import writing
from tests.builders.deliveries import ANNA, BEN, HERE, THERE, Rows, patient
from tests.builders.processor import Processor

FIRST, SECOND = "2026-05-31", "2026-10-31"
NOTES = "CREATE TABLE note_of_a_test (practice_code TEXT, handle TEXT, told TEXT)"
ADD = "INSERT INTO note_of_a_test VALUES (?, ?, ?)"


@pytest.fixture
def notes(processor: Processor) -> Iterator[Any]:
    """A table about patients in the practices' store."""
    processor.work.execute(NOTES)

    def add(practice: str, who: str, told: str) -> None:
        processor.work.execute(ADD, (practice, processor.person(who)[0]["handle"], told))

    yield add
    processor.work.execute("DROP TABLE note_of_a_test")


def run(processor: Processor, folder: Path, as_of: str, anna: str) -> None:
    people = [{**row, "Extract_Date": as_of} for row in (patient(ANNA, anna), patient(BEN))]
    processor.taken(Rows(gp_patient=people).written(folder / as_of), "--again", as_of=as_of)


def told(processor: Processor) -> set[tuple[str, str, str]]:
    return {tuple(row) for row in processor.work.execute("SELECT * FROM note_of_a_test")}


def test_what_was_written_stands_under_the_new_practice_once_the_run_is_served(
    processor: Processor, notes: Any, tmp_path: Path
) -> None:
    run(processor, tmp_path, FIRST, HERE)
    notes(HERE, ANNA, "of Anna")
    notes(HERE, BEN, "of Ben")
    ben = processor.person(BEN)[0]["handle"]
    run(processor, tmp_path, SECOND, THERE)
    assert told(processor) == {(THERE, processor.person(ANNA)[0]["handle"], "of Anna"), (HERE, ben, "of Ben")}


def test_following_again_changes_nothing_more(processor: Processor, notes: Any, tmp_path: Path) -> None:
    run(processor, tmp_path, FIRST, HERE)
    notes(HERE, ANNA, "of Anna")
    run(processor, tmp_path, SECOND, THERE)
    before = told(processor)
    assert follow_moves(processor.work, processor.desk.vault, processor.home) == 0
    assert told(processor) == before


@pytest.mark.usefixtures("notes")
def test_what_a_crash_left_behind_follows_at_the_next_look(processor: Processor, tmp_path: Path) -> None:
    run(processor, tmp_path, FIRST, HERE)
    old = processor.person(ANNA)[0]["handle"]
    run(processor, tmp_path, SECOND, THERE)
    with writing(processor.work) as connection:
        connection.execute(ADD, (HERE, old, "written just before"))
    assert follow_moves(processor.work, processor.desk.vault, processor.home) == 1
    assert {practice for practice, _handle, _told in told(processor)} == {THERE}


def test_a_run_in_which_nobody_moved_leaves_everything(processor: Processor, notes: Any, tmp_path: Path) -> None:
    run(processor, tmp_path, FIRST, HERE)
    notes(HERE, ANNA, "of Anna")
    before = told(processor)
    run(processor, tmp_path, SECOND, HERE)
    assert told(processor) == before
