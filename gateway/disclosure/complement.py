"""Secondary suppression: what else is hidden so that no small count comes back from those that are shown.

One fixed lattice is protected jointly, once, when a run is stored, so that the same cell has the same answer by any
route. First no sum keeps a single hidden term; then each small count has to be in doubt, and where it is not, what
would tell of one person more, fewer or elsewhere is hidden too (docs/decisions/0009-protected-lattice.md).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Hashable, Iterator
from typing import TypeVar

from gateway.disclosure.doubt import LARGEST_SMALL, Step, Tables
from gateway.disclosure.rounding import rounded

Cell = TypeVar("Cell", bound=Hashable)


def hidden_cells(tables: Tables[Cell], people: Collection[frozenset[Cell]]) -> frozenset[Cell]:
    """Which cells are not shown. people: of each kind of person that there is, the cells that count one."""
    small = tables.small()
    hidden = with_companions(frozenset(small), tables)
    for cell in small:
        if not tables.in_doubt(cell, hidden):
            hidden = with_companions(hidden | _telling(cell, hidden, tables, people), tables)
    return hidden


def with_companions(hidden: frozenset[Cell], tables: Tables[Cell]) -> frozenset[Cell]:
    """`hidden`, and of every sum that has one hidden term the smallest other, until there is no such sum."""
    while more := _companions(hidden, tables):
        hidden |= more
    return hidden


def _companions(hidden: frozenset[Cell], tables: Tables[Cell]) -> frozenset[Cell]:
    """Chosen by what is shown of them, so that the choice tells nothing more."""
    more: set[Cell] = set()
    for terms in tables.shown_sums:
        gone = [cell for cell in terms if cell in hidden or cell in more]
        others = [cell for cell in terms if cell not in gone and tables.counts[cell] > 0]
        if len(gone) == 1 and others:
            more.add(min(others, key=lambda cell: rounded(tables.counts[cell])))
    return frozenset(more)


def _telling(
    cell: Cell, hidden: frozenset[Cell], tables: Tables[Cell], people: Collection[frozenset[Cell]]
) -> frozenset[Cell]:
    """What shows that this count is no other: the cells of the fewest people that would have to be hidden for a doubt.

    Where small counts alone stand against it (seven of 1 make up a 7), a reader is left to doubt that they are small.
    """

    def told(most: int) -> list[frozenset[Cell]]:
        changes = (
            frozenset(step[0] for step in steps if not tables.reads_the_same(step, hidden, most))
            for steps in _moves(cell, people)
        )
        return [change for change in changes if change.isdisjoint(hidden)]

    ways = told(LARGEST_SMALL) or told(sys.maxsize)
    return min(ways, key=lambda way: sum(tables.counts[one] for one in way))


def _moves(cell: Cell, people: Collection[frozenset[Cell]]) -> Iterator[list[Step[Cell]]]:
    """One person more, fewer, or of another kind, so that the count changes."""
    others: list[frozenset[Cell]] = [frozenset(), *(kind for kind in people if cell not in kind)]
    for member in (kind for kind in people if cell in kind):
        for other in others:
            for gone, come in ((member, other), (other, member)):
                yield [*((one, -1) for one in gone - come), *((one, 1) for one in come - gone)]
