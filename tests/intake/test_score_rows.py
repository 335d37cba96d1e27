"""Scores as the store has them: what is said of each person, what adds up to it, and where a term may stand (RS-5)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.score_rows import MORE, shown
from gateway.risk import methods
from gateway.risk.methods import MADE, METHODS, Basis, Standing
from tests.builders.deliveries import ANNA, BEN, CARA, Rows, condition, patient, prescription, spell
from tests.builders.processor import Processor

LATER = {"Admission_Date": "2026-06-01", "Discharge_Date": "2026-06-09"}
SHOWN = {method.key for method in MADE if method.standing is Standing.SHOWN} - {"admission_model"}


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


def test_every_score_explains_itself_with_terms_that_add_up_to_it(take: Any) -> None:
    stays = [spell(10, ANNA, Der_Diagnosis_All="||F000 ,E112 ||W190"), spell(20, ANNA, **LATER)]
    issued = [prescription(ANNA, BNF_Code="0106040M0BBAAAA", Issue_Date=f"2026-09-0{day}") for day in range(1, 5)]
    processor = take(apc=stays, gp_medication=issued)
    scores = processor.person(ANNA, "score")
    terms = [*processor.person(ANNA, "score_term"), *processor.person(ANNA, "score_gp_term")]
    numbers = {row["method"]: Decimal(row["value"]) for row in scores if row["value"]}
    added = {method: sum(Decimal(term["points"]) for term in terms if term["method"] == method) for method in numbers}
    assert added == numbers
    assert {row["method"]: row["value"] for row in scores} == {
        "emergency_admissions": "2", "hfrs": "10.3", "charlson": "5", "cambridge": "2.58", "lace": "14", "efi": "",
    }  # fmt: skip
    assert only(terms, term="F00")["dates"] == "2026-05-04"
    assert only(terms, term="21", dates="2026-06-01")["description"] == "Emergency: A&E"


def test_every_method_that_is_shown_stands_beside_each_person_and_no_other(take: Any) -> None:
    processor = take()
    for who in (ANNA, BEN, CARA):
        assert {row["method"] for row in processor.person(who, "score")} == SHOWN


def test_what_is_kept_and_not_shown_is_in_the_store_all_the_same(take: Any) -> None:
    rows = {row["method"]: row for row in take().rows("method")}
    assert {key for key, row in rows.items() if not row["shown"]} == {"charlson_2011", "charlson_shmi"}
    assert rows["charlson_2011"]["version"] == methods.CHARLSON_2011.version


def test_a_gp_s_term_stands_before_attestation_and_a_hospital_s_behind_it(take: Any) -> None:
    processor = take()
    assert [row["description"] for row in processor.person(ANNA, "score_gp_term")] == ["COPD"]
    bases = {method.key: method.basis for method in METHODS}
    assert {bases[row["method"]] for row in processor.person(ANNA, "score_gp_term")} == {Basis.GP}
    assert {bases[row["method"]] for row in processor.person(ANNA, "score_term")} == {Basis.HOSPITAL}


def test_a_term_of_a_sensitive_register_counts_and_stands_in_the_record_alone(take: Any) -> None:
    registers = [condition(ANNA, Register=code) for code in ("ALC", "DM")]
    processor = take(gp_condition=registers)
    score = only(processor.person(ANNA, "score"), method="cambridge")
    assert score["value"] == "1.40"
    assert score["note"].endswith(MORE)
    assert [row["description"] for row in processor.person(ANNA, "score_gp_term")] == ["Diabetes"]
    assert only(processor.person(ANNA, "score_term"), method="cambridge")["description"] == "Alcohol problems"
    assert MORE not in only(processor.person(BEN, "score"), method="cambridge")["note"]


def test_frailty_is_said_to_be_frailty_and_does_not_apply_to_the_young(take: Any) -> None:
    young = [patient(ANNA, Year_of_Birth="1990"), patient(BEN), patient(CARA)]
    row = only(take(gp_patient=young).person(ANNA, "score"), method="hfrs")
    assert (row["value"], row["band"], row["status"]) == ("", "", "not_applicable")
    assert "not how likely an admission is" in row["note"]


def test_the_crude_count_is_what_being_at_risk_goes_by_and_says_how_crude_it_is(take: Any) -> None:
    scores = take().person(ANNA, "score")
    assert [row["method"] for row in scores if row["at_risk_method"]] == ["emergency_admissions"]
    note = only(scores, method="emergency_admissions")["note"]
    assert note == "A count, as crude as it is. It is no prediction. At risk from 2 in 12 months."


def test_the_band_of_the_frailty_index_is_told_and_its_number_is_not(take: Any) -> None:
    people = [patient(ANNA, eFI_Score="0.31", eFI_Band="Moderate"), patient(BEN), patient(CARA)]
    processor = take(gp_patient=people)
    told = {who: only(processor.person(who, "score"), method="efi") for who in (ANNA, BEN)}
    assert (told[ANNA]["value"], told[ANNA]["band"], told[ANNA]["status"]) == ("", "Moderate", "complete")
    assert (told[BEN]["value"], told[BEN]["band"], told[BEN]["status"]) == ("", "", "incomplete")


def test_without_prescriptions_that_count_the_cambridge_score_is_incomplete(take: Any) -> None:
    processor = take(gp_medication=[prescription(ANNA, BNF_Code="0205051R0AAADAD")])
    row = only(processor.person(ANNA, "score"), method="cambridge")
    assert (row["value"], row["status"]) == ("", "incomplete")
    assert processor.person(ANNA, "score_gp_term") == []


def test_an_old_discharge_has_a_lace_index_that_is_said_to_be_history(take: Any) -> None:
    row = only(take().person(ANNA, "score"), method="lace")
    assert (row["status"], row["value"]) == ("complete", "11")
    assert "History: the discharge was more than 30 days ago." in row["note"]


def test_a_run_tells_the_version_of_every_method(processor: Processor, tmp_path: Path) -> None:
    versions = processor.taken(Rows().written(tmp_path))["versions"]
    told = {key: version for key, version in versions.items() if key in methods.BY_KEY}
    assert told == {key: version for key, version in methods.versions().items() if key != "admission_model"}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
@settings(deadline=None)
@given(points=st.lists(st.integers(-200_000, 200_000), min_size=1, max_size=20))
def test_a_column_of_points_is_shown_as_each_one_is(method: methods.Method, points: list[int]) -> None:
    column = pl.DataFrame({"points": points}).select(shown(method).alias("shown"))
    told = column["shown"].to_list()
    assert (told if len(told) == len(points) else told * len(points)) == [methods.shown(one, method) for one in points]
