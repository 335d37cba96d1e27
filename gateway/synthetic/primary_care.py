"""The invented GP extract: registrations, registers and prescriptions."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gateway.synthetic.belonging import MOVED_DAYS, area_codes, earlier_practices, practice_codes
from gateway.synthetic.conditions import CONDITIONS, PRESCRIBED
from gateway.synthetic.population import IN_GP_EXTRACT, Kind, Population
from gateway.synthetic.practices import participating_practices

_ETHNIC = np.array(["A", "D", "H", "N", "Z"])
Columns = dict[str, object]
YEAR, _LONG_AGO = 365, 6_400
_PRESCRIPTIONS_A_YEAR, _REPEAT_SHARE = 13, 0.8
_BNF = np.array([*(one.bnf for one in CONDITIONS), *(bnf for bnf, _, _ in PRESCRIBED)])
_DMD = [*(one.dmd for one in CONDITIONS), *(dmd for _, dmd, _ in PRESCRIBED)]


def patient(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/patient.csv: one row a person, two for whoever changed practices or is claimed by two."""
    who = np.flatnonzero(people.of(*IN_GP_EXTRACT))
    double, changed = np.flatnonzero(people.of(Kind.DOUBLE)), np.flatnonzero(people.stale & ~people.odd)
    other = np.array(participating_practices(people.practices))[(people.practice[double] + 1) % people.practices]
    first = _rows(people, who, practice_codes(people)[who], rng)
    claimed = _rows(people, double, other, rng)
    left = _rows(people, changed, earlier_practices(people)[changed], rng).with_columns(
        pl.lit("D").alias("Registration_Status"),
        pl.lit(people.as_of - timedelta(days=_LONG_AGO + YEAR)).alias("Registration_Start"),
        pl.lit(people.as_of - timedelta(days=_LONG_AGO)).alias("Registration_End"),
    )
    return pl.concat([first, claimed, left])


def _rows(
    people: Population, who: NDArray[np.int64], practice: NDArray[np.str_], rng: np.random.Generator
) -> pl.DataFrame:
    frame = pl.DataFrame(_registration(people, who, practice, rng) | _findings(people, who, rng))
    band = pl.col("eFI_Score")
    return frame.with_columns(
        pl.when(pl.col("Registration_Status") != "R").then(pl.col("Registration_End")).alias("Registration_End"),
        pl.when(band <= 0.12).then(pl.lit("Fit")).when(band <= 0.24).then(pl.lit("Mild"))  # noqa: PLR2004 the bands
        .when(band <= 0.36).then(pl.lit("Moderate")).otherwise(pl.lit("Severe")).alias("eFI_Band"),  # noqa: PLR2004
    )  # fmt: skip


def _registration(
    people: Population, who: NDArray[np.int64], practice: NDArray[np.str_], rng: np.random.Generator
) -> Columns:
    count, kind, as_of = len(who), people.kind[who], np.datetime64(people.as_of)
    dead, deducted = (kind == Kind.DEAD) & ~people.odd[who], kind == Kind.DEDUCTED
    ended = as_of - rng.integers(20, 200, count).astype("timedelta64[D]")
    since = np.where(people.moved[who], MOVED_DAYS, rng.integers(MOVED_DAYS, _LONG_AGO, count))
    month = pl.Series(ended).dt.strftime("%Y%m")
    return {
        "who": who,
        "NHS_Number": people.nhs_number[who],
        "Practice_Code": practice,
        "Extract_Date": [people.as_of - timedelta(days=1)] * count,
        "Registration_Status": np.where(dead, "X", np.where(deducted, "D", "R")),
        "Registration_Start": as_of - since.astype("timedelta64[D]"),
        "Registration_End": ended,
        "Date_of_Death_Month": pl.select(pl.when(pl.Series(dead)).then(month).otherwise(pl.lit(""))).to_series(),
        "Type1_Objection": "false",
    }


def _findings(people: Population, who: NDArray[np.int64], rng: np.random.Generator) -> Columns:
    count, many = len(who), people.conditions[who].sum(axis=1)
    return {
        "Year_of_Birth": people.as_of.year - people.age[who],
        "Sex": people.sex[who],
        "Ethnic_Category": _ETHNIC[people.ethnic[who]],
        "LSOA_Code": area_codes(people)[who],
        "eFI_Score": np.round(np.minimum(many * 0.045, 0.9), 2),
        "Smoking_Status": rng.choice(np.array(["N", "E", "S"]), count),
        "BMI": np.round(rng.normal(27, 5, count).clip(14, 60), 1),
        "Systolic_BP": rng.normal(132, 16, count).clip(80, 220).astype(np.int64),
        "Repeat_Medicine_Count": many * 2,
        "GP_Contacts_12m": rng.poisson(2 + many * 1.5),
    }


def condition(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/condition.csv."""
    who, which = np.nonzero(people.conditions & people.of(*IN_GP_EXTRACT)[:, None])
    since = rng.integers(30, 5000, len(who)).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "who": who,
            "NHS_Number": people.nhs_number[who],
            "Register": pl.Series([one.register for one in CONDITIONS])[which],
            "First_Recorded": np.datetime64(people.as_of) - since,
            "Code": pl.Series([one.concept for one in CONDITIONS])[which],
        }
    )


def medication(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/medication.csv: a year of prescriptions for each condition that has one, and for what is on no register."""
    treated = people.conditions & (_BNF[: len(CONDITIONS)] != "")
    besides = rng.random((people.size, len(PRESCRIBED))) < np.array([share for _, _, share in PRESCRIBED])
    who, which = np.nonzero(np.hstack([treated, besides]) & people.of(*IN_GP_EXTRACT)[:, None])
    who, which = np.repeat(who, _PRESCRIPTIONS_A_YEAR), np.repeat(which, _PRESCRIPTIONS_A_YEAR)
    return pl.DataFrame(
        {
            "who": who,
            "NHS_Number": people.nhs_number[who],
            "dmd_code": pl.Series(_DMD)[which],
            "BNF_Code": pl.Series(_BNF)[which],
            "Issue_Date": np.datetime64(people.as_of) - rng.integers(1, 365, len(who)).astype("timedelta64[D]"),
            "Repeat": rng.random(len(who)) < _REPEAT_SHARE,
        }
    )
