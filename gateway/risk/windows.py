"""Spans that methods look back over, by the calendar: after the day so long before, up to and with the last."""

from __future__ import annotations

import calendar
from datetime import date

_MONTHS_A_YEAR = 12


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last where there is none."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 - months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for the 29th where there is none."""
    return months_before(day, years * _MONTHS_A_YEAR)
