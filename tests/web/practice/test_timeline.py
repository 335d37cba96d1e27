"""The hospital record as a time line: newest first, in words, with sensitive codes marked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.access.release import SensitiveCode
from gateway.web.practice import timeline
from gateway.web.practice.timeline import Sensitive, activity, by_year, entries

DAY = date(2026, 10, 31)
HIV = SensitiveCode("icd_10", "B20", "HIV", date(2019, 4, 1), None, "a test")
ENDED = SensitiveCode("icd_10", "J44", "HIV", date(2019, 4, 1), date(2020, 1, 1), "a test")
ABORTION = SensitiveCode("opcs_4", "Q11", "termination", date(2019, 4, 1), None, "a test")


def stay(day: str = "2026-05-04", **other: Any) -> dict[str, Any]:
    return {
        "admission_date": day, "discharge_date": "2026-05-07", "provider_code": "ZZ1",
        "admission_method": "Emergency: A&E", "patient_classification": "Ordinary admission",
        "treatment_function": "Cardiology", "diagnoses": "J440, W190", "procedures": "K401", "length_of_stay": 3,
        "discharge_method": "Died", "discharge_destination": "",
    } | other  # fmt: skip


def attendance(day: str) -> dict[str, Any]:
    return {"arrival_date": day, "provider_code": "ZZ2", "department_type": "Major emergency department",
            "chief_complaint": "Chest pain", "diagnoses": "", "discharge_destination": "Went home"}  # fmt: skip


def appointment(day: str) -> dict[str, Any]:
    return {"appointment_date": day, "provider_code": "ZZ3", "treatment_function": "Urology",
            "attendance_status": "Attended", "first_attendance": "First"}  # fmt: skip


def line(*sensitive: SensitiveCode, **parts: list[dict[str, Any]]) -> list[timeline.Entry]:
    whole = {"spells": [], "attendances": [], "appointments": [], **parts}
    return entries(whole, Sensitive(sensitive, DAY))


def test_everything_stands_in_one_line_the_newest_first() -> None:
    found = line(spells=[stay()], attendances=[attendance("2026-09-01")], appointments=[appointment("2025-01-02")])
    assert [(one.kind, one.day) for one in found] == [
        ("attendance", "2026-09-01"), ("stay", "2026-05-04"), ("appointment", "2025-01-02"),
    ]  # fmt: skip
    assert [(year, len(some)) for year, some in by_year(found)] == [("2026", 2), ("2025", 1)]


@pytest.mark.parametrize(
    ("until", "told"),
    [("2026-05-07", "4 May 2026 to 7 May 2026"), ("2026-05-04", "4 May 2026"), (None, "4 May 2026")],
)
def test_days_are_in_words(until: str | None, told: str) -> None:
    assert line(spells=[stay(discharge_date=until)])[0].days == told


def test_who_is_still_in_hospital_is_said_to_be() -> None:
    facts = dict(line(spells=[stay(discharge_date=None, length_of_stay=None)])[0].facts)
    assert facts["Nights"] == "Still in hospital"


def test_codes_have_their_chapter_and_a_name_where_there_is_one() -> None:
    (diagnoses, procedures) = line(spells=[stay()])[0].codes
    assert [(one.code, one.name, one.chapter) for one in diagnoses[1]] == [
        ("J440", "", "Diseases of the respiratory system"),
        ("W190", "Unspecified fall", "External causes of morbidity and mortality"),
    ]
    assert [(one.code, one.chapter) for one in procedures[1]] == [("K401", "Heart")]


def test_a_code_that_comes_twice_is_told_once_and_none_has_no_heading() -> None:
    found = line(spells=[stay(diagnoses="J440, J440", procedures="")])[0]
    assert [(heading, len(codes)) for heading, codes in found.codes] == [("Diagnoses (ICD-10)", 1)]


@pytest.mark.parametrize(
    ("told", "sensitive"),
    [({"diagnoses": "B207"}, True), ({"procedures": "Q111"}, True), ({"diagnoses": "J440"}, False),
     ({"diagnoses": "Q11"}, False)],
)  # fmt: skip
def test_a_code_of_the_sensitive_list_is_marked_on_the_day_that_it_is_on_it(
    told: dict[str, str], *, sensitive: bool
) -> None:
    row = stay(**{"diagnoses": "", "procedures": "", **told})
    assert line(HIV, ENDED, ABORTION, spells=[row])[0].sensitive is sensitive


def test_use_is_counted_by_quarter_over_three_years_and_nothing_outside_them() -> None:
    days = ["2026-10-30", "2026-11-30", "2024-01-01", "2023-12-31"]
    steps = activity(line(spells=[stay()], appointments=[appointment(day) for day in days]), DAY)
    assert len(steps) == 12
    assert (steps[0].label, steps[-1].label) == ("Jan 2024", "Oct 2026")
    assert (steps[0].values, steps[-1].values) == ((0, 0, 1), (0, 0, 1))
    assert sum(sum(step.values) for step in steps) == 3
