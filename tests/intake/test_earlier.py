"""Who moves to another practice: the old one loses, the new one gains, and the history follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gateway.intake import trends
from gateway.intake.earlier import Earlier, Move, followed
from gateway.intake.pseudonymise import handles
from tests.builders.deliveries import ANNA, BEN, CARA, DEV, HERE, THERE, Rows, patient, spell
from tests.builders.processor import Processor

FIRST, SECOND, THIRD = "2026-05-31", "2026-08-31", "2026-10-31"
STAYS = [spell(10, ANNA), spell(20, ANNA), spell(30, BEN)]


@pytest.fixture
def run(processor: Processor, tmp_path: Path) -> Any:
    count = iter(range(100))

    def taken(as_of: str, anna: str, *others: dict[str, str], **more: list[dict[str, str]]) -> Processor:
        people = [patient(ANNA, anna), patient(BEN), patient(CARA, THERE), *others]
        people = [{**row, "Extract_Date": as_of} for row in people]
        files = Rows(apc=more.get("apc", STAYS), gp_patient=people).written(tmp_path / f"{next(count)}")
        processor.taken(files, "--again", as_of=as_of)
        return processor

    return taken


def of(processor: Processor, who: str) -> dict[str, Any]:
    (row,) = processor.person(who)
    return row


def trend(processor: Processor, who: str) -> list[tuple[str, int]]:
    return [(row["as_of"], row["score"]) for row in processor.person(who, "trend")]


def test_the_old_practice_loses_and_the_new_one_gains_at_the_next_run(run: Any) -> None:
    assert ANNA in run(FIRST, HERE).at_risk()[HERE]
    processor = run(SECOND, THERE)
    assert processor.at_risk() == {THERE: {ANNA}}


def test_the_trend_and_what_changed_follow_under_another_handle(run: Any) -> None:
    old = of(run(FIRST, HERE), ANNA)["handle"]
    processor = run(SECOND, THERE, apc=[*STAYS, spell(40, ANNA, Admission_Date="2026-08-01", Discharge_Date="")])
    assert of(processor, ANNA)["handle"] != old
    assert trend(processor, ANNA) == [(FIRST, 2), (SECOND, 3)]
    (row,) = processor.person(ANNA, "last_run")
    assert (row["state"], row["before_shown"], row["shown"]) == ("moved", "2", "3")
    assert [one["points"] for one in processor.person(ANNA, "change")] == ["+1"]


def test_a_patient_who_stays_has_the_handle_that_she_had(run: Any) -> None:
    old = of(run(FIRST, HERE), BEN)["handle"]
    processor = run(SECOND, THERE)
    assert of(processor, BEN)["handle"] == old
    assert processor.rows("moved") == [
        {"as_of": SECOND, "from_practice": HERE, "practice_code": THERE, "handle": of(processor, ANNA)["handle"],
         "from_handle": processor.rows("moved")[0]["from_handle"]}
    ]  # fmt: skip


def test_a_run_made_again_says_again_who_moved(run: Any) -> None:
    run(FIRST, HERE)
    first = run(SECOND, THERE).everything()
    assert run(SECOND, THERE).everything() == first


def test_whoever_comes_back_brings_the_whole_history_back(run: Any) -> None:
    run(FIRST, HERE)
    run(SECOND, THERE)
    processor = run(THIRD, HERE)
    assert [day for day, _score in trend(processor, ANNA)] == [FIRST, SECOND, THIRD]
    assert processor.person(ANNA, "last_run")[0]["state"] == "moved"


def test_a_new_patient_has_moved_from_nowhere(run: Any) -> None:
    run(FIRST, HERE)
    processor = run(SECOND, HERE, patient(DEV))
    assert processor.rows("moved") == []
    assert trend(processor, DEV) == [(SECOND, 0)]


def test_no_practice_is_told_from_where_anybody_came(run: Any) -> None:
    run(FIRST, HERE)
    processor = run(SECOND, THERE)
    views = processor.desk.policy.release.views.values()
    assert not [part for view in views for part in view.parts if part.table == "moved"]


def test_after_another_method_who_moved_is_told_and_no_score_is_compared() -> None:
    key, day = b"k" * 32, "2026-10-31"
    (old,), (new,) = handles([HERE], [ANNA], key), handles([THERE], [ANNA], key)
    people = pl.DataFrame({"NHS_Number": [ANNA], "practice": [THERE], "handle": [new]})
    trend = trends.read([[(old, f'[["{FIRST}",2,"At risk","2"]]')]])
    known = Earlier(trend, {}, (HERE, THERE), listed={FIRST: {HERE: 1}})
    found = followed(known, people, key, day, comparable=False)
    assert found.moves == (Move(day, HERE, old, THERE, new),)
    assert (len(found.trend.last), found.explained, found.listed) == (0, {}, {})
