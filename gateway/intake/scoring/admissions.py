"""New emergency admissions and the codes recorded in emergency stays: what several methods read."""

from __future__ import annotations

from datetime import date

import polars as pl

from gateway.risk import emergency_admissions
from gateway.risk.hfrs import MONTHS
from gateway.risk.windows import months_before

_CODES = r"(?:^|[|,\s])[A-Z][0-9]{2}[0-9]{0,2}"


def is_new_emergency() -> pl.Expr:
    """gateway.risk.emergency_admissions.is_new_emergency, over a column."""
    return is_emergency() & ~is_continued()


def is_emergency() -> pl.Expr:
    """ADMISSION METHOD CODE 2x."""
    return pl.col("Admission_Method").str.starts_with("2")


def is_continued() -> pl.Expr:
    """gateway.risk.emergency_admissions.is_continued, over a column."""
    return pl.col("Admission_Method").is_in(list(emergency_admissions.CONTINUING_METHODS)) & pl.col(
        "Source_of_Admission"
    ).is_in(list(emergency_admissions.OTHER_PROVIDERS))


def emergencies(people: pl.DataFrame, spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """NHS_Number and how many new emergencies in the twelve months to the index date."""
    within = pl.col("Admission_Date").is_between(emergency_admissions.a_year_before(as_of), as_of, closed="right")
    counts = spells.filter(is_new_emergency() & within).group_by("NHS_Number").len("emergencies")
    joined = people.select("NHS_Number").join(counts, on="NHS_Number", how="left", maintain_order="left")
    return joined.with_columns(pl.col("emergencies").fill_null(0).cast(pl.Int64))


def emergency_codes(spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """NHS_Number, code, Admission_Date: of emergency admissions in the 24 months to the index date, each once."""
    within = pl.col("Admission_Date").is_between(months_before(as_of, MONTHS), as_of, closed="right")
    return codes(spells.filter(is_emergency() & within), "NHS_Number", "Admission_Date").unique()


def codes(spells: pl.DataFrame, *keep: str) -> pl.DataFrame:
    """The columns `keep` and `code`, one row for each code of each spell."""
    text = pl.col("Der_Diagnosis_All").str.to_uppercase().str.replace_all(".", "", literal=True)
    each = spells.select(*keep, text.str.extract_all(_CODES).alias("code")).explode("code").drop_nulls("code")
    return each.with_columns(pl.col("code").str.strip_chars("|, \t"))
