"""What a store has on record of a delivered file: its name, hash, rows, and under what it came. No patient is in it."""

from __future__ import annotations

from typing import NamedTuple


class Recorded(NamedTuple):
    """One delivered file. kind: its layout, '' where the store keeps none. taken: the day or instant, ISO 8601."""

    sha256: str
    file: str
    rows: int
    kind: str
    run: int
    instruction: str
    taken: str
