"""Who stands on which list: the practice of record comes from the GP extract alone, and the dead are on none (RS-2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import ANNA, HERE, THERE, Rows, patient, spell
from tests.builders.processor import Processor

OTHER_STAY = {"Admission_Date": "2026-06-01", "Discharge_Date": "2026-06-02"}


@pytest.fixture
def lists(processor: Processor, tmp_path: Path) -> Any:
    """On which lists Anna is, with these registrations and admissions."""

    def told(*registrations: dict[str, str], apc: tuple[dict[str, str], ...] = ()) -> set[str]:
        rows = Rows(gp_patient=list(registrations))
        rows.apc += apc
        processor.taken(rows.written(tmp_path))
        return {row["practice_code"] for row in processor.rows("worklist") if row["nhs_number"] == ANNA}

    return told


def test_a_registration_without_end_lists(lists: Any) -> None:
    assert lists(patient(ANNA)) == {HERE}


@pytest.mark.parametrize(
    "other",
    [
        {"Registration_Status": "D", "Registration_End": "2026-01-01"},
        {"Registration_Status": "D"},
        {"Registration_End": "2026-01-01"},
        {"Registration_Status": "X"},
        {"Date_of_Death_Month": "202605"},
        {"Extract_Date": "2026-07-30"},
    ],
    ids=["deducted", "deducted, without a day", "ended", "deceased", "died", "an extract of 93 days ago"],
)
def test_a_registration_that_does_not_stand_lists_nowhere(lists: Any, other: dict[str, str]) -> None:
    assert lists(patient(ANNA, **other)) == set()


def test_an_extract_of_92_days_ago_still_stands(lists: Any) -> None:
    assert lists(patient(ANNA, Extract_Date="2026-07-31")) == {HERE}


def test_whom_two_practices_claim_neither_lists(lists: Any) -> None:
    assert lists(patient(ANNA, HERE), patient(ANNA, THERE)) == set()


def test_one_practice_that_claims_twice_lists_once(processor: Processor, lists: Any) -> None:
    assert lists(patient(ANNA), patient(ANNA, Registration_Start="2020-01-01")) == {HERE}
    assert len(processor.person(ANNA)) == 1


def test_whoever_changed_practices_is_with_the_new_one_whatever_hospitals_say(lists: Any) -> None:
    left = patient(ANNA, HERE, Registration_Status="D", Registration_End="2025-01-01")
    assert lists(patient(ANNA, THERE, Registration_Start="2025-01-02"), left) == {THERE}


def test_what_a_person_is_said_to_be_comes_from_the_latest_registration(processor: Processor, lists: Any) -> None:
    left = patient(ANNA, THERE, Registration_Status="D", Registration_Start="2001-01-01", Year_of_Birth="1990")
    assert lists(patient(ANNA), left) == {HERE}
    assert processor.person(ANNA)[0]["age_band"] == "80 to 84"


def test_a_death_in_hospital_takes_a_person_off_at_that_run(lists: Any) -> None:
    assert lists(patient(ANNA), apc=(spell(90, ANNA, Discharge_Method="4", **OTHER_STAY),)) == set()


def test_whoever_is_known_to_hospitals_only_stands_on_no_list(lists: Any) -> None:
    assert lists(patient("9990000042"), apc=(spell(90, ANNA, **OTHER_STAY),)) == set()
