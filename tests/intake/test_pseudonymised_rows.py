"""What the commissioner's store is told: bands, months and pseudonyms, nothing of the other store (ALL-5)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import ANNA, BEN, CARA, THERE, Rows, appointment, patient, spell
from tests.builders.processor import IDENTIFIABLE, PSEUDONYMISED, TABLES, Processor

EXACT = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def take(processor: Processor, tmp_path: Path) -> Any:
    """Take an ordinary delivery in, with other rows of some kinds."""

    def taken(**other: list[dict[str, str]]) -> Processor:
        processor.taken(Rows(**other).written(tmp_path))
        return processor

    return taken


def history(processor: Processor, kind: str) -> list[dict[str, Any]]:
    return [row for row in processor.rows("history", PSEUDONYMISED) if row["kind"] == kind]


def person(processor: Processor, age: str) -> dict[str, Any]:
    found = [row for row in processor.rows("person", PSEUDONYMISED) if row["age_band"] == age]
    assert len(found) == 1
    return found[0]


def test_a_person_is_told_in_bands(take: Any) -> None:
    people = [
        patient(ANNA),
        patient(BEN, Year_of_Birth="2000", Ethnic_Category="N"),
        patient(CARA, THERE, Year_of_Birth=""),
    ]
    processor = take(gp_patient=people)
    told = person(processor, "80 to 84")
    assert {name: value for name, value in told.items() if name != "pseudonym"} == {
        "practice_code": "Z99001", "age_band": "80 to 84", "sex": "Female", "ethnic_group": "White",
        "deprivation_decile": "2", "risk_band": "At risk", "emergency_admissions_band": "2", "hfrs_band": "Low",
        "charlson_band": "1 to 2", "long_term_conditions_band": "1", "medicines_band": "1 to 3",
        "cost_band": "2500 to 4999",
    }  # fmt: skip
    assert (person(processor, "25 to 29")["hfrs_band"], person(processor, "25 to 29")["ethnic_group"]) == (
        "Not applicable", "Black",
    )  # fmt: skip
    assert person(processor, "Not known")["hfrs_band"] == "Not known"


@pytest.mark.parametrize(
    ("area", "decile"), [("E01998000", "2"), ("E01000001", "Not known"), ("", "Not known"), ("E01999903", "Not known")]
)
def test_the_deprivation_of_an_area_that_is_not_listed_is_not_known_and_never_guessed(
    take: Any, area: str, decile: str
) -> None:
    rows = Rows()
    listed = [*rows.lsoa, {"lsoa": "E01999903", "commissioner": "06Q", "imd_decile": "", "from": "2013-04-01"}]
    people = [patient(ANNA, LSOA_Code=area), patient(BEN, Year_of_Birth="2000"), patient(CARA, Year_of_Birth="2000")]
    assert person(take(gp_patient=people, lsoa=listed), "80 to 84")["deprivation_decile"] == decile


def test_a_history_is_told_in_months_and_bands(take: Any) -> None:
    stay = history(take(apc=[spell(10, ANNA)]), "Admission")[0]
    assert {name: value for name, value in stay.items() if name != "pseudonym"} == {
        "month": "2026-05", "kind": "Admission", "provider_code": "ZZ1", "admission_method": "Emergency: A&E",
        "treatment_function": "General internal medicine", "hrg_chapter": "D", "conditions": "Respiratory",
        "length_of_stay_band": "2 to 3", "cost_band": "1000 to 2499",
    }  # fmt: skip


def test_a_sensitive_main_diagnosis_is_told_by_no_chapter(take: Any) -> None:
    codes = {"B20": "", "B208": "", "A540": "", "B191": "Infectious diseases", "": "", "Q110": "Congenital"}
    stays = [
        spell(10 + at, ANNA, Der_Diagnosis_All=f"||{code}", Spell_Core_HRG=f"{at}") for at, code in enumerate(codes)
    ]
    found = {row["hrg_chapter"]: row["conditions"] for row in history(take(apc=stays), "Admission")}
    assert found == {f"{at}": chapter for at, chapter in enumerate(codes.values())}


def test_attendances_and_appointments_are_in_the_history(take: Any) -> None:
    processor = take(op=[appointment(10, ANNA, Tariff_Total_Payment="")])
    assert len(history(processor, "A&E attendance")) == 1
    assert [row["cost_band"] for row in history(processor, "Outpatient appointment")] == ["0"]


def test_the_two_stores_share_no_number_no_handle_and_no_exact_day(take: Any) -> None:
    processor = take()
    told = str([processor.rows(table, PSEUDONYMISED) for table in TABLES[PSEUDONYMISED]])
    names = {row["pseudonym"] for row in processor.rows("person", PSEUDONYMISED)}
    known = {row[name] for row in processor.rows("worklist") for name in ("handle", "nhs_number")}
    assert not EXACT.search(told)
    assert not any(one in told for one in known)
    assert not names & known
    assert not any(one in str([processor.rows(table) for table in TABLES[IDENTIFIABLE]]) for one in names)


def test_rows_of_the_two_stores_are_in_unrelated_orders(take: Any) -> None:
    processor = take()
    order = [row["pseudonym"] for row in processor.rows("person", PSEUDONYMISED)]
    assert order == sorted(order)
