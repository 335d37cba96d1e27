"""The risk intake's door to the run before: what it held, each handle's trend and what explained it, and who moved."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gateway.stores.generations import current_run, path_of
from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.vault import Vault

TREND = "SELECT handle, as_of, score, band FROM trend ORDER BY rowid"
HELD = "SELECT kind, content FROM held WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY rowid"
EXPLAINED = "SELECT as_of, content FROM explained"
PRACTICES = "SELECT DISTINCT practice_code FROM worklist ORDER BY practice_code"
MOVED = "SELECT as_of, from_practice, from_handle, practice_code, handle FROM moved ORDER BY handle"
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('explained', 'moved')"


def trend(vault: Vault, home: Path) -> dict[str, list[tuple[str, int, str]]]:
    """(as_of, score, band) by handle, oldest first, as each person's were written; empty before the first run."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for handle, as_of, score, band in _read(vault, home, TREND):
        found.setdefault(handle, []).append((as_of, score, band))
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
    run = current_run(home)
    if not run:
        return []
    connection = vault.connect(NAME, path_of(home, NAME, run), read_only=True)
    try:
        return list(connection.execute(statement, values))
    finally:
        connection.close()
