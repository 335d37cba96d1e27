"""A run and whoever else writes: people's work is saved meanwhile, a second run is refused, half a run never stays."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import Conflict, StoreUnavailable
from gateway.intake.stages import AUDIT_EVENT, STAGES
from gateway.stores.generations import one_intake
from gateway.stores.vault import writing
from tests.builders.deliveries import Rows
from tests.builders.processor import Processor

AT_A_STAGE: dict[str, Any] = {}  # what the hook does; a hook itself stays for as long as the interpreter


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event == AUDIT_EVENT and args[0] in AT_A_STAGE:
        AT_A_STAGE.pop(args[0])()


@pytest.fixture(scope="module")
def hook() -> dict[str, Any]:
    """What is put in here is done when that stage begins."""
    sys.addaudithook(_hook)
    return AT_A_STAGE


@pytest.mark.parametrize("stage", STAGES)
def test_at_every_stage_of_a_run_what_people_write_is_saved(
    processor: Processor, tmp_path: Path, hook: dict[str, Any], stage: str
) -> None:
    saved: list[int] = []

    def save() -> None:
        other = processor.desk.vault.connect("practice_work", processor.home / "practice_work.db")
        with writing(other) as connection:
            connection.execute("INSERT INTO outbox VALUES ('a mark', '{}')")
            saved.append(connection.execute("DELETE FROM outbox WHERE event_id = 'a mark'").rowcount)
        other.close()

    hook[stage] = save
    assert processor.taken(Rows().written(tmp_path))["run"] == 1
    assert saved == [1]


def test_a_second_run_is_refused_while_one_is_under_way(processor: Processor, tmp_path: Path) -> None:
    before, events = processor.kept(), len(processor.events())
    with one_intake(processor.home):
        result = processor.run(*Rows().written(tmp_path).words())
    assert isinstance(result.exception, Conflict)
    assert "another intake is under way: wait until it has ended" in str(result.exception)
    assert (processor.kept(), len(processor.events())) == (before, events)
    assert processor.taken(Rows().written(tmp_path))["run"] == 1


def test_a_run_that_cannot_be_put_on_record_leaves_nothing(processor: Processor, tmp_path: Path) -> None:
    processor.taken(Rows().written(tmp_path))
    before = processor.kept()
    processor.work.execute("CREATE TRIGGER no_more BEFORE INSERT ON run BEGIN SELECT raise(ABORT, 'full'); END")
    try:
        result = processor.run(*Rows().written(tmp_path).words(), "--again")
    finally:
        processor.work.execute("DROP TRIGGER no_more")
    assert isinstance(result.exception, StoreUnavailable)
    assert processor.kept() == before
