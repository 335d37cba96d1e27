"""What every method hands back: one outcome for each person, and the terms that add up to it.

Points are whole thousandths. Words that repeat are categories, so that a frame of everybody stays small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from gateway.risk.methods import Basis, Method
from gateway.risk.score import Status

WORD = pl.Categorical
TERMS = {
    "NHS_Number": pl.String, "method": WORD, "term": pl.String, "description": pl.String, "points": pl.Int64,
    "dates": pl.String, "basis": WORD,
}  # fmt: skip
COMPLETE, INCOMPLETE, NOT_APPLICABLE = (
    pl.lit(str(one)) for one in (Status.COMPLETE, Status.INCOMPLETE, Status.NOT_APPLICABLE)
)
NO_BAND = pl.lit("")


@dataclass(frozen=True, slots=True)
class Outcome:
    """scores: NHS_Number, method, points, band, status, remark. terms: NHS_Number, method, and as TERMS has them."""

    scores: pl.DataFrame
    terms: pl.DataFrame


def outcome(people: pl.DataFrame, method: Method, terms: pl.DataFrame, band: pl.Expr = NO_BAND) -> Outcome:
    """The sum of each person's terms, banded. people: NHS_Number, status, perhaps remark; each person once.

    terms: of anybody; those of people whose status is not complete are left out.
    """
    whole = terms.join(people.filter(pl.col("status") == COMPLETE).select("NHS_Number"), on="NHS_Number", how="semi")
    sums = whole.group_by("NHS_Number").agg(pl.col("points").sum())
    points = people.select("NHS_Number").join(sums, on="NHS_Number", how="left", maintain_order="left")["points"]
    scored = people.select("NHS_Number", "status", _remark(people)).with_columns(points.fill_null(0))
    banded = pl.when(pl.col("status") == COMPLETE).then(band).otherwise(NO_BAND)
    scores = scored.select(
        "NHS_Number", pl.lit(method.key).cast(WORD).alias("method"), "points", banded.cast(WORD).alias("band"),
        pl.col("status").cast(WORD), pl.col("remark").cast(WORD),
    )  # fmt: skip
    return Outcome(scores, of_method(whole, method))


def of_method(terms: pl.DataFrame, method: Method, basis: Basis | None = None) -> pl.DataFrame:
    """Terms in the shape that all methods share."""
    told = terms.with_columns(pl.lit(method.key).alias("method"), pl.lit(str(basis or method.basis)).alias("basis"))
    return told.select(pl.col(name).cast(kind) for name, kind in TERMS.items())


def status(youngest: int, otherwise: pl.Expr = COMPLETE) -> pl.Expr:
    """By `age`: not known is incomplete, too young is not applicable."""
    return (
        pl.when(pl.col("age").is_null()).then(INCOMPLETE)
        .when(pl.col("age") < youngest).then(NOT_APPLICABLE)
        .otherwise(otherwise).alias("status")
    )  # fmt: skip


def bands(above: Iterable[tuple[int, str]], lowest: str) -> pl.Expr:
    """The first name whose bound the points are above, from the highest bound down; else the lowest."""
    expression = pl.lit(lowest)
    for bound, name in reversed(tuple(above)):
        expression = pl.when(pl.col("points") > bound).then(pl.lit(name)).otherwise(expression)
    return expression


def nothing() -> pl.DataFrame:
    """No term of anybody."""
    return pl.DataFrame(schema=TERMS)


def joined_days(column: str) -> pl.Expr:
    """The distinct days of a group, in order, as text."""
    return pl.col(column).unique().sort().cast(pl.String).str.join(", ").alias("dates")


def _remark(people: pl.DataFrame) -> pl.Expr:
    return pl.col("remark") if "remark" in people.columns else NO_BAND.alias("remark")
