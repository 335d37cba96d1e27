"""Whoever reads every published cell of a lattice and has time to think: an integer program, solved exactly.

It shares nothing with the code that protects: sums, ranges and limits are made anew from the published text.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import settings

Name = tuple[str, ...]  # what is counted, then cut, value, cut_2 and value_2
Ranges = dict[Name, tuple[int, int]]
Row = tuple[dict[Name, int], int]  # signs of its terms, and what they come to at most; at least 0
FAR = 10**6
SMALL = range(1, 8)
EVERYONE = ("everyone", "everyone", "", "")

FULL = os.environ.get("GATEWAY_PROOF") == "full"
settings.register_profile("disclosure", max_examples=1000 if FULL else 30, deadline=None)


def counted(people: Iterable[tuple[Mapping[str, str], bool]], cuts: Sequence[tuple[str, ...]]) -> Counter[Name]:
    """The true counts, by a plain loop."""
    counts: Counter[Name] = Counter()
    for values, at_risk in people:
        for cut in cuts:
            pairs = [part for name in cut for part in (name, values[name])]
            place = (*pairs, "", "")[:4]
            counts["people", *place] += 1
            counts["at risk", *place] += at_risk
        counts["people", *EVERYONE] += 1
        counts["at risk", *EVERYONE] += at_risk
    return counts


def published(cells: Iterable[Any]) -> dict[Name, str]:
    """What is shown of each count."""
    texts: dict[Name, str] = {}
    for cell in cells:
        place = (cell.cut, cell.value, cell.cut_2, cell.value_2)
        texts["people", *place], texts["at risk", *place] = cell.people, cell.at_risk
    return texts


def rows_of(names: Iterable[Name]) -> list[Row]:
    """Cuts add up to everyone, rows and columns to their margins, and nobody is at risk who is not there."""
    parts: defaultdict[Name, list[Name]] = defaultdict(list)
    rows: list[Row] = []
    for name in names:
        measure, cut, value, cut_2, value_2 = name
        if cut_2:
            parts[measure, cut, value, "", "", cut_2].append(name)
            parts[measure, cut_2, value_2, "", "", cut].append(name)
        elif cut != "everyone":
            parts[measure, *EVERYONE, cut].append(name)
        if measure == "people":
            rows.append(({name: 1, ("at risk", *name[1:]): -1}, FAR))
    return rows + [({whole[:5]: -1, **dict.fromkeys(terms, 1)}, 0) for whole, terms in parts.items()]


class Reader:
    """Solves for the true counts. most: what a `*` that stands for a small count is known to be at most."""

    def __init__(self, texts: Mapping[Name, str], truth: Mapping[Name, int], most: int) -> None:
        self._truth, self._rows = truth, rows_of(texts)
        self._ranges = {name: self._range(name, text, most) for name, text in texts.items()}
        self._touching: defaultdict[Name, list[int]] = defaultdict(list)
        for place, (terms, _) in enumerate(self._rows):
            for name in terms:
                self._touching[name].append(place)

    def pinned(self) -> set[Name]:
        """The small counts that can have no other value."""
        return {name for name in self._ranges if self._truth[name] in SMALL and not self._could_be_another(name)}

    def _range(self, name: Name, text: str, most: int) -> tuple[int, int]:
        if text == "*":
            return 1, most if self._truth[name] in SMALL else FAR
        return (max(8, int(text) - 2), int(text) + 2) if int(text) else (0, 0)

    def _could_be_another(self, name: Name) -> bool:
        (low, high), true = self._ranges[name], self._truth[name]
        others = [(first, last) for first, last in ((true + 1, high), (low, true - 1)) if first <= last]
        return any(self._solvable({**self._ranges, name: other}, range(len(self._rows))) for other in others)

    def _solvable(self, ranges: Ranges, places: Iterable[int]) -> bool:
        """Whether whole numbers within these ranges make every sum right, tried in turn from near the truth."""
        if not self._narrow(ranges, set(places)):
            return False
        loose = [name for name, (low, high) in ranges.items() if low < high]
        if not loose:
            return True
        name = min(loose, key=lambda one: ranges[one][1] - ranges[one][0])
        low, high = ranges[name]
        near = min(max(self._truth[name], low), high)
        tries = [(a, z) for a, z in ((near, near), (near + 1, high), (low, near - 1)) if a <= z]
        return any(self._solvable({**ranges, name: one}, self._touching[name]) for one in tries)

    def _narrow(self, ranges: Ranges, places: set[int]) -> bool:
        """Take from each range what no sum leaves room for; False where nothing is left of one."""
        while places:
            terms, most = self._rows[places.pop()]
            ends = {name: sorted(sign * end for end in ranges[name]) for name, sign in terms.items()}
            least, largest = sum(low for low, _ in ends.values()), sum(high for _, high in ends.values())
            for name, (low, high) in ends.items():
                first, last = max(low, high - largest), min(high, most - least + low)
                if first > last:
                    return False
                if (first, last) != (low, high):
                    ranges[name] = (first, last) if terms[name] > 0 else (-last, -first)
                    places.update(self._touching[name])
        return True


@pytest.fixture(scope="session")
def truth() -> Callable[..., Counter[Name]]:
    return counted


@pytest.fixture(scope="session")
def texts() -> Callable[..., dict[Name, str]]:
    return published


@pytest.fixture(scope="session")
def pinned() -> Callable[..., set[Name]]:
    """The small counts that a reader of the published texts works out."""

    def read(shown: Mapping[Name, str], true: Mapping[Name, int], most: int = FAR) -> set[Name]:
        return Reader(shown, true, most).pinned()

    return read
