"""What the identifiable store is told of one run: lists, scores, terms and hospital rows of each practice's patients.

Sensitive codes stand in no list and no reason; they are seen in the record alone (RS-5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.intake import words
from gateway.intake.score import TENTHS, Scored, is_new_emergency
from gateway.risk import charlson, emergency_admissions, hfrs

SCOPED = ("practice_code", "at_risk", "handle")
_TITLES = {hfrs.METHOD: hfrs.TITLE, charlson.METHOD: charlson.TITLE}
_NOTES = {
    hfrs.METHOD: "Says how frail, not how likely an admission is. Made for people of 75 and over.",
    charlson.METHOD: "Long-term conditions recorded in emergency admissions of the last 24 months.",
}
_CRUDE_NOTE = "A count, as crude as it is: two or more in 12 months."


@dataclass(frozen=True, slots=True)
class Linked:
    """people: the listed, with practice, handle, at_risk, emergencies, age_band. hospital, gp: kept rows by kind."""

    people: pl.DataFrame
    hospital: Mapping[str, pl.DataFrame]
    gp: Mapping[str, pl.DataFrame]
    scored: Scored
    as_of: date
    sensitive_registers: frozenset[str]
    sensitive_codes: frozenset[str]


def tables(
    linked: Linked, earlier: Mapping[str, list[tuple[str, int, str]]]
) -> dict[str, Iterable[tuple[object, ...]]]:
    """Rows by table, in the order of the store's columns. earlier: each handle's trend in the run before."""
    return {
        "worklist": _worklist(linked, earlier).iter_rows(),
        "score": _scores(linked).iter_rows(),
        "gp_term": _gp_terms(linked).iter_rows(),
        "trend": _trend(linked, earlier),
        "score_term": _score_terms(linked).iter_rows(),
        "spell": _spells(linked).iter_rows(),
        "attendance": _attendances(linked).iter_rows(),
        "appointment": _appointments(linked).iter_rows(),
    }


def _worklist(linked: Linked, earlier: Mapping[str, list[tuple[str, int, str]]]) -> pl.DataFrame:
    before = pl.DataFrame(
        {"handle": list(earlier), "before": [trend[-1][1] for trend in earlier.values()]},
        schema={"handle": pl.String, "before": pl.Int64},
    )
    reasons = (
        _reasons(linked).group_by("NHS_Number").agg(pl.col("term").unique().sort().str.join("; ").alias("reasons"))
    )
    use = _kinds_of_use(linked)
    people = linked.people.join(before, on="handle", how="left").join(reasons, on="NHS_Number", how="left")
    people = people.join(use, on="NHS_Number", how="left").sort(
        ["practice", "emergencies", "handle"], descending=[False, True, False]
    )
    change = pl.col("emergencies") - pl.col("before")
    return people.select(
        *_scoped(),
        "NHS_Number",
        "age_band",
        word("Sex", words.SEX),
        _band("emergencies"),
        "emergencies",
        change.alias("change"),
        pl.col("reasons").fill_null(""),
        pl.col("use").fill_null(""),
    )


def _reasons(linked: Linked) -> pl.DataFrame:
    """GP-sourced terms of each person in words, sensitive registers left out."""
    rows = linked.gp["gp_condition"].filter(~pl.col("Register").is_in(list(linked.sensitive_registers)))
    return rows.with_columns(word("Register", words.REGISTERS).alias("term"))


def _kinds_of_use(linked: Linked) -> pl.DataFrame:
    """Kinds of hospital use in the last 12 months: no code and no date."""
    first = emergency_admissions.a_year_before(linked.as_of)
    apc, ec, op = (linked.hospital[kind] for kind in ("apc", "ec", "op"))
    recent = apc.filter(pl.col("Admission_Date") > first)
    emergency = is_new_emergency()
    parts = [
        _use(recent.filter(emergency), words.EMERGENCY_USE, 1),
        _use(recent.filter(pl.col("Admission_Method").str.starts_with("1")), words.ELECTIVE_USE, 2),
        _use(ec.filter(pl.col("Arrival_Date") > first), words.ATTENDANCE_USE, 3),
        _use(
            op.filter(pl.col("Appointment_Date").is_between(first, linked.as_of, closed="right")), words.CLINIC_USE, 4
        ),
    ]
    whole = pl.concat(parts).unique().sort("NHS_Number", "place")
    return whole.group_by("NHS_Number", maintain_order=True).agg(pl.col("kind").str.join("; ").alias("use"))


def _use(rows: pl.DataFrame, kind: str, place: int) -> pl.DataFrame:
    return rows.select("NHS_Number", pl.lit(kind).alias("kind"), pl.lit(place).alias("place"))


def _scores(linked: Linked) -> pl.DataFrame:
    crude = linked.people.select(
        *_scoped(),
        pl.lit(emergency_admissions.METHOD).alias("method"),
        pl.lit(emergency_admissions.TITLE).alias("title"),
        pl.col("emergencies").cast(pl.String).alias("value"),
        _band("emergencies").alias("band"),
        pl.lit("complete").alias("status"),
        pl.lit(_CRUDE_NOTE).alias("note"),
        pl.lit(1).alias("primary"),
    )
    joined = linked.people.select("NHS_Number", *_scoped()).join(linked.scored.scores, on="NHS_Number")
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


def _score_terms(linked: Linked) -> pl.DataFrame:
    joined = linked.people.select("NHS_Number", *_scoped()).join(linked.scored.terms, on="NHS_Number")
    others = joined.select(*SCOPED, "method", "term", "description", points("points", pl.col("method")), "dates")
    return pl.concat([others, _admission_terms(linked)]).sort("handle", "method", "dates", "term")


def _admission_terms(linked: Linked) -> pl.DataFrame:
    """Each new emergency admission of the twelve months counts one: the terms of the crude method."""
    first = emergency_admissions.a_year_before(linked.as_of)
    within = pl.col("Admission_Date").is_between(first, linked.as_of, closed="right")
    return (
        _of_people(linked, "apc")
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


def _gp_terms(linked: Linked) -> pl.DataFrame:
    joined = linked.people.select("NHS_Number", *_scoped()).join(_reasons(linked), on="NHS_Number")
    return joined.select(
        *SCOPED, "term", pl.col("First_Recorded").cast(pl.String), pl.lit("GP register").alias("evidence")
    )


def _trend(linked: Linked, earlier: Mapping[str, list[tuple[str, int, str]]]) -> Iterable[tuple[object, ...]]:
    today = linked.as_of.isoformat()
    for practice, at_risk, handle, count in linked.people.select(*_scoped(), "emergencies").iter_rows():
        for as_of, score, band in earlier.get(handle, []):
            if as_of < today:
                yield practice, at_risk, handle, as_of, score, band
        yield practice, at_risk, handle, today, count, emergency_admissions.band(count)


def _spells(linked: Linked) -> pl.DataFrame:
    rows = _of_people(linked, "apc")
    return rows.select(
        *SCOPED,
        pl.col("Admission_Date").cast(pl.String),
        pl.col("Discharge_Date").cast(pl.String),
        "Der_Provider_Code",
        word("Admission_Method", words.ADMISSION_METHODS),
        word("Patient_Classification", words.CLASSIFICATIONS),
        word("Der_Admit_Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        tidy("Der_Diagnosis_All"),
        tidy("Der_Procedure_All"),
        (pl.col("Discharge_Date") - pl.col("Admission_Date")).dt.total_days().alias("length_of_stay"),
    )


def _attendances(linked: Linked) -> pl.DataFrame:
    return _of_people(linked, "ec").select(
        *SCOPED,
        pl.col("Arrival_Date").cast(pl.String),
        "Der_Provider_Code",
        word("EC_Department_Type", words.DEPARTMENTS),
        word("EC_Chief_Complaint_SNOMED_CT", words.SNOMED),
        word("Der_EC_Diagnosis_All", words.SNOMED),
        word("Discharge_Destination_SNOMED_CT", words.SNOMED),
    )


def _appointments(linked: Linked) -> pl.DataFrame:
    return _of_people(linked, "op").select(
        *SCOPED,
        pl.col("Appointment_Date").cast(pl.String),
        "Der_Provider_Code",
        word("Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        word("Attendance_Status", words.ATTENDANCE),
        word("First_Attendance", words.FIRST),
    )


def _of_people(linked: Linked, kind: str) -> pl.DataFrame:
    return linked.hospital[kind].join(linked.people.select("NHS_Number", *_scoped()), on="NHS_Number")


def _scoped() -> tuple[pl.Expr, ...]:
    return pl.col("practice").alias("practice_code"), pl.col("at_risk").cast(pl.Int8), pl.col("handle")


def word(column: str, by: Mapping[str, str]) -> pl.Expr:
    """A code in words; the code itself where there is no word for it."""
    return pl.col(column).replace(dict(by)).fill_null("")


def tidy(column: str) -> pl.Expr:
    """Codes of all episodes, one separator."""
    return (
        pl.col(column)
        .str.replace_all(r"[|,\s]+", " ")
        .str.strip_chars(" ")
        .str.replace_all(" ", ", ", literal=True)
        .fill_null("")
    )


def points(column: str, method: pl.Expr) -> pl.Expr:
    """Tenths as the method publishes them: one decimal for frailty, whole for Charlson."""
    whole = (pl.col(column) // TENTHS).cast(pl.String)
    decimal = whole + "." + (pl.col(column) % TENTHS).cast(pl.String)
    return pl.when(method == hfrs.METHOD).then(decimal).otherwise(whole).alias("points")


def _band(column: str) -> pl.Expr:
    text = pl.lit(emergency_admissions.NOT_AT_RISK)
    for low, name in reversed(emergency_admissions.BANDS):
        text = pl.when(pl.col(column) >= low).then(pl.lit(name)).otherwise(text)
    return text.alias("band")
