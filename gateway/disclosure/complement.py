"""Secondary suppression: where one hidden cell of a sum stands alone, the smallest other goes too, over all sums.

A cell that a total and its neighbours would give back is no hidden cell. One fixed lattice is protected jointly, once,
when a run is stored, so that the same cell has the same answer by any route (design: risk, 'Commissioner').
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from gateway.disclosure.rounding import SMALLEST_SHOWN

Cell = TypeVar("Cell", bound=Hashable)


def hidden_cells(counts: Mapping[Cell, int], sums: Sequence[Sequence[Cell]]) -> frozenset[Cell]:
    """Which cells are not shown. sums: groups of cells, each of which adds up to a cell that is shown."""
    hidden = {cell for cell, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    while more := _needed(counts, sums, hidden):
        hidden |= more
    return frozenset(hidden)


def _needed(counts: Mapping[Cell, int], sums: Sequence[Sequence[Cell]], hidden: set[Cell]) -> set[Cell]:
    """The companions of cells that are the only hidden one of a sum."""
    more: set[Cell] = set()
    for cells in sums:
        alone = [cell for cell in cells if cell in hidden or cell in more]
        others = [cell for cell in cells if cell not in hidden and cell not in more and counts[cell] > 0]
        if len(alone) == 1 and others:
            more.add(min(others, key=lambda cell: counts[cell]))
    return more
