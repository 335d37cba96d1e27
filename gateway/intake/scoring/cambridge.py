"""Cambridge Multimorbidity Score, as gateway.risk.multimorbidity has it.

Registers and prescriptions are most of what is scored: people are numbers and words categories here, to stay small.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from gateway.intake.scoring.frames import COMPLETE, INCOMPLETE, WORD, Outcome, nothing, outcome, status
from gateway.risk import multimorbidity
from gateway.risk.methods import CAMBRIDGE
from gateway.risk.multimorbidity import CONDITIONS
from gateway.risk.windows import years_before

NEEDED = ("NHS_Number", "medicine_class", "issues")
_REGISTERS = pl.DataFrame(
    [(name, one.key) for one in CONDITIONS for name in one.registers],
    schema={"Register": WORD, "term": WORD},
    orient="row",
)
_CONDITIONS = pl.DataFrame(
    [(one.key, one.label, one.points) for one in CONDITIONS],
    schema={"term": WORD, "label": pl.String, "points": pl.Int64},
    orient="row",
)
_PRESCRIBED = pl.DataFrame(
    [
        (one.key, rule.medicine_class, rule.least, both, rule.unless)
        for one in CONDITIONS
        for both, rules in ((True, one.both), (False, one.alone))
        for rule in rules
    ],
    schema={"term": WORD, "medicine_class": WORD, "least": pl.Int64, "both": pl.Boolean, "unless": WORD},
    orient="row",
)
_TREATED = tuple(one.key for one in CONDITIONS if one.both)
_YEARS = {one.key: one.within_years for one in CONDITIONS if one.within_years}


def score(people: pl.DataFrame, entries: pl.DataFrame | None, issues: pl.DataFrame | None, as_of: date) -> Outcome:
    """people: NHS_Number, age. entries: NHS_Number, Register, First_Recorded. issues: as NEEDED says.

    A frame that is not there or has no row is a source that was not delivered.
    """
    if entries is None or issues is None or entries.is_empty() or issues.is_empty():
        return outcome(people.select("NHS_Number", status(multimorbidity.YOUNGEST, INCOMPLETE)), CAMBRIDGE, nothing())
    index = people.select("NHS_Number").with_row_index("who")
    listed = _of(index, entries, "Register", "First_Recorded")
    coded = _coded(listed, as_of)
    unknown = index.join(coded.filter(~pl.col("dated")), on="who", how="semi")["NHS_Number"]
    told = pl.when(pl.col("NHS_Number").is_in(unknown.implode())).then(INCOMPLETE).otherwise(COMPLETE)
    terms = _terms(coded.filter("counts"), _treated(listed, _of(index, issues, "medicine_class", "issues")))
    known = people.select("NHS_Number", status(multimorbidity.YOUNGEST, told))
    return outcome(known, CAMBRIDGE, terms.join(index, on="who").drop("who"))


def _of(index: pl.DataFrame, rows: pl.DataFrame, word: str, *values: str) -> pl.DataFrame:
    """Rows of the listed: who, the word as a category, and values."""
    return rows.select("NHS_Number", pl.col(word).cast(WORD), *values).join(index, on="NHS_Number").drop("NHS_Number")


def _coded(entries: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """who, term, since; counts: within the years that count; dated: those years can be told."""
    day = pl.col("First_Recorded")
    first = pl.col("term").replace_strict(
        {key: years_before(as_of, years) for key, years in _YEARS.items()}, default=None, return_dtype=pl.Date
    )
    rows = entries.join(_REGISTERS, on="Register").drop("Register")
    ever = pl.col("first").is_null()
    rows = rows.with_columns(first.alias("first")).select(
        "who", "term", day.alias("since"), (ever | (day > pl.col("first"))).fill_null(value=False).alias("counts"),
        (ever | day.is_not_null()).alias("dated"),
    ).with_columns(pl.when("counts").then("since").alias("since"))  # fmt: skip
    return rows.group_by("who", "term").agg(pl.col("since").min(), pl.col("counts").any(), pl.col("dated").any())


def _treated(entries: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """who, term, issues, both: prescriptions that are enough by a rule."""
    summed = issues.group_by("who", "medicine_class").agg(pl.col("issues").sum())
    enough = summed.join(_PRESCRIBED, on="medicine_class").filter(pl.col("issues") >= pl.col("least"))
    on_register = entries.select("who", pl.col("Register").alias("unless"))
    return enough.join(on_register, on=["who", "unless"], how="anti").select("who", "term", "issues", "both")


def _terms(coded: pl.DataFrame, treated: pl.DataFrame) -> pl.DataFrame:
    needs = pl.col("term").is_in(list(_TREATED))
    both = coded.filter(needs).join(treated.filter("both").drop("both"), on=["who", "term"])
    plain = coded.filter(~needs).with_columns(pl.lit(None, pl.Int64).alias("issues"))
    alone = treated.filter(~pl.col("both")).with_columns(pl.lit(None, pl.Date).alias("since"))
    columns = ("who", "term", "since", pl.col("issues").cast(pl.Int64))
    rows = pl.concat([both.select(columns), plain.select(columns), alone.select(columns)])
    found = rows.group_by("who", "term").agg(pl.col("since").min(), pl.col("issues").max())
    prescribed = pl.format("{}: {} prescriptions in the last 12 months", "label", "issues")
    return found.join(_CONDITIONS, on="term").select(
        "who", "term", pl.coalesce(prescribed, "label").alias("description"), "points",
        pl.col("since").cast(pl.String).fill_null("").alias("dates"),
    )  # fmt: skip
