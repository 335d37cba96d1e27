"""What changed since the run before, and why: the old terms and what came or went make the new ones, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake import trends
from gateway.intake.changes import SCHEMA, differences, explained, tables
from gateway.intake.earlier import Earlier
from gateway.intake.primary import Primary
from gateway.risk import admission_model
from gateway.risk.methods import Basis
from tests.builders.deliveries import ANNA, BEN, CARA, DEV, Rows, condition, patient, spell
from tests.builders.processor import IDENTIFIABLE, Processor

FIRST, SECOND = "2026-05-31", "2026-10-31"
EARLY = {"Admission_Date": "2025-09-01", "Discharge_Date": "2025-09-04"}
LATE = {"Admission_Date": "2026-09-01", "Discharge_Date": "2026-09-04"}
TERMS = st.lists(
    st.tuples(
        st.sampled_from(["H1", "H2"]), st.sampled_from(["21", "22"]), st.sampled_from(["", "2026-01-01"]),
        st.integers(-3000, 3000),
    ),
    max_size=12,
)  # fmt: skip


@pytest.fixture
def run(processor: Processor, tmp_path: Path) -> Any:
    """Take a delivery in for a day; GP data of the same month."""
    count = iter(range(100))

    def taken(as_of: str, **other: list[dict[str, str]]) -> Processor:
        people = other.pop("gp_patient", [patient(ANNA), patient(BEN), patient(CARA, "Z99002")])
        people = [{**row, "Extract_Date": as_of} for row in people]
        files = Rows(gp_patient=people, **other).written(tmp_path / f"{next(count)}")
        processor.taken(files, "--again", as_of=as_of)
        return processor

    return taken


def last_run(processor: Processor, who: str) -> dict[str, Any]:
    (row,) = processor.person(who, "last_run")
    return row


def whats(processor: Processor, who: str, source: str) -> list[tuple[str, str, str]]:
    rows = processor.person(who, "change")
    return sorted((row["direction"], row["what"], row["points"]) for row in rows if row["source"] == source)


def test_the_first_run_says_that_there_is_nothing_to_compare_with(run: Any) -> None:
    processor = run(SECOND)
    row = last_run(processor, ANNA)
    assert (row["state"], row["before_score"], row["shown"]) == ("first_run", None, "2")
    assert processor.rows("change") == []


def test_a_further_admission_and_one_that_is_over_a_year_ago_are_told_without_code_or_date(run: Any) -> None:
    stays = [spell(10, ANNA, **EARLY), spell(20, ANNA)]
    run(FIRST, apc=stays)
    processor = run(SECOND, apc=[*stays, spell(30, ANNA, **LATE)], gp_condition=[condition(ANNA)])
    row = last_run(processor, ANNA)
    assert (row["state"], row["before_as_of"], row["before_shown"], row["shown"]) == ("same", FIRST, "2", "2")
    assert whats(processor, ANNA, "score") == [
        ("came", "A further emergency admission was recorded", "+1"),
        ("went", "An emergency admission is now more than 12 months ago", "-1"),
    ]
    shown = str(processor.person(ANNA, "change"))
    assert not [told for told in ("2025-09-01", "2026-09-01", "J44", "21") if told in shown]
    dated = {(one["dates"], one["direction"], one["term"]) for one in processor.person(ANNA, "change_term")}
    assert dated == {("2025-09-01", "went", "21"), ("2026-09-01", "came", "21")}


def test_several_of_a_kind_are_told_together(run: Any) -> None:
    run(FIRST, apc=[spell(10, ANNA), spell(20, ANNA)])
    more = [spell(30 + at, ANNA, Admission_Date=f"2026-08-0{at + 1}", Discharge_Date="2026-08-09") for at in range(3)]
    processor = run(SECOND, apc=[spell(10, ANNA), spell(20, ANNA), *more])
    assert whats(processor, ANNA, "score") == [("came", "3 further emergency admissions were recorded", "+3")]
    assert last_run(processor, ANNA)["state"] == "changed"


def test_an_admission_recorded_late_and_one_that_was_withdrawn_are_told_as_such(run: Any) -> None:
    stays = [spell(10, ANNA), spell(20, ANNA), spell(30, ANNA, Admission_Date="2026-04-01")]
    run(FIRST, apc=stays)
    late = spell(40, ANNA, Admission_Date="2026-03-03", Discharge_Date="2026-03-05")
    mended = spell(35, ANNA, Hospital_Spell_No="SP30", Admission_Method="11", Admission_Date="2026-04-01")
    processor = run(SECOND, apc=[*stays[:2], mended, late])
    assert whats(processor, ANNA, "score") == [
        ("came", "An earlier emergency admission was recorded late", "+1"),
        ("went", "An emergency admission was corrected or withdrawn", "-1"),
    ]


def test_registers_that_came_and_went_are_told_by_name_and_sensitive_ones_not_at_all(run: Any) -> None:
    run(FIRST, gp_condition=[condition(ANNA, Register=code) for code in ("DM", "AF", "ALC")])
    processor = run(SECOND, gp_condition=[condition(ANNA, Register=code) for code in ("DM", "HF")])
    assert whats(processor, ANNA, "list") == [("came", "Heart failure", ""), ("went", "Atrial fibrillation", "")]


def test_whoever_comes_on_the_list_is_new_on_it_and_the_reason_is_told(run: Any) -> None:
    run(FIRST, apc=[spell(10, ANNA), spell(20, ANNA), spell(30, BEN)])
    processor = run(SECOND, apc=[spell(30, BEN), spell(40, BEN, **LATE)])
    row = last_run(processor, BEN)
    assert (row["state"], row["before_shown"], row["before_band"], row["band"]) == (
        "new",
        "1",
        "Not at risk",
        "At risk",
    )
    assert whats(processor, BEN, "score") == [("came", "A further emergency admission was recorded", "+1")]


def test_whoever_was_in_no_run_before_is_new_with_nothing_to_compare(run: Any) -> None:
    run(FIRST)
    stays = [spell(50, DEV), spell(60, DEV)]
    processor = run(SECOND, apc=stays, gp_patient=[patient(ANNA), patient(DEV)])
    assert (last_run(processor, DEV)["state"], last_run(processor, DEV)["before_score"]) == ("new", None)
    assert processor.person(DEV, "change") == []


def test_a_run_made_again_tells_the_same_change_again(run: Any) -> None:
    run(FIRST, apc=[spell(10, ANNA), spell(20, ANNA)])
    again = {"apc": [spell(10, ANNA), spell(20, ANNA), spell(30, ANNA, **LATE)]}
    first = sorted(map(str, run(SECOND, **again).rows("change")))
    second = sorted(map(str, run(SECOND, **again).rows("change")))
    assert first == second
    assert len(first) == 1


def test_only_patients_at_risk_have_anything_told_of_them(run: Any) -> None:
    run(FIRST)
    processor = run(SECOND)
    listed = {row["handle"] for row in processor.rows("worklist") if row["at_risk"]}
    assert {row["handle"] for row in processor.rows("last_run")} == listed


def frame(terms: list[tuple[str, str, str, int]]) -> pl.DataFrame:
    rows = [(handle, term, dates, "told", "hospital", points) for handle, term, dates, points in terms]
    names = {"handle": pl.String, "term": pl.String, "dates": pl.String, "description": pl.String, "basis": pl.String,
             "points": pl.Int64}  # fmt: skip
    nothing = pl.DataFrame(schema={"handle": pl.String, "term": pl.String})
    return explained(pl.DataFrame(rows, schema=names, orient="row"), nothing)


@settings(max_examples=60)
@given(TERMS, TERMS)
def test_the_old_points_and_the_changes_make_the_new_points(
    before: list[tuple[str, str, str, int]], after: list[tuple[str, str, str, int]]
) -> None:
    old, new = frame(before), frame(after)
    found = differences(old, new)

    def points(of: pl.DataFrame, name: str = "points") -> dict[str, int]:
        return dict(of.group_by("handle").agg(pl.col(name).sum()).iter_rows())

    for name in ("points", "number"):
        was, more, now = points(old, name), points(found, name), points(new, name)
        assert {who: was.get(who, 0) + more.get(who, 0) for who in ("H1", "H2")} == {
            who: now.get(who, 0) for who in ("H1", "H2")
        }
    assert dict(old.schema) == SCHEMA


@settings(max_examples=30)
@given(TERMS)
def test_what_did_not_change_is_not_told(terms: list[tuple[str, str, str, int]]) -> None:
    assert differences(frame(terms), frame(list(reversed(terms)))).is_empty()


def test_what_the_run_before_is_remembered_by_names_nobody(run: Any) -> None:
    run(FIRST)
    processor = run(SECOND)
    held = [row["as_of"] for row in processor.rows("explained", IDENTIFIABLE)]
    assert sorted(held) == [FIRST, SECOND]
    assert all(ANNA.encode() not in row["content"] for row in processor.rows("explained"))


@dataclass
class ByModel:
    """As much of a run by the local model as a change looks at: one person, H1."""

    score: int
    sensitive_registers: frozenset[str] = frozenset()
    as_of: date = date(2026, 10, 31)
    primary: Primary = field(default_factory=lambda: Primary(admission_model.METHOD, 15, 1))

    @property
    def people(self) -> pl.DataFrame:
        return pl.DataFrame(
            {"practice": ["Z99001"], "handle": ["H1"], "at_risk": [True], "score": [self.score], "band": ["High"]}
        )


def log_odds(**points: int) -> pl.DataFrame:
    names = {"handle": pl.String, "term": pl.String, "dates": pl.String, "description": pl.String, "basis": pl.String,
             "points": pl.Int64}  # fmt: skip
    rows = [
        (
            "H1",
            term,
            "",
            term.removeprefix("register_"),
            str(Basis.GP if term.startswith("register_") else Basis.HOSPITAL),
            number,
        )
        for term, number in points.items()
    ]
    terms = pl.DataFrame(rows, schema=names, orient="row")
    return explained(terms, pl.DataFrame(schema={"handle": pl.String, "term": pl.String}))


def by_model(old: pl.DataFrame, new: pl.DataFrame, *sensitive: str) -> dict[str, list[tuple[object, ...]]]:
    earlier = Earlier(trends.read([[("H1", f'[["{FIRST}",234,"High","23.4 %"]]')]]), {FIRST: old})
    found = tables(ByModel(301, frozenset(sensitive)), earlier, new)  # type: ignore[arg-type]
    return {name: list(rows) for name, rows in found.items()}


def test_by_the_model_a_gp_s_term_is_told_by_name_and_hospital_use_as_a_kind() -> None:
    old = log_odds(start=-2000, emergencies=300, stays=100, register_DM=400)
    found = by_model(old, log_odds(start=-2000, emergencies=513, stays=200, register_DM=400, register_HF=250))
    assert [row[3:] for row in found["change"]] == [
        ("score", "hospital", "came", "Hospital use weighs differently", 0, "+0.313"),
        ("score", str(Basis.GP), "came", "HF", 1, "+0.250"),
    ]
    assert [row[4:] for row in found["change_term"]] == [
        ("emergencies", "emergencies", "", "+0.213"), ("stays", "stays", "", "+0.100"),
    ]  # fmt: skip
    assert found["last_run"] == [
        ("Z99001", 1, "H1", "changed", FIRST, 234, "High", 301, "High", "23.4 %", "30.1 %")
    ]  # fmt: skip


def test_a_term_of_a_register_that_has_become_sensitive_is_told_in_the_record_alone() -> None:
    found = by_model(log_odds(start=1, register_ALC=400), log_odds(start=1), "ALC")
    assert [(row[6], row[8]) for row in found["change"]] == [
        ("A term that the record alone shows weighs differently", "-0.400")
    ]
    assert "ALC" not in str(found["change"])
    assert "ALC" in str(found["change_term"])
