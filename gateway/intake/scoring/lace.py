"""LACE index of each discharge, as gateway.risk.lace has it; the latest one stands for the person."""

from __future__ import annotations

from datetime import date

import polars as pl

from gateway.intake.scoring.admissions import codes, is_continued, is_emergency
from gateway.intake.scoring.charlson import by_prefix, without_mild
from gateway.intake.scoring.frames import COMPLETE, INCOMPLETE, NOT_APPLICABLE, Outcome, joined_days, outcome
from gateway.risk import charlson, lace
from gateway.risk.methods import LACE
from gateway.risk.windows import months_before

INFANT = 7000
CURRENT = f"Current: the discharge was in the last {lace.CURRENT_DAYS} days."
HISTORY = f"History: the discharge was more than {lace.CURRENT_DAYS} days ago."
_PREFIXES = pl.DataFrame(
    [
        *((prefix, lace.KEY_OF[name]) for prefix, name in charlson.PREFIXES.items() if name in lace.KEY_OF),
        *((prefix, lace.KEY_OF[lace.RENAL_SEVERE]) for prefix in lace.SEVERE_RENAL),
    ],
    schema=["prefix", "term"],
    orient="row",
)
_KEYS = pl.DataFrame(
    {"term": list(lace.COMORBIDITY), "worth": list(lace.COMORBIDITY.values()), "label": list(lace.LABELS.values())}
)
_MILD = pl.DataFrame({"term": list(lace.MILD_OF), "mild": list(lace.MILD_OF.values())})
_STAY = ("NHS_Number", "APCS_Ident", "Admission_Date")


def score(people: pl.DataFrame, spells: pl.DataFrame, visits: pl.DataFrame | None, as_of: date) -> Outcome:
    """people: NHS_Number. spells: rows of admitted care. visits: of emergency care; no row: the source is missing.

    A person's latest discharge of twelve months to which the index applies; nobody without one has an index.
    """
    stays = latest_stays(spells, as_of).join(people.select("NHS_Number"), on="NHS_Number", how="semi")
    missing = visits is None or visits.is_empty()
    told = INCOMPLETE if missing else pl.when(pl.col("age").is_null()).then(INCOMPLETE).otherwise(COMPLETE)
    current = (pl.lit(as_of) - pl.col("Discharge_Date")).dt.total_days() <= lace.CURRENT_DAYS
    remark = pl.when(current).then(pl.lit(CURRENT)).otherwise(pl.lit(HISTORY))
    known = people.select("NHS_Number").join(
        stays.select("NHS_Number", told.alias("status"), remark.alias("remark")),
        on="NHS_Number", how="left", maintain_order="left",
    ).with_columns(pl.col("status").fill_null(NOT_APPLICABLE), pl.col("remark").fill_null(""))  # fmt: skip
    parts = [_length(stays), _acuity(stays), _comorbidity(stays, spells)]
    if visits is not None:
        parts.append(_visits(stays, visits))
    band = (
        pl.when(pl.col("points") < lace.MODERATE_FROM).then(pl.lit(lace.LOW))
        .when(pl.col("points") < lace.HIGH_FROM).then(pl.lit(lace.MODERATE))
        .otherwise(pl.lit(lace.HIGH))
    )  # fmt: skip
    return outcome(known, LACE, pl.concat(parts), band)


def latest_stays(spells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Each person's latest stay, discharged in the twelve months to the index date, that the index is made for."""
    within = pl.col("Discharge_Date").is_between(months_before(as_of, lace.MONTHS_TOLD), as_of, closed="right")
    age = pl.col("Age_At_Start_of_Spell_SUS")
    known = spells.filter(within).with_columns(pl.when(age >= INFANT).then(0).otherwise(age).alias("age"))
    ordered = known.filter(applies()).sort("Discharge_Date", "Admission_Date", "APCS_Ident")
    return ordered.unique("NHS_Number", keep="last", maintain_order=True)


def applies() -> pl.Expr:
    """gateway.risk.lace.applies, over columns of discharged stays and `age`."""
    home = ~pl.col("Discharge_Method").is_in(list(lace.DIED)) & ~pl.col("Discharge_Destination").is_in(
        list(lace.TO_ANOTHER_HOSPITAL)
    )
    came = ~is_continued() & (pl.col("Admission_Method") != lace.TRANSFERRED_IN)
    maternity = pl.col("Admission_Method").is_in(list(lace.MATERNITY_METHODS)) | pl.col(
        "Der_Admit_Treatment_Function_Code"
    ).is_in(list(lace.MATERNITY_FUNCTIONS))
    adult = pl.col("age").is_null() | (pl.col("age") >= lace.YOUNGEST)
    return (pl.col("Patient_Classification") == lace.ORDINARY) & home & came & ~maternity & adult


def _length(stays: pl.DataFrame) -> pl.DataFrame:
    days = (pl.col("Discharge_Date") - pl.col("Admission_Date")).dt.total_days()
    dates = pl.format("{} to {}", "Admission_Date", "Discharge_Date")
    return _part("L", stays.with_columns(days.alias("amount"), dates.alias("dates")), pl.format("{} days", "amount"))


def _acuity(stays: pl.DataFrame) -> pl.DataFrame:
    counted = stays.with_columns(
        is_emergency().cast(pl.Int64).alias("amount"), pl.col("Admission_Date").cast(pl.String).alias("dates")
    )
    return _part("A", counted, pl.lit("yes"))


def _comorbidity(stays: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Codes of this stay and of those that began in the 24 months before it."""
    index = stays.select("NHS_Number", pl.col("Admission_Date").alias("index"))
    mine = spells.join(index, on="NHS_Number")
    first = pl.col("index").dt.offset_by(f"-{lace.YEARS_OF_CODES}y")
    mine = mine.filter((pl.col("Admission_Date") > first) & (pl.col("Admission_Date") <= pl.col("index")))
    found = by_prefix(codes(mine, "NHS_Number", "Admission_Date"), _PREFIXES).select(
        "NHS_Number", "term", "Admission_Date"
    )
    rows = without_mild(found.unique(), _MILD, "NHS_Number").join(_KEYS, on="term")
    summed = rows.group_by("NHS_Number").agg(
        pl.col("worth").filter(pl.col("term").is_first_distinct()).sum().alias("amount"),
        pl.col("label").unique().sort().str.join("; ").alias("labels"), joined_days("Admission_Date"),
    )  # fmt: skip
    return _part("C", summed, pl.col("labels"))


def _visits(stays: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """gateway.risk.lace.counts, over each person's visits."""
    index = stays.select("NHS_Number", pl.col("Admission_Date").alias("index"), is_emergency().alias("emergency"))
    rows = visits.select("NHS_Number", "Arrival_Date", "EC_Department_Type", "Discharge_Destination_SNOMED_CT").join(
        index, on="NHS_Number"
    )
    day, admitted = pl.col("Arrival_Date"), pl.col("index")
    led = (
        pl.col("emergency") & (pl.col("Discharge_Destination_SNOMED_CT") == lace.TO_A_WARD)
        & (day == admitted.dt.offset_by("-1d"))
    )  # fmt: skip
    within = (day > admitted.dt.offset_by(f"-{lace.MONTHS_OF_VISITS}mo")) & (day < admitted)
    counted = rows.filter((pl.col("EC_Department_Type") == lace.MAJOR_DEPARTMENT) & within & ~led)
    return _part(
        "E", counted.group_by("NHS_Number").agg(pl.len().alias("amount"), joined_days("Arrival_Date")),
        pl.format("{} visits", "amount"),
    )  # fmt: skip


def _part(part: str, rows: pl.DataFrame, told: pl.Expr) -> pl.DataFrame:
    """NHS_Number, term, description, points, dates, where there is a point. rows: NHS_Number, amount, dates."""
    amount, points = pl.col("amount"), pl.lit(0, pl.Int64)
    for least, worth in lace.POINTS[part]:
        points = pl.when(amount >= least).then(pl.lit(worth, pl.Int64)).otherwise(points)
    described = pl.format("{}: {}", pl.lit(lace.PARTS[part]), told)
    return rows.select(
        "NHS_Number", pl.lit(part).alias("term"), described.alias("description"), points.alias("points"), "dates"
    ).filter(pl.col("points") > 0)
