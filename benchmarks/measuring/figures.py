"""Figures of repeated rounds, and a small table of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

_MANY = 100


class Spread(NamedTuple):
    """The middle of some measurements and the value that 95 of 100 do not pass."""

    p50: float
    p95: float


def spread(values: Iterable[float]) -> Spread:
    """p50 and p95 (nearest rank)."""
    ordered = sorted(values)
    return Spread(median(ordered), ordered[min(len(ordered) - 1, len(ordered) * 95 // _MANY)])


def middle(spreads: Iterable[Spread]) -> Spread:
    """The median of each figure over rounds."""
    found = list(spreads)
    return Spread(median(one.p50 for one in found), median(one.p95 for one in found))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Ours over theirs: the median over rounds of each round's own ratio, so that a slow round hurts neither."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def show(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: the first column to the left, all others to the right."""
    cells = [[str(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(headers))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        first, *rest = (
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *rest]).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def verdict(figure: float, aim: float, *, least: bool = False) -> str:
    """Whether an aim is met: at most, or at least with `least`."""
    met = figure >= aim if least else figure <= aim
    return f"{'at least' if least else 'at most'} {aim:g}: {'met' if met else 'SHORT'}"
