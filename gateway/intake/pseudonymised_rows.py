"""What the pseudonymised store is told of one run: persons in bands, histories in months, and the protected lattice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple

import polars as pl

from gateway.disclosure.lattice import protect
from gateway.intake import words
from gateway.intake.identifiable_rows import Linked, _band, word
from gateway.intake.pseudonymise import counts_band
from gateway.risk import charlson, hfrs

CUTS = (
    ("practice",),
    ("age_band",),
    ("sex",),
    ("deprivation",),
    ("band",),
    ("practice", "age_band"),
    ("age_band", "sex"),
)
NOT_KNOWN = words.NOT_KNOWN
_STAY_DAYS, _POUNDS = (1, 2, 4, 8, 15, 31), (1, 500, 1000, 2500, 5000, 10000)


def tables(linked: Linked) -> dict[str, Iterable[tuple[object, ...]]]:
    """Rows by table. linked.people has `pseudonym` and `deprivation` too; rows are in the order of the pseudonyms."""
    return {
        "lattice": (astuple(cell) for cell in protect(_dimensions(linked), CUTS)),
        "person": _persons(linked).sort("pseudonym").iter_rows(),
        "history": _history(linked).sort("pseudonym", "month", "kind").iter_rows(),
    }


def _dimensions(linked: Linked) -> Iterable[tuple[Mapping[str, str], bool]]:
    rows = linked.people.select(
        "practice", "age_band", word("Sex", words.SEX).alias("sex"), "deprivation", _band("emergencies"), "at_risk"
    )
    for *values, at_risk in rows.iter_rows():
        yield dict(zip(rows.columns, values, strict=False)), bool(at_risk)


def _persons(linked: Linked) -> pl.DataFrame:
    scores = linked.scored.scores
    conditions = linked.gp["gp_condition"].group_by("NHS_Number").agg(pl.col("Register").n_unique().alias("conditions"))
    cost = linked.hospital["apc"].group_by("NHS_Number").agg(pl.col("Tariff_Total_Payment").sum().alias("cost"))
    people = linked.people
    for method, name in ((hfrs.METHOD, "hfrs"), (charlson.METHOD, "charlson")):
        mine = scores.filter(pl.col("method") == method).select("NHS_Number", pl.col("band").alias(name))
        people = people.join(mine, on="NHS_Number", how="left")
    people = people.join(conditions, on="NHS_Number", how="left").join(cost, on="NHS_Number", how="left")
    people = people.with_columns(
        pl.col("conditions").fill_null(0), pl.col("cost").fill_null(0), pl.col("Repeat_Medicine_Count").fill_null(0)
    )
    return people.select(
        "pseudonym",
        "practice",
        "age_band",
        word("Sex", words.SEX),
        _ethnic(),
        "deprivation",
        _band("emergencies"),
        counts_band("emergencies", (1, 2, 3, 5)).alias("emergency_band"),
        pl.when(pl.col("hfrs") == "").then(pl.lit("Not applicable")).otherwise(pl.col("hfrs")).alias("hfrs"),
        "charlson",
        counts_band("conditions", (1, 2, 3, 4)).alias("conditions_band"),
        counts_band("Repeat_Medicine_Count", (1, 4, 8, 12)).alias("medicines_band"),
        counts_band("cost", _POUNDS).alias("cost_band"),
    )


def _ethnic() -> pl.Expr:
    return pl.col("Ethnic_Category").replace_strict(words.ETHNIC_GROUPS, default=NOT_KNOWN).alias("ethnic_group")


def _history(linked: Linked) -> pl.DataFrame:
    apc, ec, op = (_of_people(linked, kind) for kind in ("apc", "ec", "op"))
    stay = (pl.col("Discharge_Date") - pl.col("Admission_Date")).dt.total_days()
    spells = apc.with_columns(stay.fill_null(0).alias("stay")).select(
        "pseudonym",
        _month("Admission_Date"),
        pl.lit("Admission").alias("kind"),
        "Der_Provider_Code",
        word("Admission_Method", words.ADMISSION_METHODS),
        word("Der_Admit_Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        _chapter("Spell_Core_HRG"),
        _conditions(linked),
        counts_band("stay", _STAY_DAYS).alias("stay_band"),
        counts_band("Tariff_Total_Payment", _POUNDS).alias("cost_band"),
    )
    attendances = ec.select(
        "pseudonym",
        _month("Arrival_Date"),
        pl.lit(words.ATTENDANCE_USE),
        "Der_Provider_Code",
        pl.lit("").alias("method"),
        pl.lit("").alias("function"),
        _chapter("SUS_HRG_Code"),
        pl.lit("").alias("conditions"),
        pl.lit("").alias("stay"),
        counts_band("SUS_Final_Price", _POUNDS).alias("cost_band"),
    )
    clinics = op.select(
        "pseudonym",
        _month("Appointment_Date"),
        pl.lit(words.CLINIC_USE),
        "Der_Provider_Code",
        pl.lit("").alias("method"),
        word("Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        _chapter("HRG_Code"),
        pl.lit("").alias("conditions"),
        pl.lit("").alias("stay"),
        counts_band("Tariff_Total_Payment", _POUNDS).alias("cost_band"),
    )
    names = spells.columns
    return pl.concat(
        [frame.rename(dict(zip(frame.columns, names, strict=True))) for frame in (spells, attendances, clinics)]
    )


def _of_people(linked: Linked, kind: str) -> pl.DataFrame:
    return linked.hospital[kind].join(linked.people.select("NHS_Number", "pseudonym"), on="NHS_Number")


def _conditions(linked: Linked) -> pl.Expr:
    """ICD-10 chapter of the main diagnosis; nothing for a code of the sensitive list (RS-5)."""
    main = pl.col("Der_Diagnosis_All").str.extract(r"([A-Z][0-9]{2}[0-9]{0,2})").fill_null("")
    sensitive = pl.lit(value=False)
    for code in sorted(linked.sensitive_codes):
        sensitive = sensitive | main.str.starts_with(code)
    chapter = main.str.head(1).replace_strict(words.CHAPTERS, default="")
    return pl.when(sensitive).then(pl.lit("")).otherwise(chapter).alias("conditions")


def _month(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m").alias("month")


def _chapter(column: str) -> pl.Expr:
    return pl.col(column).str.head(1).fill_null("").alias("hrg_chapter")
