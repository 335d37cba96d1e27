"""Hospital Frailty Risk Score, as gateway.risk.hfrs has it."""

from __future__ import annotations

import polars as pl

from gateway.intake.scoring.frames import Outcome, joined_days, outcome, status
from gateway.risk import hfrs
from gateway.risk.methods import HFRS

_TABLE = pl.DataFrame(
    {"term": list(hfrs.POINTS), "points": list(hfrs.POINTS.values()), "description": list(hfrs.LABELS.values())}
)


def score(people: pl.DataFrame, found: pl.DataFrame) -> Outcome:
    """people: NHS_Number, age. found: codes of emergency admissions."""
    old = people.filter(pl.col("age") >= hfrs.YOUNGEST).select("NHS_Number")
    rows = found.join(old, on="NHS_Number", how="semi").with_columns(pl.col("code").str.head(3).alias("term"))
    terms = rows.join(_TABLE, on="term").group_by("NHS_Number", "term", "description", "points")
    return outcome(
        people.select("NHS_Number", status(hfrs.YOUNGEST)), HFRS, terms.agg(joined_days("Admission_Date")), band()
    )


def band() -> pl.Expr:
    """gateway.risk.hfrs.band, over a column."""
    points = pl.col("points")
    return (
        pl.when(points < hfrs.INTERMEDIATE_FROM).then(pl.lit(hfrs.LOW))
        .when(points <= hfrs.HIGH_ABOVE).then(pl.lit(hfrs.INTERMEDIATE))
        .otherwise(pl.lit(hfrs.HIGH))
    )  # fmt: skip
