"""Rows that stay behind, each brought to the command: the reason, and a report that names the place and no value."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import (
    ANNA,
    BEN,
    CARA,
    DEV,
    HERE,
    Row,
    Rows,
    appointment,
    attendance,
    condition,
    patient,
    prescription,
    spell,
)
from tests.builders.processor import Processor

SOME: dict[str, Row] = {
    "apc": spell(99, BEN), "ec": attendance(99, BEN), "op": appointment(99, BEN), "gp_patient": patient(DEV),
    "gp_condition": condition(BEN), "gp_medication": prescription(BEN),
}  # fmt: skip
FORMULA, FUTURE = "must not begin as a formula does", "must not lie in the future"
NO_DATE, NO_WHOLE = "has to be a date from 1900 on, YYYY-MM-DD", "has to be a whole number"
SEXES = "has to be one of 0, 1, 2, 9, X"
INVALID = (
    ("apc", "APCS_Ident", "12a", NO_WHOLE),
    ("apc", "APCS_Ident", "", "has to be there"),
    ("apc", "APCS_Ident", "99999999999999999999", NO_WHOLE),
    ("apc", "Admission_Date", "", "has to be there"),
    ("apc", "Admission_Date", "04/05/2026", NO_DATE),
    ("apc", "Admission_Date", "2026-5-4", NO_DATE),
    ("apc", "Admission_Date", "2026-02-30", NO_DATE),
    ("apc", "Admission_Date", "1899-12-31", NO_DATE),
    ("apc", "Admission_Date", "2026-11-01", FUTURE),
    ("apc", "Discharge_Date", "2026-11-01", FUTURE),
    ("apc", "Discharge_Date", "2026-05-03", "must not lie before admission"),
    ("apc", "Age_At_Start_of_Spell_SUS", "110", "has to be 0 to 109, or 7000 and over"),
    ("apc", "Age_At_Start_of_Spell_SUS", "6999", "has to be 0 to 109, or 7000 and over"),
    ("apc", "Age_At_Start_of_Spell_SUS", "-1", "has to be 0 to 109, or 7000 and over"),
    ("apc", "Sex", "7", SEXES),
    ("apc", "Admission_Method", "211", "has at most 2 characters"),
    ("apc", "Hospital_Spell_No", "=1+1", FORMULA),
    ("apc", "Der_Diagnosis_All", "@SUM(A1)", FORMULA),
    ("apc", "Der_Procedure_All", "-K401", FORMULA),
    ("apc", "Der_Postcode_LSOA_2011_Code", "CM1 2AB", "must not be a postcode"),
    ("apc", "Tariff_Total_Payment", "1,500", "has to be a number"),
    ("apc", "Tariff_Total_Payment", "nan", "has to be a number"),
    ("apc", "Tariff_Total_Payment", "1e9", "has to be a number"),
    ("ec", "Arrival_Date", "2026-11-01", FUTURE),
    ("ec", "Age_At_Arrival", "115", "has to be 0 to 114"),
    ("ec", "Sex", "M", SEXES),
    ("ec", "Der_Postcode_LSOA_2011_Code", "sw1a1aa", "must not be a postcode"),
    ("op", "Appointment_Date", "2027-11-02", FUTURE),
    ("op", "Attendance_Status", "9", "has to be one of 2, 3, 4, 5, 6, 7"),
    ("gp_patient", "Extract_Date", "2026-11-01", FUTURE),
    ("gp_patient", "Registration_Start", "2026-11-01", FUTURE),
    ("gp_patient", "Registration_Status", "Q", "has to be one of D, R, X"),
    ("gp_patient", "Year_of_Birth", "19460503", "has to be the year of somebody who may be alive, and never a date"),
    ("gp_patient", "Year_of_Birth", "2027", "has to be the year of somebody who may be alive, and never a date"),
    ("gp_patient", "LSOA_Code", "CM12AB", "must not be a postcode"),
    ("gp_patient", "Type1_Objection", "perhaps", "has to be true or false"),
    ("gp_patient", "Practice_Code", "", "has to be there"),
    ("gp_condition", "First_Recorded", "2026-11-01", FUTURE),
    ("gp_condition", "Register", "+DM", FORMULA),
    ("gp_medication", "Issue_Date", "2026-11-01", FUTURE),
)
UNUSABLE = (
    ("9990000019", "invalid_number"), ("999000001", "invalid_number"), ("99900000188", "invalid_number"),
    ("999000001X", "invalid_number"), ("1111111111", "invalid_number"), ("999 000 0018", "invalid_number"),
    ("", "untraced"), ("   ", "untraced"),
)  # fmt: skip


def with_one_more(kind: str, **other: str) -> Rows:
    rows = Rows()
    getattr(rows, kind).append(SOME[kind] | other)
    return rows


def reasons(facts: dict[str, Any]) -> dict[str, int]:
    """Those that occur."""
    return {reason: rows for reason, rows in facts["set_aside"].items() if rows}


@pytest.fixture(scope="module")
def report(_processor: Processor, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the command says of one delivery with every row of INVALID in it: the lines of its report, and its facts."""
    rows = Rows()
    for kind, column, value, _rule in INVALID:
        getattr(rows, kind).append(SOME[kind] | {column: value})
    processor = _processor.emptied()
    result = processor.run(*rows.written(tmp_path_factory.mktemp("invalid")).words())
    return result.stderr.splitlines(), json.loads(result.stdout), processor.at_risk()


@pytest.mark.parametrize(("at", "kind", "column", "rule"), [(at, *one[:2], one[3]) for at, one in enumerate(INVALID)])
def test_a_row_with_an_invalid_value_is_told_by_its_place_and_rule(
    report: Any, at: int, kind: str, column: str, rule: str
) -> None:
    line = 2 + len(getattr(Rows(), kind)) + sum(one[0] == kind for one in INVALID[:at])
    file = "" if kind in {"apc", "ec", "op"} else kind
    assert f"{file.removeprefix('gp_') or kind}.csv: line {line}, {column}: {rule}" in report[0]


def test_every_invalid_row_stays_behind_and_no_other(report: Any) -> None:
    lines, facts, at_risk = report
    assert len(lines) == len(INVALID)
    assert reasons(facts) == {"invalid_value": len(INVALID)}
    assert at_risk == {HERE: {ANNA}}
    assert not any(value in line for line in lines for _, _, value, _ in INVALID if len(value) > 4)


def test_a_row_without_a_usable_number_stays_behind_and_the_others_go_on(processor: Processor, tmp_path: Path) -> None:
    rows = Rows()
    for kind, row in SOME.items():
        getattr(rows, kind).extend(row | {"NHS_Number": number} for number, _ in UNUSABLE)
    told = reasons(processor.taken(rows.written(tmp_path)))
    assert told == {reason: count * len(SOME) for reason, count in Counter(why for _, why in UNUSABLE).items()}
    assert processor.at_risk() == {HERE: {ANNA}}


@pytest.mark.parametrize("status", ["", "02", "03", "1"])
def test_a_number_that_was_not_traced_and_verified_does_not_link(
    processor: Processor, tmp_path: Path, status: str
) -> None:
    assert reasons(processor.taken(with_one_more("apc", NHS_Number_Status=status).written(tmp_path))) == {"untraced": 1}


def test_a_restricted_record_is_counted_and_never_linked_even_with_a_number(
    processor: Processor, tmp_path: Path
) -> None:
    facts = processor.taken(with_one_more("apc", Withheld_Identity_Reason="97").written(tmp_path))
    assert reasons(facts) == {"restricted": 1}
    assert processor.at_risk() == {HERE: {ANNA}}


def test_an_age_of_7000_and_over_is_that_of_an_infant(processor: Processor, tmp_path: Path) -> None:
    facts = processor.taken(with_one_more("apc", Age_At_Start_of_Spell_SUS="7001").written(tmp_path))
    assert reasons(facts) == {}


@pytest.mark.parametrize("kind", ["apc", "ec", "op"])
def test_the_same_record_again_stays_behind(processor: Processor, tmp_path: Path, kind: str) -> None:
    rows = Rows()
    getattr(rows, kind).append(getattr(rows, kind)[0])
    assert reasons(processor.taken(rows.written(tmp_path))) == {"duplicate": 1}


def test_the_same_record_in_two_files_stays_behind_once_on_whatever_line_it_stands(
    processor: Processor, tmp_path: Path
) -> None:
    files = Rows().written(tmp_path)
    same = Rows(apc=[spell(10, ANNA), spell(41, BEN), spell(42, BEN)]).written(tmp_path / "second")
    facts = processor.taken(replace(files, more=("--apc", same["apc"])))
    assert reasons(facts) == {"duplicate": 1}
    assert facts["received"]["apc.csv"] == facts["received"]["apc.csv (2)"] == 3


def test_an_attendance_that_is_marked_as_a_duplicate_stays_behind(processor: Processor, tmp_path: Path) -> None:
    assert reasons(processor.taken(with_one_more("ec", Der_Dupe_Flag="1").written(tmp_path))) == {"duplicate": 1}


@pytest.mark.parametrize("places", [("one", "one"), ("one", "two"), ("two", "one")])
def test_of_a_spell_sent_twice_the_highest_number_stands_in_one_file_or_several(
    processor: Processor, tmp_path: Path, places: tuple[str, str]
) -> None:
    apc: dict[str, list[Row]] = {"one": [spell(10, ANNA), spell(20, ANNA)], "two": [spell(30, BEN)]}
    apc[places[0]].append(spell(50, BEN, Hospital_Spell_No="again", Admission_Method="21"))
    apc[places[1]].append(spell(51, BEN, Hospital_Spell_No="again", Admission_Method="11"))
    second = Rows(apc=apc["two"]).written(tmp_path / "two")
    facts = processor.taken(replace(Rows(apc=apc["one"]).written(tmp_path), more=("--apc", second["apc"])))
    assert reasons(facts) == {"superseded": 1}
    assert processor.at_risk() == {HERE: {ANNA}}


def test_the_same_spell_number_of_another_provider_is_another_spell(processor: Processor, tmp_path: Path) -> None:
    other = with_one_more("apc", Hospital_Spell_No="SP30", Der_Provider_Code="ZZ2")
    assert reasons(processor.taken(other.written(tmp_path))) == {}
    assert processor.at_risk() == {HERE: {ANNA, BEN}}


@pytest.mark.parametrize(
    ("wrong", "right", "is_refused"), [(51, 0, True), (50, 0, False), (51, 5048, True), (51, 5049, False)]
)
def test_more_than_fifty_and_more_than_one_row_in_a_hundred_invalid_refuse_the_file(
    processor: Processor, tmp_path: Path, wrong: int, right: int, *, is_refused: bool
) -> None:
    bad = [prescription(CARA, Issue_Date="tomorrow")] * wrong
    files = Rows(gp_medication=[*bad, *[prescription(CARA)] * right]).written(tmp_path)
    if is_refused:
        told = processor.refused(files).splitlines()
        assert told[0] == f"medication.csv: {wrong} of {wrong + right} rows are invalid: have it mended"
        assert told[1:52] == [f"medication.csv: line {at}, Issue_Date: {NO_DATE}" for at in range(2, wrong + 2)]
    else:
        assert reasons(processor.taken(files)) == {"invalid_value": wrong}
