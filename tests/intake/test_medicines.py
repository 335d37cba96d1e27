"""Prescriptions reduced as they are read: counts by class in twelve months, and rows by person that stay exact."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gateway.intake import medicines
from gateway.intake.held import unpacked
from gateway.intake.layouts import layout
from gateway.intake.receive import REASON, ROWS, Receiving
from gateway.risk.prescriptions import medicine_classes
from gateway.stores.risk_identifiable import pipeline
from tests.builders.deliveries import ANNA, BEN, CARA, DEV, ELLA, Rows, patient, prescription
from tests.builders.processor import Processor

AS_OF = date(2026, 10, 31)
CODES = ("0301011R0", "0408010G0AAAAAA", "0403030E0", "0106040G0", "0205051R0", "040702040")


def piece(rows: list[tuple[str, str, date]]) -> pl.DataFrame:
    schema = {"NHS_Number": pl.String, "BNF_Code": pl.String, "Issue_Date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.lit("").alias(REASON))


def some(many: int) -> list[tuple[str, str, date]]:
    chance = random.Random(5)  # noqa: S311 the same rows every time
    people = (ANNA, BEN, CARA)
    return [
        (chance.choice(people), chance.choice(CODES), AS_OF - timedelta(days=chance.randrange(800)))
        for _ in range(many)
    ]


def plainly(rows: list[tuple[str, str, date]]) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    for who, code, day in rows:
        if date(2025, 10, 31) < day <= AS_OF:
            found.update((who, str(name)) for name in medicine_classes(code))
    return found


@pytest.mark.parametrize("size", [1, 7, 400])
def test_issues_by_class_are_those_of_a_plain_count_whatever_the_pieces(size: int) -> None:
    rows, reducer = some(400), medicines.Reducer(AS_OF)
    pieces = [reducer.reduced(piece(rows[at : at + size])) for at in range(0, len(rows), size)]
    told = medicines.told(pl.concat(pieces))
    found = {(who, name): issues for who, name, issues in medicines.kept(told).iter_rows()}
    assert found == plainly(rows)
    assert told[ROWS].sum() == 400
    assert told.equals(medicines.told(medicines.merged(pl.concat(pieces[::-1]))))


def test_a_code_in_two_classes_counts_in_both_and_its_row_once() -> None:
    told = medicines.told(medicines.Reducer(AS_OF).reduced(piece([(ANNA, "0408010G0AAAAAA", AS_OF)])))
    assert set(medicines.kept(told)[medicines.CLASS]) == {"epilepsy", "neuropathic_pain"}
    assert told[ROWS].sum() == 1


@pytest.mark.parametrize(("day", "counts"), [("2025-10-31", 0), ("2025-11-01", 1), ("2026-10-31", 1)])
def test_the_twelve_months_begin_on_the_day_after_a_year_before(day: str, counts: int) -> None:
    told = medicines.told(medicines.Reducer(AS_OF).reduced(piece([(ANNA, "0301011R0", date.fromisoformat(day))])))
    assert len(medicines.kept(told)) == counts


def test_what_is_kept_is_put_together_before_it_grows() -> None:
    receiving = Receiving(layout("gp_medication"), (), medicines.Reducer(AS_OF).reduced, medicines.merged, many=2)
    columns = {
        "NHS_Number": ANNA,
        "dmd_code": "1",
        "BNF_Code": "0301011R0",
        "Issue_Date": "2026-09-01",
        "Repeat": "true",
    }
    for line in range(2, 12):
        receiving.add(pl.DataFrame({**columns, "line": line}).with_columns(pl.col("line").cast(pl.UInt32)))
    found = medicines.told(receiving.received("medication.csv").frame)
    assert medicines.kept(found).rows() == [(ANNA, "asthma", 10)]
    assert found[ROWS].sum() == 10


@pytest.fixture
def taken(processor: Processor, tmp_path: Path) -> Any:
    """Facts of a delivery with these prescriptions, and what is held of the GP extract after it."""

    def told(*rows: dict[str, str], **more: Any) -> tuple[dict[str, int], dict[str, pl.DataFrame]]:
        delivery = Rows(gp_medication=list(rows), **more)
        facts = processor.taken(delivery.written(tmp_path).listing("--objections", BEN))
        kinds = ("gp_patient", "gp_condition", "gp_medication")
        held = unpacked(pipeline.held(processor.desk.vault, processor.home, kinds))
        return {reason: rows for reason, rows in facts["set_aside"].items() if rows}, held

    return told


def test_every_row_of_whoever_stays_behind_is_counted_with_that_person_s_reason(taken: Any) -> None:
    people = [patient(ANNA), patient(BEN), patient(DEV, "Z98001"), patient(ELLA, "Z99901")]
    rows = [prescription(who) for who in (ANNA, BEN, DEV, ELLA, CARA) for _ in range(3)]
    wrong = [prescription(ANNA, Issue_Date="tomorrow"), prescription(""), prescription("9990000019")]
    assert taken(*rows, *wrong, gp_patient=people)[0] == {
        "objection": 5,  # a spell, a registration, three prescriptions
        "out_of_area": 4, "not_participating": 4, "no_practice": 3, "invalid_value": 1, "untraced": 1,
        "invalid_number": 1,
    }  # fmt: skip


def test_the_gp_extract_is_held_for_models_and_scores_without_objectors_and_set_aside(taken: Any) -> None:
    held = taken(prescription(ANNA), prescription(ANNA), prescription(BEN), prescription(DEV))[1]
    assert held["gp_medication"].rows() == [(ANNA, "asthma", 2)]
    assert set(held["gp_patient"]["NHS_Number"]) == {ANNA, CARA}
    assert held["gp_condition"].columns == ["NHS_Number", "Register", "First_Recorded", "Code"]
    assert "line" not in held["gp_patient"].columns
