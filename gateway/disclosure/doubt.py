"""Whether a hidden count stays in doubt: other tables, off by ones, that add up and read just the same.

Rounding leaves room, and sums take it away: 40 in all, five cells of 10 and two of `*` are five of 8 and two of 1.
A reader knows every sum, and that a small `*` is 1 to 7. Where tables are found that no reader can tell from the true
ones, a count that differs in them is in doubt, whatever program does the reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from gateway.disclosure.rounding import SMALLEST_SHOWN, shown

Cell = TypeVar("Cell", bound=Hashable)
Step = tuple[Cell, int]  # a cell, and one more or one less
LARGEST_SMALL = SMALLEST_SHOWN - 1
_PATIENCE = 200  # tables looked at for one count


class Tables(Generic[Cell]):
    """Counts, and the sums that hold between them."""

    def __init__(
        self, counts: Mapping[Cell, int], sums: Sequence[Mapping[Cell, int]], unseen: AbstractSet[Cell] = frozenset()
    ) -> None:
        """sums: cells with the signs by which they come to nothing together. unseen: counts that are shown nowhere."""
        self.counts, self.sums, self._unseen = counts, sums, unseen
        self.shown_sums = [terms for terms in sums if unseen.isdisjoint(terms)]
        self._rows: defaultdict[Cell, list[tuple[int, int]]] = defaultdict(list)
        for row, terms in enumerate(sums):
            for cell, sign in terms.items():
                self._rows[cell].append((row, sign))

    def small(self) -> list[Cell]:
        """The cells that are never shown, whatever stands beside them."""
        return [cell for cell, count in self.counts.items() if 0 < count < SMALLEST_SHOWN and cell not in self._unseen]

    def reads_the_same(self, step: Step[Cell], hidden: AbstractSet[Cell], most: int = LARGEST_SMALL) -> bool:
        """Whether nothing that is shown would tell of the step. most: what a small count that is hidden may become."""
        cell, by = step
        count = self.counts[cell]
        if cell in self._unseen:
            return count + by >= 0
        if cell in hidden:
            return count + by >= 1 and (count + by <= most or count >= SMALLEST_SHOWN)
        return count > 0 and shown(count + by) == shown(count)

    def in_doubt(self, cell: Cell, hidden: AbstractSet[Cell]) -> bool:
        """Whether tables were found that read the same and have another count there."""
        return _Search(self, hidden).finds(cell)

    def off_after(self, off: Mapping[int, int], step: Step[Cell]) -> dict[int, int]:
        """By how much each sum is off, by its place, once the step is taken too."""
        cell, by = step
        after = dict(off)
        for row, sign in self._rows[cell]:
            after[row] = after.get(row, 0) + sign * by
        return {row: amount for row, amount in after.items() if amount}


class _Search(Generic[Cell]):
    """From one count that is another: mend one sum after the other, the hardest first, until all come out again."""

    def __init__(self, tables: Tables[Cell], hidden: AbstractSet[Cell]) -> None:
        self._tables, self._hidden, self._left = tables, hidden, _PATIENCE

    def finds(self, cell: Cell) -> bool:
        steps = self._unnoticed([(cell, 1), (cell, -1)])
        return any(self._mended(frozenset({cell}), self._tables.off_after({}, step)) for step in steps)

    def _mended(self, changed: frozenset[Cell], off: Mapping[int, int]) -> bool:
        if not off or not self._left:
            return not off
        self._left -= 1
        hardest = min((self._mends(row, amount, changed) for row, amount in off.items()), key=len)
        after = [(cell, self._tables.off_after(off, (cell, by))) for cell, by in hardest]
        after.sort(key=lambda one: sum(map(abs, one[1].values())))
        return any(self._mended(changed | {cell}, still) for cell, still in after)

    def _mends(self, row: int, amount: int, changed: frozenset[Cell]) -> list[Step[Cell]]:
        terms = self._tables.sums[row].items()
        return self._unnoticed((cell, -sign if amount > 0 else sign) for cell, sign in terms if cell not in changed)

    def _unnoticed(self, steps: Iterable[Step[Cell]]) -> list[Step[Cell]]:
        return [step for step in steps if self._tables.reads_the_same(step, self._hidden)]
