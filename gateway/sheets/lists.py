"""A list of the catalogue as a file or as JSON: headers that say what stands under them, and how old the data is."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.catalogue import words
from gateway.sheets import csv
from gateway.stores.result import Result, Rows

Cell = str | int | float | None
LEFT_OUT = frozenset({"handle"})  # means something within the gateway only
_KEYS = {"at_risk": "people_at_risk", "percentage": "percentage_%"}


def as_csv(result: Result, part: str) -> bytes:
    """One part of an answer, with the age of the data in the last columns of each row (ALL-7)."""
    rows = result.parts[part]
    shown = [i for i, column in enumerate(rows.columns) if column.name not in LEFT_OUT]
    names = [rows.columns[i].name for i in shown]
    ages: list[Cell] = list(result.as_of.values())
    headers = [_header(name) for name in names] + list(result.as_of)
    lines = ([*(_cell(name, row[i]) for name, i in zip(names, shown, strict=True)), *ages] for row in rows.rows)
    return csv.write(headers, lines).encode()


def as_records(rows: Rows) -> tuple[list[str], list[dict[str, Cell]]]:
    """Columns and rows for JSON."""
    names = [column.name for column in rows.columns]
    keys = [key(name) for name in names]
    records = [dict(zip(keys, map(_cell, names, row), strict=True)) for row in rows.rows]
    return keys, records


def key(column: str) -> str:
    """A column's name in JSON: people, % and £ stand in it where its values are that."""
    return _KEYS.get(column) or (f"{column.removesuffix('_pence')}_£" if column.endswith("_pence") else column)


def total_of(rows: Rows) -> Mapping[str, int | None]:
    """Total and page, the total None where it may not be told."""
    return {"total": rows.total, "page": rows.page}


def _header(column: str) -> str:
    label = words.label(column)
    return f"{label} (£)" if column.endswith("_pence") and "£" not in label else label


def _cell(column: str, value: Cell) -> Cell:
    if column.endswith("_pence") and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    return value
