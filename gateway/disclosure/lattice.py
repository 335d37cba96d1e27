"""The one fixed lattice of aggregate cells of a run: whole values of at most two dimensions, no unions, no ranges.

Each cell has how many people are registered and how many of them are at risk, protected together with all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.disclosure.complement import hidden_cells
from gateway.disclosure.doubt import Tables
from gateway.disclosure.rounding import HIDDEN, percentage, shown

EVERYONE = "everyone"
PEOPLE, AT_RISK, OTHERS = "people", "at risk", "not at risk"
Key = tuple[tuple[str, str], ...]  # (cut, value) pairs in the order of the cut
Cell = tuple[str, Key]  # what is counted, and of whom
Alike = tuple[tuple[str, ...], bool]  # the values of people, and whether they are at risk
_WHOLE: Key = ((EVERYONE, EVERYONE),)


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
    names = [cut[0] for cut in cuts if len(cut) == 1]
    if any(name not in names for cut in cuts for name in cut):
        raise ValueError("a cut of two dimensions needs both of them as cuts of their own")
    return protect_alike(Counter((tuple(values[name] for name in names), at_risk) for values, at_risk in people), cuts)


def protect_alike(alike: Mapping[Alike, int], cuts: Sequence[tuple[str, ...]]) -> list[ProtectedCell]:
    """The same for people who are counted already. alike: how many have the same values, in the order of the cuts."""
    names = [cut[0] for cut in cuts if len(cut) == 1]
    kinds = {
        frozenset(_counted(dict(zip(names, values, strict=True)), cuts, at_risk=at_risk)): number
        for (values, at_risk), number in alike.items()
    }
    counts: Counter[Cell] = Counter()
    for cells, number in kinds.items():
        counts.update(dict.fromkeys(cells, number))
    keys = sorted(key for measure, key in counts if measure == PEOPLE)
    told = _told(keys, counts, kinds.keys())
    return [_cell(key, told[PEOPLE, key], told[AT_RISK, key]) for key in keys]


def _counted(values: Mapping[str, str], cuts: Sequence[tuple[str, ...]], *, at_risk: bool) -> Iterator[Cell]:
    """The cells that count a person."""
    for key in [_WHOLE, *(tuple((name, values[name]) for name in cut) for cut in cuts)]:
        yield PEOPLE, key
        yield AT_RISK if at_risk else OTHERS, key


def _told(keys: Sequence[Key], counts: Mapping[Cell, int], kinds: Collection[frozenset[Cell]]) -> dict[Cell, str]:
    others = frozenset((OTHERS, key) for key in keys)
    parted = [{(PEOPLE, key): -1, (AT_RISK, key): 1, (OTHERS, key): 1} for key in keys]
    every = {(measure, key): counts[measure, key] for key in keys for measure in (PEOPLE, AT_RISK, OTHERS)}
    hidden = hidden_cells(Tables(every, [*_sums(keys), *parted], others), kinds)
    return {cell: HIDDEN if cell in hidden else shown(every[cell]) for cell in every if cell not in others}


def _sums(keys: Sequence[Key]) -> Iterator[dict[Cell, int]]:
    """Cells that add up to another: of a cut to everyone, of a row or a column to its margin; for either measure."""
    groups: dict[tuple[tuple[str, ...], Key], list[Key]] = {}
    for key in keys:
        names = tuple(name for name, _ in key)
        if len(key) > 1:
            for pair in key:
                groups.setdefault((names, (pair,)), []).append(key)
        elif key != _WHOLE:
            groups.setdefault((names, _WHOLE), []).append(key)
    for (_, whole), parts in groups.items():
        for measure in (PEOPLE, AT_RISK):
            yield {(measure, whole): -1, **{(measure, part): 1 for part in parts}}


def _cell(key: Key, people: str, at_risk: str) -> ProtectedCell:
    (cut, value), (cut_2, value_2) = (*key, ("", ""))[:2]
    return ProtectedCell(cut, value, cut_2, value_2, people, at_risk, percentage(at_risk, people))
