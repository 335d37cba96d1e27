"""Prescriptions, reduced as they are read: how many of each class a person was issued in the twelve months to the day.

No more of them is kept. The rows of the file stand beside that by person, for whoever stays behind is counted by row.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from gateway.intake.receive import REASON, ROWS, numbers_checked
from gateway.risk.emergency_admissions import a_year_before
from gateway.risk.prescriptions import MedicineClass, medicine_classes

CLASS, ISSUES = "medicine_class", "issues"
_CLASSES = tuple(map(str, MedicineClass))
_DIGITS = 10
_KEY = ["number", "class", REASON]  # numbers as integers and classes as places in _CLASSES: quicker to put together


class Reducer:
    """Makes few rows of many. as_of: the last day that counts; prescriptions of the twelve months to it do."""

    def __init__(self, as_of: date) -> None:
        """No code was met yet."""
        self._within = pl.col("Issue_Date").is_between(a_year_before(as_of), as_of, closed="right")
        self._classes: dict[str, tuple[int, ...]] = {}

    def reduced(self, piece: pl.DataFrame) -> pl.DataFrame:
        """One piece of the file, which has typed rows, each with its reason."""
        recent = piece.select("NHS_Number", REASON, pl.when(self._within).then("BNF_Code").alias("BNF_Code"))
        counted = numbers_checked(recent.group_by("NHS_Number", REASON, "BNF_Code").len(ROWS)).with_columns(
            pl.when(pl.col(REASON) == "").then(pl.col("NHS_Number").cast(pl.Int64, strict=False)).alias("number"),
            pl.when(pl.col(REASON) == "").then("BNF_Code").alias("BNF_Code"),
        )
        met = [str(code) for code in counted["BNF_Code"].unique().drop_nulls()]
        issued = counted.join(self._table(met), on="BNF_Code").rename({ROWS: ISSUES}).drop("BNF_Code")
        return pl.concat([counted.drop("BNF_Code"), issued], how="diagonal").select(*_KEY, ISSUES, ROWS)

    def _table(self, met: list[str]) -> pl.DataFrame:
        """BNF_Code and class, one row for each class that a code is in."""
        for code in met:
            if code not in self._classes:
                self._classes[code] = tuple(_CLASSES.index(name) for name in medicine_classes(code))
        pairs = [(code, place) for code in met for place in self._classes[code]]
        return pl.DataFrame(pairs, schema={"BNF_Code": pl.String, "class": pl.Int8}, orient="row")


def merged(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each person, class and reason."""
    return rows.group_by(_KEY).agg(pl.col(ISSUES, ROWS).sum())


def told(rows: pl.DataFrame) -> pl.DataFrame:
    """As the stages know rows: NHS_Number, medicine_class, issues, reason, and rows of the file on those without class.

    In one order, whatever the pieces were.
    """
    number = pl.col("number").cast(pl.String).str.zfill(_DIGITS).fill_null("").alias("NHS_Number")
    name = pl.col("class").replace_strict(dict(enumerate(_CLASSES)), default="", return_dtype=pl.String).alias(CLASS)
    ordered = merged(rows).sort(_KEY)
    return ordered.select(number, name, pl.col(ISSUES).cast(pl.Int32), REASON, pl.col(ROWS).cast(pl.Int64))


def kept(rows: pl.DataFrame) -> pl.DataFrame:
    """What is held of those who go on: NHS_Number, medicine_class and issues. rows: after stage 3."""
    return rows.filter((pl.col(REASON) == "") & (pl.col(CLASS) != "")).select("NHS_Number", CLASS, ISSUES)
