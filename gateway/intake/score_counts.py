"""How many people each method's outcomes have, protected when the run is stored (RS-3): a method's own table each.

The bands of the method that decides who is at risk are those of the run's lattice, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from gateway.disclosure.lattice import EVERYONE, Alike, ProtectedCell, protect_alike
from gateway.intake.linked import Linked
from gateway.intake.score_rows import said
from gateway.risk.score import Status

BAND, OUTCOME = "band", "outcome"
Counts = Iterable[tuple[str, str, str]]


def rows(linked: Linked, cells: Sequence[ProtectedCell]) -> Iterable[tuple[object, ...]]:
    """Place, method, title, version, status, band, people. cells: the run's lattice."""
    place = 0
    for method, told in said(linked):
        counts = of_lattice(cells) if method.key == linked.primary.method else protected(told)
        for status, band, people in counts:
            place += 1
            yield place, method.key, method.title, method.version, status, band, people


def of_lattice(cells: Sequence[ProtectedCell]) -> Counts:
    """The bands of whoever is listed: everybody has one."""
    return ((str(Status.COMPLETE), cell.value, cell.people) for cell in cells if (cell.cut, cell.cut_2) == (BAND, ""))


def protected(told: pl.DataFrame) -> Counts:
    """Status, band and people of each outcome. told: status and band of everybody."""
    counted = told.group_by("status", "band").len().sort("status", "band")
    alike: dict[Alike, int] = {((f"{status}/{band}",), False): people for status, band, people in counted.iter_rows()}
    for cell in protect_alike(alike, [(OUTCOME,)]):
        if cell.cut != EVERYONE:
            status, _, band = cell.value.partition("/")
            yield status, band, cell.people
