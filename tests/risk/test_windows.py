"""Spans by the calendar, leap days and short months in them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk.windows import months_before, years_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-10-31", 6, "2026-04-30"), ("2026-08-31", 6, "2026-02-28"), ("2024-08-31", 6, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"), ("2026-12-01", 12, "2025-12-01"), ("2024-02-29", 24, "2022-02-28"),
        ("2024-02-29", 48, "2020-02-29"), ("2026-01-31", 0, "2026-01-31"),
    ],
)  # fmt: skip
def test_a_month_without_the_day_gives_its_last(day: str, months: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)), st.integers(0, 40))
def test_years_are_twelves_of_months_and_never_a_day_later(day: date, years: int) -> None:
    before = years_before(day, years)
    assert before == months_before(day, 12 * years)
    assert (before.year, before.month) == (day.year - years, day.month)
    assert 0 <= day.day - before.day <= 1
