"""What the sequencer hands to the log's store: an event with all that comes with it, and the head after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.stores.audit_log import reviews

Placed = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log has come. frontier: hex hashes; kept_ms: when a checkpoint was last kept."""

    size: int
    frontier: tuple[str, ...]
    note: str
    at_ms: int
    kept_ms: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is stored. columns: the values of `audit.leaf.COLUMNS`; tokens: sorted.

    subjects_at: index of the event beside which the tokens stand, its own where they stand beside no earlier one.
    export: a row of exports that comes with it; kept: a checkpoint to keep; fetched: when, and the export's index.
    seals: tokens with their sealed identifiers; erased: when the seals of its own tokens are blanked, else ''.
    prune_to: the first event that keeps its body. opened, decided: a review that comes with it, or its outcome.
    """

    index: int
    id: str
    hash: bytes
    leaf: bytes
    columns: Sequence[str | int]
    tokens: Sequence[str]
    subjects_at: int | None = None
    export: tuple[str | int, ...] = ()
    kept: tuple[int, str] | None = None
    fetched: tuple[str, int] | None = None
    seals: Sequence[tuple[str, bytes]] = ()
    erased: str = ""
    prune_to: int = 0
    opened: reviews.Row = ()
    decided: reviews.Row = ()

    @property
    def takes_away(self) -> bool:
        """Whether something is to be gone from the disk with it."""
        return bool(self.erased or self.prune_to)
