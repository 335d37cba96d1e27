"""How many joined and left each practice's list: from planted truth, in kinds that tell no objection, adding up."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.worklist import GONE, JOINED, LIST, LOWER
from gateway.intake import list_changes, trends
from gateway.intake.earlier import Earlier, followed
from gateway.intake.pseudonymise import handles
from tests.builders.deliveries import ANNA, BEN, CARA, DEV, ELLA, FINN, HERE, THERE, Row, Rows, number, patient, spell
from tests.builders.processor import Processor

FULL = os.environ.get("GATEWAY_PROOF") == "full"
FIRST, SECOND = "2026-05-31", "2026-10-31"
GITA, HAL = number(8), number(9)
KEY = b"k" * 32


def two(ident: int, who: str, month: str) -> list[Row]:
    """Two emergency admissions of a month: at risk for a year."""
    return [spell(ident + at, who, Admission_Date=f"{month}-0{at}", Discharge_Date=f"{month}-0{at}") for at in (1, 2)]


@pytest.fixture
def run(processor: Processor, tmp_path: Path) -> Any:
    count = iter(range(100))

    def taken(as_of: str, people: list[Row], stays: list[Row], *objectors: str) -> Processor:
        rows = [{**row, "Extract_Date": as_of} for row in people]
        files = Rows(apc=stays, ec=[], op=[], gp_patient=rows)
        written = files.written(tmp_path / f"{next(count)}")
        processor.taken(written.listing("--objections", *objectors) if objectors else written, "--again", as_of=as_of)
        return processor

    return taken


def told(processor: Processor) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in processor.rows("list_change"):
        assert (row["cut"], row["before_as_of"]) == (LIST, FIRST)
        found.setdefault(row["practice_code"], {})[row["value"]] = row["own_patients"]
    return found


# Anna stays; Ben's admissions are over a year ago; Cara moves; Dev objects; Ella leaves; Finn falls ill; Gita comes.
STAYS = [
    *two(10, ANNA, "2026-04"), *two(20, BEN, "2025-09"), *two(30, CARA, "2026-04"), *two(40, DEV, "2026-04"),
    *two(50, ELLA, "2026-04"),
]  # fmt: skip
LATER = [*STAYS, *two(60, FINN, "2026-09"), *two(70, GITA, "2026-09")]
BEFORE = [patient(ANNA), patient(BEN), patient(CARA), patient(DEV), patient(ELLA), patient(FINN), patient(HAL, THERE)]
AFTER = [
    patient(ANNA), patient(BEN), patient(CARA, THERE), patient(DEV), patient(FINN), patient(GITA), patient(HAL, THERE),
]  # fmt: skip
TRUTH = {
    HERE: {JOINED: 2, LOWER: 1, GONE: 3},  # Finn and Gita; Ben; Cara, Dev and Ella
    THERE: {JOINED: 1, LOWER: 0, GONE: 0},  # Cara
}


def test_the_first_run_has_nothing_to_compare_with(run: Any) -> None:
    assert told(run(FIRST, BEFORE, STAYS)) == {}


def test_whoever_joined_and_left_is_counted_in_the_kind_that_was_planted(run: Any) -> None:
    run(FIRST, BEFORE, STAYS)
    assert told(run(SECOND, AFTER, LATER, DEV)) == TRUTH


def test_a_run_made_again_counts_the_same_again(run: Any) -> None:
    run(FIRST, BEFORE, STAYS)
    run(SECOND, AFTER, LATER, DEV)
    assert told(run(SECOND, AFTER, LATER, DEV)) == TRUTH


def test_whoever_objects_and_whoever_has_gone_are_told_alike(run: Any) -> None:
    run(FIRST, BEFORE, STAYS)
    objected = told(run(SECOND, BEFORE, STAYS, DEV))
    run(FIRST, BEFORE, STAYS)
    left = told(run(SECOND, [one for one in BEFORE if one["NHS_Number"] != DEV], STAYS))
    assert objected == left == {HERE: {JOINED: 0, LOWER: 1, GONE: 1}, THERE: {JOINED: 0, LOWER: 0, GONE: 0}}


def test_nothing_of_whoever_is_not_listed_any_more_is_kept_to_compare_with(run: Any) -> None:
    run(FIRST, BEFORE, STAYS)
    processor = run(SECOND, AFTER, LATER, DEV)
    handles_now = {row["handle"] for row in processor.rows("worklist")}
    held = {row["as_of"]: pl.read_ipc(row["content"]) for row in processor.rows("explained")}
    assert sorted(held) == [FIRST, SECOND]
    assert all(set(frame["handle"]) <= handles_now for frame in held.values())
    assert {row["handle"] for row in processor.rows("trend_row")} == handles_now


def test_a_practice_is_told_its_own_counts_alone(run: Any) -> None:
    run(FIRST, BEFORE, STAYS)
    processor = run(SECOND, AFTER, LATER, DEV)
    for user, practice in (("gp", HERE), ("gp-elsewhere", THERE)):
        part = processor.answer("practice.summary", "list", user).result.parts["changes"]
        assert {row["value"]: row["own_patients"] for row in part.records()} == TRUTH[practice]


PERSON = st.tuples(
    st.sampled_from([None, HERE, THERE]), st.booleans(), st.sampled_from([None, HERE, THERE]), st.booleans()
)


@dataclass
class Made:
    """As much of a run as the counts are made of."""

    people: pl.DataFrame
    as_of: date = date(2026, 10, 31)


def listed(people: list[tuple[int, str, bool]]) -> pl.DataFrame:
    names = {"NHS_Number": pl.String, "practice": pl.String, "at_risk": pl.Boolean}
    frame = pl.DataFrame([(f"{at:010d}", *rest) for at, *rest in people], schema=names, orient="row")
    named = handles(frame["practice"].to_list(), frame["NHS_Number"].to_list(), KEY)
    return frame.with_columns(pl.Series("handle", named, dtype=pl.String))


@settings(max_examples=1000 if FULL else 80, deadline=None)
@given(st.lists(PERSON, max_size=30))
def test_before_and_joined_less_left_is_now_and_each_kind_is_whom_it_means(people: list[Any]) -> None:
    old = listed([(at, was, ill) for at, (was, ill, _, _) in enumerate(people) if was])
    new = listed([(at, now, ill) for at, (_, _, now, ill) in enumerate(people) if now])
    entries = [
        (handle, f'[["{FIRST}",2,"{"At risk" if ill else "Not at risk"}","2"]]')
        for handle, ill in old.select("handle", "at_risk").iter_rows()
    ]
    counted = {FIRST: list_changes.at_risk(old)} if len(old) else {}
    earlier = Earlier(trends.read([entries]), practices=tuple(counted.get(FIRST, ())), listed=counted)
    rows: list[Any] = list(list_changes.rows(Made(new), followed(earlier, new, KEY, SECOND)))  # type: ignore[arg-type]
    found = {(practice, kind): patients for practice, _, kind, patients, _ in rows}
    truth = Counter[tuple[str, str]]()
    for was, were_ill, now, is_ill in people:
        stayed = was == now and were_ill
        if now and is_ill and not stayed:
            truth[now, JOINED] += 1
        if was and were_ill and not (stayed and is_ill):
            truth[was, LOWER if stayed else GONE] += 1
    both = {one[0] for one in people} & {one[2] for one in people} - {None}
    assert found == {(practice, kind): truth[practice, kind] for practice in both for kind in (JOINED, LOWER, GONE)}
