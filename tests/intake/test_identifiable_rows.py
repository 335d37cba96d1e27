"""What a practice sees of its own patients: list, reasons, use, scores with their terms, and the record (RS-5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, HERE, Rows, appointment, attendance, condition, patient, spell
from tests.builders.processor import IDENTIFIABLE, TABLES, Processor

LATER = {"Admission_Date": "2026-06-01", "Discharge_Date": "2026-06-09"}
BEFORE = {"Admission_Date": "2025-10-31", "Discharge_Date": "2025-11-02"}


@pytest.fixture
def take(processor: Processor, tmp_path: Path) -> Any:
    """Take an ordinary delivery in, with other rows of some kinds."""

    def taken(**other: list[dict[str, str]]) -> Processor:
        processor.taken(Rows(**other).written(tmp_path))
        return processor

    return taken


def only(rows: list[dict[str, Any]], **which: str) -> dict[str, Any]:
    found = [row for row in rows if which.items() <= row.items()]
    assert len(found) == 1, found
    return found[0]


def test_a_list_tells_band_score_age_and_sex_of_each_person(take: Any) -> None:
    row = only(take().person(ANNA))
    assert {name: row[name] for name in ("practice_code", "at_risk", "age_band", "sex", "band", "score", "change")} == {
        "practice_code": HERE, "at_risk": 1, "age_band": "80 to 84", "sex": "Female", "band": "At risk", "score": 2,
        "change": None,
    }  # fmt: skip


def test_whoever_is_not_at_risk_stands_there_marked_so(take: Any) -> None:
    row = only(take().person(BEN))
    assert (row["at_risk"], row["band"], row["score"]) == (0, "Not at risk", 1)


def test_whoever_was_below_the_threshold_in_the_run_before_is_new_on_the_list(
    processor: Processor, tmp_path: Path
) -> None:
    processor.taken(Rows().written(tmp_path / "first"), as_of="2026-10-30")
    stays = [spell(10, ANNA), spell(20, ANNA), spell(30, BEN), spell(40, BEN, **LATER)]
    processor.taken(Rows(apc=stays).written(tmp_path / "second"), "--again", as_of="2026-11-20")
    told = {who: only(processor.person(who)) for who in (ANNA, BEN)}
    assert {who: (row["change"], row["change_kind"]) for who, row in told.items()} == {
        ANNA: (0, "Same score"), BEN: (1, "New on the list"),
    }  # fmt: skip


def test_reasons_are_the_gp_s_registers_in_words_once_each_and_in_order(take: Any) -> None:
    registers = [condition(ANNA, Register=code) for code in ("DM", "COPD", "DM", "XYZ")]
    assert only(take(gp_condition=registers).person(ANNA))["gp_reasons"] == "COPD; Diabetes; XYZ"


def test_a_register_of_the_sensitive_list_is_no_reason_and_no_term(take: Any) -> None:
    registers = [condition(ANNA, Register=code) for code in ("ALC", "OB", "DM")]
    processor = take(gp_condition=registers)
    assert only(processor.person(ANNA))["gp_reasons"] == "Diabetes; Obesity"
    assert {row["term"] for row in processor.person(ANNA, "gp_term")} == {"Diabetes", "Obesity"}


def test_kinds_of_use_are_those_of_the_last_twelve_months_without_code_or_date(take: Any) -> None:
    stays = [spell(10, ANNA, Admission_Method="11"), spell(20, BEN, **BEFORE), spell(30, CARA, Admission_Method="31")]
    processor = take(apc=stays, op=[appointment(10, ANNA), appointment(20, BEN, Appointment_Date="2026-11-30")])
    used = {who: only(processor.person(who))["hospital_use"] for who in (ANNA, BEN, CARA)}
    assert used == {ANNA: "Planned admission; A&E attendance; Outpatient appointment", BEN: "", CARA: ""}


def test_a_continued_stay_is_no_emergency_of_the_list(take: Any) -> None:
    stays = [spell(10, ANNA), spell(20, ANNA, **LATER, Admission_Method="2B", Source_of_Admission="51")]
    assert only(take(apc=stays).person(ANNA))["score"] == 1


def test_a_year_of_birth_that_is_not_known_leaves_the_age_unknown_and_frailty_incomplete(take: Any) -> None:
    unknown = [patient(ANNA, Year_of_Birth=""), patient(BEN), patient(CARA)]
    processor = take(gp_patient=unknown)
    assert only(processor.person(ANNA))["age_band"] == "Not known"
    assert only(processor.person(ANNA, "score"), method="hfrs")["status"] == "incomplete"


@pytest.mark.parametrize(("code", "word"), [("1", "Male"), ("0", "Not known"), ("X", "Not known"), ("", "Not known")])
def test_a_sex_that_is_not_said_is_not_known(take: Any, code: str, word: str) -> None:
    people = [patient(ANNA, Sex=code), patient(BEN), patient(CARA)]
    assert only(take(gp_patient=people).person(ANNA))["sex"] == word


def test_the_record_shows_stays_attendances_and_appointments_in_words(take: Any) -> None:
    processor = take(op=[appointment(10, ANNA)], ec=[attendance(10, ANNA, EC_Chief_Complaint_SNOMED_CT="29857009")])
    stay = processor.person(ANNA, "spell")[0]
    assert (stay["admission_method"], stay["treatment_function"]) == ("Emergency: A&E", "General internal medicine")
    assert (stay["diagnoses"], stay["length_of_stay"]) == ("J440, I500", 3)
    assert only(processor.person(ANNA, "attendance"))["chief_complaint"] == "Chest pain"
    assert only(processor.person(ANNA, "appointment"))["attendance_status"] == "Attended"


def test_an_open_stay_has_no_discharge_and_no_length(take: Any) -> None:
    stay = only(take(apc=[spell(10, ANNA, Discharge_Date="", Der_Diagnosis_All="")]).person(ANNA, "spell"))
    assert (stay["discharge_date"], stay["length_of_stay"], stay["diagnoses"]) == (None, None, "")


def test_a_code_that_has_no_word_is_shown_as_it_is(take: Any) -> None:
    stay = only(take(apc=[spell(10, ANNA, Admission_Method="99")]).person(ANNA, "spell"))
    assert stay["admission_method"] == "99"


def test_no_table_but_the_list_names_anybody(take: Any) -> None:
    processor = take()
    shown = {table: str(processor.rows(table)) for table in TABLES[IDENTIFIABLE] if table not in {"worklist", "held"}}
    assert [table for table, rows in shown.items() if ANNA in rows or BEN in rows] == []


def test_nothing_is_known_of_birth_place_or_name(take: Any) -> None:
    processor = take()
    assert "1946" not in str([processor.rows(table) for table in TABLES[IDENTIFIABLE] if table != "held"])
    assert "E01998000" not in str([processor.rows(table) for table in TABLES[IDENTIFIABLE] if table != "held"])
