"""Charlson comorbidities under each weighting, as gateway.risk.charlson has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from gateway.intake.scoring.frames import Outcome, bands, joined_days, outcome, status
from gateway.risk import charlson
from gateway.risk.charlson import Weighting
from gateway.risk.methods import BY_KEY

_MILD = pl.DataFrame({"term": list(charlson.MILD_OF), "mild": list(charlson.MILD_OF.values())})


def score(people: pl.DataFrame, found: pl.DataFrame) -> Iterable[Outcome]:
    """people: NHS_Number, age. found: codes of emergency admissions. One outcome for each weighting."""
    adults = people.filter(pl.col("age") >= charlson.YOUNGEST).select("NHS_Number")
    mine = found.join(adults, on="NHS_Number", how="semi")
    known = people.select("NHS_Number", status(charlson.YOUNGEST))
    present = {id(by.prefixes): comorbidities(mine, by.prefixes) for by in charlson.WEIGHTINGS}
    for by in charlson.WEIGHTINGS:
        terms = _weighed(present[id(by.prefixes)], by)
        yield outcome(known, BY_KEY[by.method], terms, bands(by.bands, charlson.NONE))


def comorbidities(found: pl.DataFrame, prefixes: Mapping[str, str]) -> pl.DataFrame:
    """NHS_Number, term and dates: the categories of codes; of a pair the severe one alone."""
    table = pl.DataFrame({"prefix": list(prefixes), "term": list(prefixes.values())})
    rows = by_prefix(found, table).group_by("NHS_Number", "term").agg(joined_days("Admission_Date"))
    return without_mild(rows, _MILD, "NHS_Number")


def by_prefix(found: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Rows of codes joined with a table by its `prefix` of three or four characters."""
    sized = (found.with_columns(pl.col("code").str.head(size).alias("prefix")) for size in charlson.LENGTHS)
    return pl.concat(rows.join(table, on="prefix") for rows in sized)


def without_mild(rows: pl.DataFrame, pairs: pl.DataFrame, whose: str) -> pl.DataFrame:
    """Rows without the mild term of a pair whose severe one is there. pairs: term, mild."""
    has = rows.select(whose, "term").join(pairs, on="term").select(whose, pl.col("mild").alias("term"))
    return rows.join(has, on=[whose, "term"], how="anti")


def _weighed(present: pl.DataFrame, by: Weighting) -> pl.DataFrame:
    weights = pl.DataFrame(
        {"term": list(by.weights), "points": list(by.weights.values()),
         "description": [charlson.LABELS[name] for name in by.weights]}
    ).filter(pl.col("points") != 0)  # fmt: skip
    terms = present.join(weights, on="term").select("NHS_Number", "term", "description", "points", "dates")
    if by.lowest is None:
        return terms
    low = terms.group_by("NHS_Number").agg(pl.col("points").sum()).filter(pl.col("points") < by.lowest)
    raised = low.select(
        "NHS_Number", pl.lit(charlson.FLOOR.code).alias("term"), pl.lit(charlson.FLOOR.label).alias("description"),
        (by.lowest - pl.col("points")).alias("points"), pl.lit("").alias("dates"),
    )  # fmt: skip
    return pl.concat([terms, raised])
