"""What is held from earlier runs, taken on by the next one: a record that comes again replaces, a new list withdraws.

Hospital rows come in extracts, each about some time; the GP extract comes whole and takes the place of the one before,
and is held so that scores and models can be made again.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import polars as pl

from gateway.intake import receive
from gateway.intake.receive import REASON
from gateway.intake.rules import DATE, IDENT, SPELL, last_day

HELD = "held"
OURS = ("line", REASON, HELD)
PART = 500_000  # rows
Frames = Mapping[str, pl.DataFrame]


def with_held(new: Frames, held: Frames, as_of: date) -> dict[str, pl.DataFrame]:
    """Every kind's rows of this run that go on, and held rows that none of them replaces; `held` says which a row is.

    new: after stages 1 and 2, for where somebody lives now may stand in a row of either.
    Rows that lie after the day of the run are taken out; so is a record that has become a restricted one.
    """
    return {kind: _one_kind(kind, frame, held.get(kind), as_of) for kind, frame in new.items()}


def _one_kind(kind: str, new: pl.DataFrame, held: pl.DataFrame | None, as_of: date) -> pl.DataFrame:
    live = new.filter(pl.col(REASON) == "").with_columns(pl.lit(value=False).alias(HELD))
    if held is None:
        return live
    ident = IDENT[kind]
    stay = held.join(live.select(ident), on=ident, how="anti", maintain_order="left").with_columns(
        pl.lit(0, pl.UInt32).alias("line"), pl.lit("").alias(REASON), pl.lit(value=True).alias(HELD)
    )
    stay = receive.set_aside(stay, receive.INVALID_VALUE, pl.col(DATE[kind]) > last_day(kind, as_of))
    if kind != "apc":
        return pl.concat([stay.select(live.columns), live])
    restricted = new.filter(pl.col(REASON) == receive.RESTRICTED)
    now_restricted = stay.join(restricted.select(SPELL).unique(), on=SPELL, how="semi")[ident]
    stay = receive.set_aside(stay, receive.RESTRICTED, pl.col(ident).is_in(now_restricted.implode()))
    return receive.superseded(pl.concat([stay.select(live.columns), live]), SPELL, ident)


def withdrawn(frames: Frames) -> dict[str, int]:
    """Held rows that go, by reason."""
    gone = (frame.filter(pl.col(HELD) & (pl.col(REASON) != ""))[REASON] for frame in frames.values())
    return dict(sorted(Counter(reason for reasons in gone for reason in reasons).items()))


def packed(kept: Frames) -> Iterator[tuple[str, int, memoryview]]:
    """Kind, rows and content, in parts, of what the run after this one takes on; an empty kind has one part."""
    for kind, frame in kept.items():
        ours = frame.drop(OURS, strict=False)
        for part in ours.iter_slices(PART) if len(ours) else [ours]:
            content = io.BytesIO()
            part.write_ipc(content, compression="zstd")
            yield kind, len(part), content.getbuffer()


def unpacked(held: Iterable[tuple[str, bytes]]) -> dict[str, pl.DataFrame]:
    """The same again, as frames."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for kind, content in held:
        parts.setdefault(kind, []).append(pl.read_ipc(content))
    return {kind: pl.concat(many) for kind, many in parts.items()}
