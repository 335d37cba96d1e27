"""The last step of a run that is served: what practices wrote of patients who moved follows them.

Done anew whenever the run is looked at, so that a crash before it loses nothing (docs/decisions/0020-who-moves.md).
"""

from __future__ import annotations

from pathlib import Path

from gateway.stores.practice_work import moving
from gateway.stores.risk_identifiable import pipeline
from gateway.stores.vault import Connection, Vault, writing


def follow_moves(connection: Connection, vault: Vault, home: Path) -> int:
    """Of the run that is served; how many rows followed. connection: to what practices write."""
    moves = [tuple(map(str, move[1:])) for move in pipeline.moved(vault, home)]
    if not moves:
        return 0
    with writing(connection):
        return moving.follow(connection, moves)  # type: ignore[arg-type]
