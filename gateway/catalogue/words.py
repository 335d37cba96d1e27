"""Columns and values as people read them: plain English, British dates, NHS numbers 3-3-4, pence as pounds.

Counts of people alone stand under a header with the word patients, people or number; percentages carry %, money £.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.catalogue.labels import CODES, LABELS, NUMERIC

Cell = str | int | float | None
NOTHING = "–"  # noqa: RUF001 a dash for an empty cell
_NHS_DIGITS = 10
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_UK = ZoneInfo("Europe/London")
COLOURS: Mapping[Cell, str] = defaultdict(
    lambda: "blue", {"Very high": "red", "High": "orange", "Intermediate": "orange", "At risk": "yellow", "": "grey"}
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def label(column: str) -> str:
    """A column's header; one that has no words yet reads as its name."""
    return LABELS.get(column) or column.replace("_", " ").capitalize()


def is_numeric(column: str) -> bool:
    """Whether its cells are set to the right."""
    return column in NUMERIC or column.endswith("_pence")


def nhs_number(digits: str) -> str:
    """3-3-4, as NHS pages show it."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == _NHS_DIGITS else digits


def day(iso: str | None) -> str:
    """'2026-03-31' as '31 March 2026'; a month as 'March 2026'; whatever is no date stays as it is."""
    found = _DATE.fullmatch(iso or "")
    try:
        on = date(*map(int, found.groups(default="1"))) if found else None
    except ValueError:
        on = None
    if found is None or on is None:
        return iso or NOTHING
    month = f"{_MONTHS[on.month - 1]} {on.year}"
    return f"{on.day} {month}" if found.group(3) else month


def days(text: str) -> str:
    """Dates in a text, '2026-03-31, 2026-04-02' or '2026-03-31 to 2026-04-02', each in words."""
    return _DATE.sub(lambda found: day(found.group()), text)


def moment(iso: str | None) -> str:
    """An instant of the log as '24 November 2026 at 10:15:03 (UTC)'."""
    try:
        at = datetime.fromisoformat(iso or "")
    except ValueError:
        return iso or NOTHING
    return f"{day(at.date().isoformat())} at {at:%H:%M:%S} (UTC)"


def local(iso: str | None) -> str:
    """An instant of the log, in UK local time: '24 Nov 2026, 10:15:03'; what names no zone is a day."""
    try:
        at = datetime.fromisoformat(iso or "")
    except ValueError:
        return iso or NOTHING
    if at.tzinfo is None:
        return day(iso)
    at = at.astimezone(_UK)
    return f"{at.day} {_MONTHS[at.month - 1][:3]} {at.year}, {at:%H:%M:%S}"


def pounds(pence: Cell) -> str:
    """Whole pence as '£1,234.56'."""
    if not isinstance(pence, int):
        return NOTHING if pence is None else str(pence)
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def count(number: Cell) -> str:
    """A number with commas at the thousands; `*` and text stay."""
    text = str(number) if number is not None else NOTHING
    return f"{int(text):,}" if text.isascii() and text.isdigit() else text


def factor(millionths: Cell) -> str:
    """Whole millionths as a factor: 1_023_400 as '1.023400'."""
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}" if isinstance(millionths, int) else str(millionths)


def _text_of(column: str) -> Callable[[str], str] | None:
    """How a column's text is worded where it is no code of the data."""
    if column.endswith("_date") or column == "month":
        return day
    ways = {"received": local, "issued": local, "at": local, "nhs_number": nhs_number, "as_of": day}
    return {**ways, "dates": days, "first_recorded": days}.get(column)


def shown(value: Cell, column: str = "") -> str:
    """Any cell as text: a code of the data in words, a date in words, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    if column.endswith("_pence"):
        return pounds(value)
    if column.endswith("_millionths"):
        return factor(value)
    text, code = _text_of(column), CODES.get(column, {}).get(str(value))
    return code or (text(value) if text and isinstance(value, str) else str(value))


def band_colour(band: Cell) -> str:
    """The tag's colour for a band of risk."""
    return COLOURS[str(band or "")]
