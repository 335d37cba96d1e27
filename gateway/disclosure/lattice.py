"""The one fixed lattice of aggregate cells of a run: whole values of at most two dimensions, no unions, no ranges.

Each cell has how many people are registered and how many of them are at risk, protected together with all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.disclosure.complement import hidden_cells
from gateway.disclosure.rounding import HIDDEN, percentage, shown

EVERYONE = "everyone"
Key = tuple[tuple[str, str], ...]  # (cut, value) pairs in the order of the cut


@dataclass(frozen=True, slots=True)
class ProtectedCell:
    """One cell as it may be shown; cut_2 and value_2 are '' in a table of one dimension."""

    cut: str
    value: str
    cut_2: str
    value_2: str
    people: str
    at_risk: str
    percentage: str


def protect(people: Iterable[tuple[Mapping[str, str], bool]], cuts: Sequence[tuple[str, ...]]) -> list[ProtectedCell]:
    """Every cell of the lattice. people: values by dimension, and whether at risk. cuts: one or two names each.

    A cut of two dimensions needs each of them as a cut of its own. Raises ValueError otherwise.
    """
    if any(len(cut) > 1 and not {(name,) for name in cut} <= set(cuts) for cut in cuts):
        raise ValueError("a cut of two dimensions needs both of them as cuts of their own")
    everybody: Counter[Key] = Counter()
    risky: Counter[Key] = Counter()
    for values, at_risk in people:
        for key in [((EVERYONE, EVERYONE),), *(tuple((name, values[name]) for name in cut) for cut in cuts)]:
            everybody[key] += 1
            risky[key] += at_risk
    sums = _sums(everybody)
    told, told_risky = _told(everybody, sums), _told(risky, sums)
    return [_cell(key, told, told_risky) for key in sorted(everybody)]


def _sums(cells: Iterable[Key]) -> list[list[Key]]:
    """Cells that add up to another cell: of a cut to everyone, of a row or a column to its margin."""
    groups: dict[tuple[tuple[str, ...], Key], list[Key]] = {}
    for key in cells:
        names = tuple(name for name, _ in key)
        if len(key) == 1 and names != (EVERYONE,):
            groups.setdefault((names, ()), []).append(key)
        for at in range(len(key) if len(key) > 1 else 0):
            groups.setdefault((names, (key[at],)), []).append(key)
    return list(groups.values())


def _told(counts: Counter[Key], sums: list[list[Key]]) -> dict[Key, str]:
    hidden = hidden_cells(counts, sums)
    return {key: HIDDEN if key in hidden else shown(count) for key, count in counts.items()}


def _cell(key: Key, people: Mapping[Key, str], at_risk: Mapping[Key, str]) -> ProtectedCell:
    (cut, value), (cut_2, value_2) = (*key, ("", ""))[:2]
    return ProtectedCell(cut, value, cut_2, value_2, people[key], at_risk[key], percentage(at_risk[key], people[key]))
