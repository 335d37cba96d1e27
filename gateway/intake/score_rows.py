"""Scores of one run and the terms that add up to each, for the identifiable store."""

from __future__ import annotations

import polars as pl

from gateway.intake import words
from gateway.intake.linked import SCOPED, Linked, of_people, scoped, word
from gateway.intake.score import TENTHS, is_new_emergency
from gateway.risk import charlson, emergency_admissions, hfrs

_TITLES = {hfrs.METHOD: hfrs.TITLE, charlson.METHOD: charlson.TITLE}
_NOTES = {
    hfrs.METHOD: "Says how frail, not how likely an admission is. Made for people of 75 and over.",
    charlson.METHOD: "Long-term conditions recorded in emergency admissions of the last 24 months.",
}
_CRUDE_NOTE = "A count, as crude as it is. At risk from {} in 12 months."


def scores(linked: Linked) -> pl.DataFrame:
    """Every method's score of each listed person; the crude count is what being at risk goes by."""
    crude = linked.people.select(
        *scoped(),
        pl.lit(emergency_admissions.METHOD).alias("method"),
        pl.lit(emergency_admissions.TITLE).alias("title"),
        pl.col("emergencies").cast(pl.String).alias("value"),
        "band",
        pl.lit("complete").alias("status"),
        pl.lit(_CRUDE_NOTE.format(linked.threshold)).alias("note"),
        pl.lit(1).alias("primary"),
    )
    joined = linked.people.select("NHS_Number", *scoped()).join(linked.scored.scores, on="NHS_Number")
    value = pl.when(pl.col("status") == "complete").then(points("points", pl.col("method"))).otherwise(pl.lit(""))
    others = joined.select(
        *SCOPED,
        "method",
        word("method", _TITLES).alias("title"),
        value.alias("value"),
        "band",
        "status",
        word("method", _NOTES).alias("note"),
        pl.lit(0).alias("primary"),
    )
    return pl.concat([crude, others])


def score_terms(linked: Linked) -> pl.DataFrame:
    """The terms of each score, with their points and the days behind them."""
    joined = linked.people.select("NHS_Number", *scoped()).join(linked.scored.terms, on="NHS_Number")
    others = joined.select(*SCOPED, "method", "term", "description", points("points", pl.col("method")), "dates")
    return pl.concat([others, _admission_terms(linked)]).sort("handle", "method", "dates", "term")


def _admission_terms(linked: Linked) -> pl.DataFrame:
    """Each new emergency admission of the twelve months counts one: the terms of the crude method."""
    first = emergency_admissions.a_year_before(linked.as_of)
    within = pl.col("Admission_Date").is_between(first, linked.as_of, closed="right")
    return (
        of_people(linked, "apc")
        .filter(is_new_emergency() & within)
        .select(
            *SCOPED,
            pl.lit(emergency_admissions.METHOD).alias("method"),
            pl.col("Admission_Method").alias("term"),
            word("Admission_Method", words.ADMISSION_METHODS).alias("description"),
            pl.lit("1").alias("points"),
            pl.col("Admission_Date").cast(pl.String).alias("dates"),
        )
    )


def points(column: str, method: pl.Expr) -> pl.Expr:
    """Tenths as the method publishes them: one decimal for frailty, whole for Charlson."""
    whole = (pl.col(column) // TENTHS).cast(pl.String)
    decimal = whole + "." + (pl.col(column) % TENTHS).cast(pl.String)
    return pl.when(method == hfrs.METHOD).then(decimal).otherwise(whole).alias("points")
