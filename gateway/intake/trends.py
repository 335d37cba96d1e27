"""Everybody's scores at each run, oldest first, as one text: a JSON array of [as_of, score, band, shown].

One row for a person and not one for each of her runs, so that what a run reads and writes does not grow with every run
before it; packed, since two years of 400,000 people are 400 MB of text. Texts are cut apart and put together as they
are: no day, band or shown score has a quote or a bracket in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from gateway.intake.linked import SCOPED, Linked, scoped

KEPT = 24  # entries: two years of a run a month, as much as one chart can be read by; file and memory are bounded by it
LAST = {"handle": pl.String, "as_of": pl.String, "score": pl.Int64, "band": pl.String}
WHOLE = {"handle": pl.String, "entries": pl.String}
_BETWEEN = "],["
_END = r'\["(?<as_of>[^"]*)",(?<score>-?[0-9]+),"(?<band>[^"]*)",[^\[\]]*\]\]$'


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """last: handle, and day, score and band of the last entry. parts: handles with all entries, some people at a time.

    names: new handles by the old ones, of whoever moved; `last` has the new ones already.
    """

    last: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LAST))
    parts: tuple[bytes, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def read(parts: Iterable[Sequence[tuple[str, str]]]) -> Trend:
    """parts: rows of handle and entries."""
    return _made(pl.DataFrame(part, schema=WHOLE, orient="row") for part in parts)


def before(trend: Trend, day: str) -> Trend:
    """Only entries of earlier days; whoever has none of them is not in it."""
    if trend.last.filter(pl.col("as_of") >= day).is_empty():
        return trend
    early = pl.element().filter(pl.element().str.slice(1, len(day)) < day)
    return _made(
        part.with_columns(_apart().list.eval(early)).filter(pl.col("entries").list.len() > 0).with_columns(_together())
        for part in map(_unpacked, trend.parts)
    )


def renamed(trend: Trend, names: Mapping[str, str]) -> Trend:
    """Under the new handles of whoever moved. names: by the old ones."""
    return replace(trend, last=trend.last.with_columns(pl.col("handle").replace(dict(names))), names=names)


def rows(linked: Linked, earlier: Trend) -> Iterator[tuple[object, ...]]:
    """Rows of `trend_row`: the last KEPT - 1 entries of `earlier`, which ends before the day, and this run's."""
    day = pl.lit(linked.as_of.isoformat())
    today = pl.format('["{}",{},"{}","{}"]', day, "score", "band", "score_shown").alias("today")
    people = linked.people.select(*scoped(), today)
    ended = _apart().list.tail(KEPT - 1).list.join(_BETWEEN)
    longer = pl.concat_str(pl.lit("[["), ended, pl.lit("],"), "today", pl.lit("]"))
    for part in map(_unpacked, earlier.parts):
        now = part.with_columns(pl.col("handle").replace(dict(earlier.names)))
        yield from people.join(now, on="handle").select(*SCOPED, longer).iter_rows()
    new = people.join(earlier.last, on="handle", how="anti")
    yield from new.select(*SCOPED, pl.format("[{}]", "today")).iter_rows()


def _made(frames: Iterable[pl.DataFrame]) -> Trend:
    """Of frames of handle and entries, one after the other."""
    lasts, parts = [pl.DataFrame(schema=LAST)], list[bytes]()
    for frame in frames:
        last = frame.select("handle", pl.col("entries").str.extract_groups(_END).alias("last")).unnest("last")
        lasts.append(last.select(pl.col(name).cast(kind) for name, kind in LAST.items()))
        content = io.BytesIO()
        frame.write_ipc(content, compression="zstd")
        parts.append(content.getvalue())
    return Trend(pl.concat(lasts), tuple(parts))


def _unpacked(part: bytes) -> pl.DataFrame:
    return pl.read_ipc(part)


def _apart() -> pl.Expr:
    """The column `entries` as a list of them, without their brackets."""
    return pl.col("entries").str.strip_prefix("[[").str.strip_suffix("]]").str.split(_BETWEEN)


def _together() -> pl.Expr:
    """The text again of such a list."""
    return pl.concat_str(pl.lit("[["), pl.col("entries").list.join(_BETWEEN), pl.lit("]]")).alias("entries")
