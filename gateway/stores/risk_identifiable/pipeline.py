"""The risk intake's door to the run before: what it held, and each handle's trend, for a list to say what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.stores.generations import current_run, path_of
from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.vault import Vault

TREND = "SELECT handle, as_of, score, band FROM trend ORDER BY handle, as_of"
HELD = "SELECT kind, content FROM held"


def trend(vault: Vault, home: Path) -> dict[str, list[tuple[str, int, str]]]:
    """(as_of, score, band) by handle, oldest first; empty before the first run."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for handle, as_of, score, band in _read(vault, home, TREND):
        found.setdefault(handle, []).append((as_of, score, band))
    return found


def held(vault: Vault, home: Path) -> dict[str, bytes]:
    """Packed hospital rows by kind; empty before the first run."""
    return dict(_read(vault, home, HELD))


def _read(vault: Vault, home: Path, statement: str) -> list[tuple[Any, ...]]:
    run = current_run(home)
    if not run:
        return []
    connection = vault.connect(NAME, path_of(home, NAME, run), read_only=True)
    try:
        return list(connection.execute(statement))
    finally:
        connection.close()
