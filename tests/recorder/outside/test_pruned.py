"""An export of a log whose oldest bodies were pruned: checked by their hashes, and a body that just went is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.event import EventType, Subjects

ONE = Subjects("risk_identifiable", ("9990000018",))
DAY_MS = 86_400_000
ASKED = {"decision": "permit", "action": "list", "resource": "practice.worklist"}
Place = Any  # these classes are in conftest, where no test imports from
Export = Any
Check = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def pruned(  # noqa: PLR0913, PLR0917 what it is made with
    tmp_path: Path, new_place: Any, an_event: Any, taken: Any, a_clock: Any, exporting: Any
) -> tuple[Place, str, Export]:
    """Its log, its key, and an export of all."""
    (tmp_path / "log").mkdir()
    place, clock = new_place(tmp_path / "log"), a_clock()
    with place.ledger(clock) as ledger:
        taken(ledger, an_event(**ASKED), an_event(**ASKED), an_event(), subjects=ONE)
        clock.now += DAY_MS
        taken(ledger, an_event(**ASKED), subjects=ONE)
        told = {"before": "2026-11-25", "end": 3, "events": 3}
        taken(ledger, an_event(EventType.LOG_PRUNED, details=told, **ASKED))
        return place, str(ledger.verifier), exporting(place, ledger, 0, tmp_path / "export")


def test_it_is_checked_and_says_how_many_were_pruned(pruned: tuple[Place, str, Export], alone: Check) -> None:
    _, key, export = pruned
    code, lines = alone(export, "--key", key)
    assert (code, lines[-1]) == (0, "OK: events 0 up to 5 are as signed, 3 of them pruned")
    first = json.loads(export.lines()[0])
    assert set(first) == {"pruned", "leaf_hash"}
    assert len(export.lines("fhir/balp.ndjson")) == 2
    assert len(export.lines("subjects.ndjson")) == 1


def with_gone(export: Export, index: int, **changes: Any) -> None:
    """The body of an event goes, its hash stays, and nothing says why."""
    lines = export.lines()
    table = (export.folder / "events.csv").read_text("utf-8").splitlines()
    told = {"pruned": index, "leaf_hash": table[index + 1].rsplit(",", 1)[1], **changes}
    export.put([*lines[:index], json.dumps(told).encode() + b"\n", *lines[index + 1 :]])


def test_a_body_that_went_and_of_which_no_event_tells_is_named(
    pruned: tuple[Place, str, Export], checked: Check
) -> None:
    _, key, export = pruned
    with_gone(export, 3)
    code, lines = checked(export, "--key", key)
    assert code == 1
    assert "changed: event 3 has no body, and no event says that it was pruned" in lines


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"leaf_hash": "00"}, "changed: event 1 cannot be read"),
        ({"leaf_hash": "zz"}, "changed: event 1 cannot be read"),
        ({"leaf_hash": "00" * 32}, "changed: event 1 is not the one in events.csv"),
        ({"pruned": 2}, "dropped: event 1"),
        ({"pruned": "x"}, "changed: event 1 cannot be read"),
    ],
)
def test_what_stands_for_a_pruned_event_and_is_not_so_is_named(
    pruned: tuple[Place, str, Export], checked: Check, changes: dict[str, Any], word: str
) -> None:
    _, key, export = pruned
    with_gone(export, 1, **changes)
    code, lines = checked(export, "--key", key)
    assert code == 1
    assert word in lines
