"""A run that an earlier program made, one row of the trend for each entry, is served and taken on all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.stores.generations import current_run, path_of
from tests.builders.deliveries import ANNA, BEN, HERE, Rows, patient, spell
from tests.builders.processor import IDENTIFIABLE, Processor

FIRST, SECOND, THIRD = "2026-05-31", "2026-08-31", "2026-10-31"
AS_IT_WAS = """
    CREATE TABLE entry AS SELECT practice_code, at_risk, handle, as_of, score, band, shown FROM trend;
    DROP VIEW trend;
    DROP TABLE trend_row;
    DROP TABLE list_change;
    DROP TABLE listed;
    CREATE TABLE trend (
        practice_code TEXT NOT NULL, at_risk INTEGER NOT NULL, handle TEXT NOT NULL, as_of TEXT NOT NULL,
        score INTEGER NOT NULL, band TEXT NOT NULL, shown TEXT
    ) STRICT;
    INSERT INTO trend SELECT * FROM entry ORDER BY as_of, handle;
    DROP TABLE entry;
    CREATE INDEX trend_handle ON trend (handle);
"""
WITHOUT_SHOWN = "UPDATE trend SET shown = NULL"


def taken(processor: Processor, folder: Path, as_of: str, *more: dict[str, str]) -> None:
    people = [{**patient(who), "Extract_Date": as_of} for who in (ANNA, BEN)]
    stays = [spell(10, ANNA), spell(20, ANNA), spell(30, BEN), *more]
    processor.taken(Rows(apc=stays, gp_patient=people).written(folder / as_of), "--again", as_of=as_of)


def aged(processor: Processor, *more: str) -> None:
    """The run that is served, as the program before wrote it."""
    path = path_of(processor.home, IDENTIFIABLE, current_run(processor.home))
    path.chmod(0o600)
    connection = processor.desk.vault.connect(IDENTIFIABLE, path)
    for statement in (*AS_IT_WAS.split(";"), *more):
        connection.execute(statement)
    connection.close()
    path.chmod(0o400)


@pytest.fixture
def old(processor: Processor, tmp_path: Path) -> Processor:
    """Two runs, the last of them as the program before wrote it."""
    taken(processor, tmp_path, FIRST)
    taken(processor, tmp_path, SECOND, spell(40, ANNA, Admission_Date="2026-08-01", Discharge_Date="2026-08-02"))
    aged(processor)
    return processor


def test_it_is_served_without_what_it_has_not(old: Processor) -> None:
    handle = old.person(ANNA)[0]["handle"]
    parts = old.answer("practice.patient", "read", "gp", handle=handle).result.parts
    assert [(row["as_of"], row["shown"]) for row in parts["trend"].records()] == [(FIRST, "2"), (SECOND, "3")]
    summary = old.answer("practice.summary", "list", "gp").result.parts
    assert summary["cells"].rows
    assert (summary["changes"].rows, summary["changes"].total) == ((), 0)


def test_its_trend_goes_on_with_the_next_run(old: Processor, tmp_path: Path) -> None:
    taken(old, tmp_path, THIRD)
    rows = [(row["as_of"], row["score"], row["band"], row["shown"]) for row in old.person(ANNA, "trend")]
    assert rows == [(FIRST, 2, "At risk", "2"), (SECOND, 3, "High", "3"), (THIRD, 3, "High", "3")]
    assert [row["score"] for row in old.person(BEN, "trend")] == [1, 1, 1]


def test_an_entry_without_its_shown_score_is_shown_as_the_number(processor: Processor, tmp_path: Path) -> None:
    taken(processor, tmp_path, FIRST)
    aged(processor, WITHOUT_SHOWN)
    taken(processor, tmp_path, SECOND)
    assert [row["shown"] for row in processor.person(ANNA, "trend")] == ["2", "2"]


def test_who_joined_and_left_is_counted_against_its_list(old: Processor, tmp_path: Path) -> None:
    more = [spell(50 + at, BEN, Admission_Date=f"2026-09-0{at}", Discharge_Date="2026-09-09") for at in (1, 2)]
    taken(old, tmp_path, THIRD, *more)
    told = {row["value"]: row["own_patients"] for row in old.rows("list_change") if row["practice_code"] == HERE}
    assert sorted(told.values()) == [0, 0, 1]
    assert {row["before_as_of"] for row in old.rows("list_change")} == {SECOND}
