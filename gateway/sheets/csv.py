"""CSV (RFC 4180) without formulas: text that a spreadsheet would run begins with an apostrophe (OWASP)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
MEDIA_TYPE = "text/csv; charset=utf-8"
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are wide
_UNSEEN = " \u00a0\u200b\u2060\ufeff"  # what a spreadsheet may pass over before it


def write(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A header and its rows; numbers stay numbers, text that starts like a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([quoted(column) for column in columns])
    writer.writerows([[quoted(cell) for cell in row] for row in rows])
    return out.getvalue()


def quoted(cell: Cell) -> Cell:
    """The cell as it may stand in a file."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    return f"'{cell}" if cell.lstrip(_UNSEEN).startswith(_STARTS) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    """'-1.5' is a figure and runs nothing."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
