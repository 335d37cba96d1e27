"""The risk intake's door to the run before: each handle's trend, so that a list can say what changed."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.generations import current_run, path_of
from gateway.stores.risk_identifiable.schema import NAME
from gateway.stores.vault import Vault

TREND = "SELECT handle, as_of, score, band FROM trend ORDER BY handle, as_of"


def trend(vault: Vault, home: Path) -> dict[str, list[tuple[str, int, str]]]:
    """(as_of, score, band) by handle, oldest first; empty before the first run."""
    run = current_run(home)
    found: dict[str, list[tuple[str, int, str]]] = {}
    if run:
        connection = vault.connect(NAME, path_of(home, NAME, run), read_only=True)
        for handle, *entry in connection.execute(TREND):
            found.setdefault(handle, []).append((entry[0], entry[1], entry[2]))
        connection.close()
    return found
