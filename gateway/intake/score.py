"""Stage 5: the methods over everybody at once, in Polars; tested equal to the pure ones of gateway.risk.

Points are whole tenths here, so that sums are exact; a page shows them as the method publishes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.risk import charlson, emergency_admissions, hfrs
from gateway.risk.score import Status

TENTHS = 10
_CODES = r"(?:^|[|,\s])[A-Z][0-9]{2}[0-9]{0,2}"


@dataclass(frozen=True, slots=True)
class Scored:
    """scores: NHS_Number, method, points (tenths), band, status. terms: NHS_Number, method, term, points, dates."""

    emergencies: pl.DataFrame
    scores: pl.DataFrame
    terms: pl.DataFrame


def score(people: pl.DataFrame, spells: pl.DataFrame, as_of: date) -> Scored:
    """people: NHS_Number and age. spells: kept rows of admitted care. Both methods, and the crude count."""
    marked = spells.with_columns(is_new_emergency().alias("emergency"))
    found = codes(marked, as_of)
    frailty, comorbid = _frailty(people, found), _charlson(found)
    terms = pl.concat([frailty, comorbid])
    return Scored(emergencies(people, marked, as_of), _scores(people, terms), terms)


def is_new_emergency() -> pl.Expr:
    """gateway.risk.emergency_admissions.is_new_emergency, over a column."""
    continued = pl.col("Admission_Method").is_in(list(emergency_admissions.CONTINUING_METHODS)) & pl.col(
        "Source_of_Admission"
    ).is_in(list(emergency_admissions.OTHER_PROVIDERS))
    return pl.col("Admission_Method").str.starts_with("2") & ~continued


def emergencies(people: pl.DataFrame, spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """NHS_Number and how many new emergencies in the twelve months to the index date."""
    within = pl.col("Admission_Date").is_between(emergency_admissions.a_year_before(as_of), as_of, closed="right")
    counts = spells.filter(pl.col("emergency") & within).group_by("NHS_Number").len("emergencies")
    joined = people.select("NHS_Number").join(counts, on="NHS_Number", how="left", maintain_order="left")
    return joined.with_columns(pl.col("emergencies").fill_null(0).cast(pl.Int64))


def codes(spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """NHS_Number, code and the days it was recorded, of emergency admissions in the 24 months to the index date."""
    first = emergency_admissions.a_year_before(emergency_admissions.a_year_before(as_of))
    within = pl.col("Admission_Date").is_between(first, as_of, closed="right")
    text = pl.col("Der_Diagnosis_All").str.to_uppercase().str.replace_all(".", "", literal=True)
    emergency = spells.filter(pl.col("Admission_Method").str.starts_with("2") & within)
    listed = emergency.select("NHS_Number", "Admission_Date", text.str.extract_all(_CODES).alias("code"))
    each = listed.explode("code").drop_nulls("code").with_columns(pl.col("code").str.strip_chars("|, \t"))
    return each.unique()


def _frailty(people: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    table = pl.DataFrame(
        {"term": list(hfrs.POINTS), "points": [int(points * TENTHS) for points in hfrs.POINTS.values()],
         "description": [hfrs.LABELS[code] for code in hfrs.POINTS]}
    )  # fmt: skip
    old = people.filter(pl.col("age") >= hfrs.YOUNGEST).select("NHS_Number")
    rows = (
        found.with_columns(pl.col("code").str.head(3).alias("term")).join(table, on="term").join(old, on="NHS_Number")
    )
    return _terms(rows, hfrs.METHOD)


def _charlson(found: pl.DataFrame) -> pl.DataFrame:
    table = pl.DataFrame({"prefix": list(charlson.PREFIXES), "term": list(charlson.PREFIXES.values())})
    weights = pl.DataFrame(
        {"term": list(charlson.LABELS), "description": list(charlson.LABELS.values()),
         "points": [charlson.WEIGHTS_1987[term] * TENTHS for term in charlson.LABELS]}
    ).filter(pl.col("points") != 0)  # fmt: skip
    short = found.with_columns(pl.col("code").str.head(3).alias("prefix"))
    long = found.with_columns(pl.col("code").str.head(4).alias("prefix"))
    rows = pl.concat([short, long]).join(table, on="prefix").join(weights, on="term")
    severe = pl.DataFrame({"severe": list(charlson.MILD_OF), "term": list(charlson.MILD_OF.values())})
    has = rows.select("NHS_Number", pl.col("term").alias("severe")).unique().join(severe, on="severe")
    return _terms(rows.join(has, on=["NHS_Number", "term"], how="anti"), charlson.METHOD)


def _terms(rows: pl.DataFrame, method: str) -> pl.DataFrame:
    each = rows.group_by("NHS_Number", "term", "description", "points").agg(
        pl.col("Admission_Date").unique().sort().cast(pl.String).str.join(", ").alias("dates")
    )
    return each.select("NHS_Number", pl.lit(method).alias("method"), "term", "description", "points", "dates")


def _scores(people: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    sums = terms.group_by("NHS_Number", "method").agg(pl.col("points").sum())
    parts = []
    for method in (hfrs.METHOD, charlson.METHOD):
        mine = sums.filter(pl.col("method") == method).select("NHS_Number", "points")
        joined = people.select("NHS_Number", "age").join(mine, on="NHS_Number", how="left", maintain_order="left")
        parts.append(joined.with_columns(pl.col("points").fill_null(0), pl.lit(method).alias("method")))
    whole = pl.concat(parts)
    frail = pl.col("method") == hfrs.METHOD
    status = (
        pl.when(frail & pl.col("age").is_null()).then(pl.lit(str(Status.INCOMPLETE)))
        .when(frail & (pl.col("age") < hfrs.YOUNGEST)).then(pl.lit(str(Status.NOT_APPLICABLE)))
        .otherwise(pl.lit(str(Status.COMPLETE))).alias("status")
    )  # fmt: skip
    banded = pl.when(pl.col("status") == str(Status.COMPLETE)).then(band()).otherwise(pl.lit("")).alias("band")
    return whole.with_columns(status).with_columns(banded)


def band() -> pl.Expr:
    """The band of points in tenths, by each method's own rule."""
    points = pl.col("points")
    frailty = (
        pl.when(points < 5 * TENTHS).then(pl.lit(hfrs.LOW))
        .when(points <= 15 * TENTHS).then(pl.lit(hfrs.INTERMEDIATE))
        .otherwise(pl.lit(hfrs.HIGH))
    )  # fmt: skip
    comorbid = (
        pl.when(points > 4 * TENTHS).then(pl.lit("5 or more"))
        .when(points > 2 * TENTHS).then(pl.lit("3 to 4"))
        .when(points > 0).then(pl.lit("1 to 2"))
        .otherwise(pl.lit("0"))
    )  # fmt: skip
    return pl.when(pl.col("method") == hfrs.METHOD).then(frailty).otherwise(comorbid)
