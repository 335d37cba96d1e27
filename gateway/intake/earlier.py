"""What the run before knew of each handle, and how it follows a person who moves to another practice.

A handle is made of practice and NHS number, so a new one of an old practice's patient is found by making the handles
that she would have had there: nobody's number has to be kept for it (docs/decisions/0020-who-moves.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from gateway.intake.pseudonymise import handles

Trend = Mapping[str, list[tuple[str, int, str]]]


@dataclass(frozen=True, slots=True)
class Move:
    """One person's handle at the practice before, and the one at the practice now; as_of: the day of the run."""

    as_of: str
    from_practice: str
    from_handle: str
    practice: str
    handle: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """trend: (as_of, score, band) by handle. explained: what made up each score, by day. practices: that had patients.

    moves: those of the run before; once they are followed, those of this one.
    """

    trend: Trend = field(default_factory=dict)
    explained: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    practices: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()


def before(earlier: Earlier, day: str) -> Earlier:
    """Only what was so before the day of the run, so that a run made again says the same again."""
    kept = {handle: [entry for entry in trend if entry[0] < day] for handle, trend in earlier.trend.items()}
    days = [one for one in sorted(earlier.explained) if one < day][-1:]
    return replace(
        earlier,
        trend={handle: trend for handle, trend in kept.items() if trend},
        explained={one: earlier.explained[one] for one in days},
        moves=tuple(move for move in earlier.moves if move.as_of == day),
    )


def followed(earlier: Earlier, people: pl.DataFrame, key: bytes, day: str, *, comparable: bool = True) -> Earlier:
    """What was so before the day, under the handles of its run. people: the listed, with practice and handle.

    key: of handles. comparable: whether the run before went by the same method; else nothing of its scores stays.
    """
    earlier = before(earlier, day)
    moves = _moves(earlier, people, key, day)
    new = {move.from_handle: move.handle for move in moves}
    renamed = pl.col("handle").replace(new) if new else pl.col("handle")
    if not comparable:
        return Earlier(moves=(*earlier.moves, *moves))
    return replace(
        earlier,
        trend={new.get(handle, handle): trend for handle, trend in earlier.trend.items()},
        explained={day: frame.with_columns(renamed) for day, frame in earlier.explained.items()},
        moves=(*earlier.moves, *moves),
    )


def _moves(earlier: Earlier, people: pl.DataFrame, key: bytes, day: str) -> tuple[Move, ...]:
    """Whoever has a handle that the run before had not, and had one at another practice."""
    if not earlier.trend:
        return ()
    come = people.filter(~pl.col("handle").is_in(list(earlier.trend))).select("NHS_Number", "practice", "handle").rows()
    numbers = [number for number, _practice, _handle in come]
    found = []
    for practice in earlier.practices:
        old = handles([practice] * len(numbers), numbers, key)
        found += [
            Move(day, practice, gone, now, handle)
            for gone, (_number, now, handle) in zip(old, come, strict=True)
            if gone in earlier.trend
        ]
    return tuple(sorted(found, key=lambda move: move.handle))
