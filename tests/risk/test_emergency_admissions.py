"""The crude method: new emergencies in the twelve months to the index date, and the bands of their count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk.emergency_admissions import Admission, a_year_before, band, count, is_new_emergency

INDEX = date(2026, 10, 31)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("method", "source", "is_new"),
    [
        ("21", "19", True), ("2A", "19", True), ("2D", "51", True), ("2B", "19", True), ("2B", "51", False),
        ("2B", "49", False), ("2B", "52", False), ("2B", "53", False), ("2B", "87", False), ("81", "51", False),
        ("81", "19", False), ("11", "19", False), ("31", "19", False), ("82", "19", False), ("", "", False),
    ],
)  # fmt: skip
def test_a_stay_continued_from_another_provider_is_no_new_emergency(method: str, source: str, *, is_new: bool) -> None:
    assert is_new_emergency(method, source) is is_new


@pytest.mark.parametrize(("days", "counts"), [(0, 1), (1, 0), (-364, 1), (-365, 0), (-1000, 0)])
def test_the_twelve_months_end_with_the_index_date_and_begin_after_the_same_day_a_year_before(
    days: int, counts: int
) -> None:
    assert count([Admission(INDEX + timedelta(days), "21", "19")], INDEX) == counts


def test_only_new_emergencies_are_counted() -> None:
    admissions = [Admission(INDEX, "21", "19"), Admission(INDEX, "2B", "51"), Admission(INDEX, "11", "19")]
    assert count(admissions, INDEX) == 1


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2026-10-31", "2025-10-31"),
        ("2024-02-29", "2023-02-28"),
        ("2024-02-28", "2023-02-28"),
        ("2025-02-28", "2024-02-28"),
    ],
)
def test_a_year_before_a_leap_day_is_the_28th_of_february(day: str, before: str) -> None:
    assert a_year_before(date.fromisoformat(day)) == date.fromisoformat(before)


@given(DAYS)
def test_the_twelve_months_to_a_day_have_365_or_366_days(day: date) -> None:
    assert (day - a_year_before(day)).days in {365, 366}


@pytest.mark.parametrize(
    ("admissions", "threshold", "name"),
    [
        (0, 2, "Not at risk"), (1, 2, "Not at risk"), (2, 2, "At risk"), (3, 2, "High"), (4, 2, "High"),
        (5, 2, "Very high"), (9, 2, "Very high"), (1, 1, "At risk"), (3, 4, "Not at risk"), (4, 4, "High"),
    ],
)  # fmt: skip
def test_nobody_under_the_run_s_threshold_is_in_a_band_of_those_at_risk(
    admissions: int, threshold: int, name: str
) -> None:
    assert band(admissions, threshold) == name
