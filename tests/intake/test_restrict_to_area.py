"""Whose rows are taken: people registered or resident here on the day, then all of their rows (ALL-7a, RS-13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import (
    ANNA,
    BEN,
    DEV,
    ELLA,
    Row,
    Rows,
    appointment,
    area_row,
    attendance,
    condition,
    patient,
    practice_row,
    prescription,
    spell,
)
from tests.builders.processor import Processor

ELSEWHERE = {
    "GP_Practice_Code": "Z98001", "Der_Postcode_LSOA_2011_Code": "E01999901", "Der_Postcode_CCG_Code": "99E",
    "Der_Commissioner_Code": "99E",
}  # fmt: skip
EARLIER = {"Admission_Date": "2024-05-04", "Discharge_Date": "2024-05-05"}
NOT_PARTICIPATING, OUT_OF_AREA, NO_PRACTICE = "not_participating", "out_of_area", "no_practice"


@pytest.fixture
def reasons(processor: Processor, tmp_path: Path) -> Any:
    """What is set aside of an ordinary delivery and these rows; each reason that occurs."""

    def told(**more: list[Row]) -> dict[str, int]:
        rows = Rows()
        for kind, added in more.items():
            setattr(rows, kind, [*getattr(rows, kind), *added])
        facts = processor.taken(rows.written(tmp_path))
        return {reason: many for reason, many in facts["set_aside"].items() if many}

    return told


def test_whoever_is_registered_here_keeps_all_rows_also_those_under_another_commissioner(reasons: Any) -> None:
    assert reasons(apc=[spell(80, ANNA, **ELSEWHERE), spell(81, ANNA, **ELSEWHERE | EARLIER)]) == {}


def test_whoever_is_registered_and_lives_elsewhere_stays_outside(reasons: Any) -> None:
    assert reasons(apc=[spell(80, DEV, **ELSEWHERE)], op=[appointment(80, DEV, GP_Practice_Code="Z98001")]) == {
        OUT_OF_AREA: 2
    }


@pytest.mark.parametrize(
    "one",
    [{"GP_Practice_Code": "Z99001"}, {"Der_Postcode_LSOA_2011_Code": "E01998000"}, {"Der_Postcode_CCG_Code": "06Q"}],
)
def test_registered_or_resident_is_enough(reasons: Any, one: dict[str, str]) -> None:
    assert reasons(apc=[spell(80, DEV, **ELSEWHERE | one)]) == {}


def test_where_somebody_belongs_is_said_by_the_latest_row(reasons: Any) -> None:
    came, left = spell(80, DEV, **ELSEWHERE | EARLIER), spell(81, DEV)
    gone = [spell(82, ELLA, **EARLIER), spell(83, ELLA, **ELSEWHERE)]
    assert reasons(apc=[came, left, *gone]) == {OUT_OF_AREA: 2}


def test_of_two_rows_of_one_day_the_higher_number_is_the_later(reasons: Any) -> None:
    assert reasons(apc=[spell(81, DEV, **ELSEWHERE), spell(80, DEV)]) == {OUT_OF_AREA: 2}


def test_a_row_that_does_not_say_where_somebody_lives_says_nothing_about_it(reasons: Any) -> None:
    lives_here = spell(80, DEV, **EARLIER | {"GP_Practice_Code": "Z98001"})
    assert reasons(apc=[lives_here], op=[appointment(80, DEV, GP_Practice_Code="Z98001")]) == {}


@pytest.mark.parametrize("code", ["V81997", "V81998", "V81999"])
def test_a_resident_who_is_nobody_s_patient_stays_outside(reasons: Any, code: str) -> None:
    assert reasons(ec=[attendance(80, DEV, GP_Practice_Code=code)]) == {NO_PRACTICE: 1}


def test_whoever_the_extract_lists_is_somebody_s_patient_whatever_hospitals_say(reasons: Any) -> None:
    assert reasons(apc=[spell(80, BEN, GP_Practice_Code="V81997")]) == {}


def test_nothing_of_a_practice_that_takes_no_part_is_taken(reasons: Any) -> None:
    registered = {"gp_patient": [patient(DEV, "Z99901")], "gp_condition": [condition(DEV)]}
    hospital = {"apc": [spell(80, DEV, GP_Practice_Code="Z99901")], "gp_medication": [prescription(DEV)]}
    assert reasons(**registered, **hospital) == {NOT_PARTICIPATING: 4}


def test_a_registration_elsewhere_is_out_of_area_with_its_conditions(reasons: Any) -> None:
    assert reasons(gp_patient=[patient(DEV, "Z98001")], gp_condition=[condition(DEV)]) == {OUT_OF_AREA: 2}


def test_conditions_of_whoever_has_no_registration_in_the_extract_have_no_practice(reasons: Any) -> None:
    assert reasons(gp_condition=[condition(DEV)], gp_medication=[prescription(DEV)]) == {NO_PRACTICE: 2}


def test_conditions_whose_registration_is_invalid_have_no_practice(reasons: Any) -> None:
    assert reasons(gp_patient=[patient(DEV, Sex="7")], gp_condition=[condition(DEV)]) == {
        "invalid_value": 1, NO_PRACTICE: 1,
    }  # fmt: skip


def test_of_two_registrations_that_stay_behind_the_last_says_why_conditions_do(reasons: Any) -> None:
    both = [patient(DEV, "Z98001"), patient(DEV, "Z99901")]
    assert reasons(gp_patient=both, gp_condition=[condition(DEV)]) == {OUT_OF_AREA: 1, NOT_PARTICIPATING: 2}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("practice", practice_row("Z98002", join_provider_date="20261101")),
        ("practice", practice_row("Z98002", left_provider_date="2026-10-30")),
        ("practice", practice_row("Z98002", prescribing_setting="14")),
        ("lsoa", area_row("E01999902", **{"from": "2026-11-01"})),
        ("lsoa", area_row("E01999902", to="2026-10-30")),
    ],
)
def test_a_reference_row_that_is_not_in_force_on_the_day_makes_nobody_belong_here(
    reasons: Any, table: str, row: Row
) -> None:
    there = ELSEWHERE | {"GP_Practice_Code": "Z98002", "Der_Postcode_LSOA_2011_Code": "E01999902"}
    assert reasons(**{table: [row]}, apc=[spell(80, DEV, **there)]) == {OUT_OF_AREA: 1}


@pytest.mark.parametrize("day", ["20261031", "2026-10-31"])
def test_a_practice_that_joins_or_leaves_on_the_day_belongs_here(reasons: Any, day: str) -> None:
    row = practice_row("Z98002", join_provider_date=day, left_provider_date=day)
    there = ELSEWHERE | {"GP_Practice_Code": "Z98002"}
    assert reasons(practice=[row], apc=[spell(80, DEV, **there)]) == {NOT_PARTICIPATING: 1}
