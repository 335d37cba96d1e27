"""The risk intake's door to the run before: what it held, each handle's trend and what explained it, and who moved.

A run that an earlier program made may lack a table, or have it in another shape: what it has is read all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from gateway.stores.generations import current_run, path_of
from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.vault import Vault

TREND = "SELECT handle, entries FROM trend_row"
TREND_BY_ENTRY = """
    SELECT handle, '[' || group_concat(json_array(as_of, score, band, coalesce(shown, '' || score))) || ']'
    FROM (SELECT handle, as_of, score, band, shown FROM trend ORDER BY handle, as_of)
    GROUP BY handle
"""
LISTED = "SELECT as_of, practice_code, own_patients FROM listed"
LISTED_BY_LIST = """
    SELECT about.value, practice_code, sum(at_risk)
    FROM worklist JOIN about ON about.key = 'As of'
    GROUP BY practice_code
"""
HELD = "SELECT kind, content FROM held WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY rowid"
EXPLAINED = "SELECT as_of, content FROM explained"
PRACTICES = "SELECT DISTINCT practice_code FROM worklist ORDER BY practice_code"
MOVED = "SELECT as_of, from_practice, from_handle, practice_code, handle FROM moved ORDER BY handle"
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
PART = 10_000  # rows in memory at once


def trend(vault: Vault, home: Path) -> Iterator[list[tuple[str, str]]]:
    """Parts of rows: handle, and a JSON array of its entries, the oldest first; none before the first run."""
    return _parts(vault, home, TREND if _has(vault, home, "trend_row") else TREND_BY_ENTRY)


def listed(vault: Vault, home: Path) -> dict[str, dict[str, int]]:
    """How many patients at risk each practice had, by day: of the run that is served, and of the one before it."""
    found: dict[str, dict[str, int]] = {}
    for day, practice, patients in _read(vault, home, LISTED if _has(vault, home, "listed") else LISTED_BY_LIST):
        found.setdefault(day, {})[practice] = patients
    return found


def held(vault: Vault, home: Path, kinds: Iterable[str]) -> list[tuple[str, bytes]]:
    """Kind and packed rows of these kinds, a kind's parts in order; empty before the first run."""
    return _read(vault, home, HELD, json.dumps(list(kinds)))


def explained(vault: Vault, home: Path) -> dict[str, bytes]:
    """Packed terms by day: of the run before, and of the one before it; empty before the first run."""
    return dict(_read(vault, home, EXPLAINED)) if _has(vault, home, "explained") else {}


def practices(vault: Vault, home: Path) -> tuple[str, ...]:
    """The practices that had patients in the run before."""
    return tuple(practice for (practice,) in _read(vault, home, PRACTICES))


def moved(vault: Vault, home: Path) -> list[tuple[Any, ...]]:
    """Who moved in the run that is served: the day, practice and handle before, practice and handle now."""
    return _read(vault, home, MOVED) if _has(vault, home, "moved") else []


def _has(vault: Vault, home: Path, table: str) -> bool:
    """Whether the run has the table: one that an earlier program made may have none."""
    return (table,) in _read(vault, home, TABLES)


def _read(vault: Vault, home: Path, statement: str, *values: str) -> list[tuple[Any, ...]]:
    return [row for part in _parts(vault, home, statement, *values) for row in part]


def _parts(vault: Vault, home: Path, statement: str, *values: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the run that is served, some at a time; none before the first run."""
    run = current_run(home)
    if not run:
        return
    with closing(vault.connect(NAME, path_of(home, NAME, run), read_only=True)) as connection:
        found = connection.execute(statement, values)
        while part := found.fetchmany(PART):
            yield part
