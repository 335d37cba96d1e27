"""What the run before knew of each handle, and how it follows a person who moves to another practice.

A handle is made of practice and NHS number, so a new one of an old practice's patient is found by making the handles
that she would have had there: nobody's number has to be kept for it (docs/decisions/0020-who-moves.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import polars as pl

from gateway.intake import trends
from gateway.intake.pseudonymise import handles
from gateway.intake.trends import Trend

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move:
    """One person's handle at the practice before, and the one at the practice now; as_of: the day of the run."""

    as_of: str
    from_practice: str
    from_handle: str
    practice: str
    handle: str


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """trend: everybody's scores so far. explained: what made up each score, by day.

    practices: that had patients. moves: those of the run before; once they are followed, those of this one.
    listed: by day, how many patients at risk each practice had.
    """

    trend: Trend = field(default_factory=Trend)
    explained: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    practices: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    listed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def before(earlier: Earlier, day: str) -> Earlier:
    """Only what was so before the day of the run, so that a run made again says the same again."""
    return replace(
        earlier,
        trend=trends.before(earlier.trend, day),
        explained=_last_before(earlier.explained, day),
        moves=tuple(move for move in earlier.moves if move.as_of == day),
        listed=_last_before(earlier.listed, day),
    )


def _last_before(by_day: Mapping[str, T], day: str) -> dict[str, T]:
    """The last day before it, alone."""
    return {one: by_day[one] for one in [one for one in sorted(by_day) if one < day][-1:]}


def followed(earlier: Earlier, people: pl.DataFrame, key: bytes, day: str, *, comparable: bool = True) -> Earlier:
    """What was so before the day, under the handles of its run. people: the listed, with practice and handle.

    key: of handles. comparable: whether the run before went by the same method; else nothing of its scores stays.
    Nothing stays of the terms of whoever is not listed any more.
    """
    earlier = before(earlier, day)
    moves = _moves(earlier, people, key, day)
    new = {move.from_handle: move.handle for move in moves}
    renamed = pl.col("handle").replace(new)
    if not comparable:
        return Earlier(moves=(*earlier.moves, *moves))
    return replace(
        earlier,
        trend=trends.renamed(earlier.trend, new),
        explained={
            one: frame.with_columns(renamed).join(people, on="handle", how="semi", maintain_order="left")
            for one, frame in earlier.explained.items()
        },
        moves=(*earlier.moves, *moves),
    )


def _moves(earlier: Earlier, people: pl.DataFrame, key: bytes, day: str) -> tuple[Move, ...]:
    """Whoever has a handle that the run before had not, and had one at another practice."""
    if earlier.trend.last.is_empty():
        return ()
    known = earlier.trend.last.select(pl.col("handle").alias("gone"))
    come = people.join(known, left_on="handle", right_on="gone", how="anti").select("NHS_Number", "practice", "handle")
    found = []
    for practice in earlier.practices:
        gone = handles([practice] * len(come), come["NHS_Number"], key)
        ours = come.with_columns(pl.Series("gone", gone, dtype=pl.String)).join(known, on="gone", how="semi")
        found += [Move(day, practice, *one) for one in ours.select("gone", "practice", "handle").iter_rows()]
    return tuple(sorted(found, key=lambda move: move.handle))
