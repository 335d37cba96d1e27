"""The invented GP extract: registrations, registers and prescriptions."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from gateway.synthetic.conditions import CONDITIONS, PRESCRIBED
from gateway.synthetic.hospital import MOVED_DAYS, area_codes, practice_codes
from gateway.synthetic.population import IN_GP_EXTRACT, Kind, Population
from gateway.synthetic.practices import participating_practices

_ETHNIC = np.array(["A", "D", "H", "N", "Z"])
_PRESCRIPTIONS_A_YEAR = 8
_BNF = np.array([*(one.bnf for one in CONDITIONS), *(bnf for bnf, _, _ in PRESCRIBED)])
_DMD = np.array([*(one.dmd for one in CONDITIONS), *(dmd for _, dmd, _ in PRESCRIBED)])


def patient(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/patient.csv: one row a person, two for whoever two practices claim."""
    who = np.flatnonzero(people.of(*IN_GP_EXTRACT))
    double = np.flatnonzero(people.of(Kind.DOUBLE))
    first = _rows(people, who, practice_codes(people)[who], rng)
    other = np.array(participating_practices(people.practices))[(people.practice[double] + 1) % people.practices]
    return pl.concat([first, _rows(people, double, other, rng)])


def _rows(people: Population, who: np.ndarray, practice: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    count = len(who)
    kind, as_of = people.kind[who], np.datetime64(people.as_of)
    dead, deducted = (kind == Kind.DEAD) & ~people.odd[who], kind == Kind.DEDUCTED
    ended = as_of - rng.integers(20, 200, count).astype("timedelta64[D]")
    since = np.where(people.moved[who], MOVED_DAYS, MOVED_DAYS + rng.integers(0, 6000, count))
    started = as_of - since.astype("timedelta64[D]")
    month = np.char.replace(ended.astype("datetime64[M]").astype(str), "-", "")
    frame = pl.DataFrame(
        {
            "who": who,
            "NHS_Number": people.nhs_number[who].astype(str),
            "Practice_Code": practice,
            "Extract_Date": [people.as_of - timedelta(days=1)] * count,
            "Registration_Status": np.where(dead, "X", np.where(deducted, "D", "R")),
            "Registration_Start": started,
            "Registration_End": ended,
            "Year_of_Birth": people.as_of.year - people.age[who],
            "Sex": people.sex[who],
            "Ethnic_Category": _ETHNIC[people.ethnic[who]],
            "LSOA_Code": area_codes(people)[who],
            "Date_of_Death_Month": np.where(dead, month, ""),
            "Type1_Objection": "false",
            "eFI_Score": np.round(np.minimum(people.conditions[who].sum(axis=1) * 0.045, 0.9), 2),
            "eFI_Band": "",
            "Smoking_Status": rng.choice(np.array(["N", "E", "S"]), count),
            "BMI": np.round(rng.normal(27, 5, count).clip(14, 60), 1),
            "Systolic_BP": rng.normal(132, 16, count).clip(80, 220).astype(np.int64),
            "Repeat_Medicine_Count": people.conditions[who].sum(axis=1) * 2,
            "GP_Contacts_12m": rng.poisson(2 + people.conditions[who].sum(axis=1) * 1.5),
        }
    )
    over = pl.Series(dead | deducted)
    band = pl.col("eFI_Score")
    return frame.with_columns(
        pl.when(over).then(pl.col("Registration_End")).otherwise(None).alias("Registration_End"),
        pl.when(band <= 0.12).then(pl.lit("Fit")).when(band <= 0.24).then(pl.lit("Mild"))  # noqa: PLR2004 the bands
        .when(band <= 0.36).then(pl.lit("Moderate")).otherwise(pl.lit("Severe")).alias("eFI_Band"),  # noqa: PLR2004
    )  # fmt: skip


def condition(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/condition.csv."""
    who, which = np.nonzero(people.conditions & people.of(*IN_GP_EXTRACT)[:, None])
    since = rng.integers(30, 5000, len(who)).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "who": who,
            "NHS_Number": people.nhs_number[who].astype(str),
            "Register": np.array([one.register for one in CONDITIONS])[which],
            "First_Recorded": np.datetime64(people.as_of) - since,
            "Code": np.array([one.concept for one in CONDITIONS])[which],
        }
    )


def medication(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """gp/medication.csv: a year of prescriptions for each condition that has one, and for pain and constipation."""
    treated = people.conditions & (_BNF[: len(CONDITIONS)] != "")
    besides = rng.random((people.size, len(PRESCRIBED))) < np.array([share for _, _, share in PRESCRIBED])
    who, which = np.nonzero(np.hstack([treated, besides]) & people.of(*IN_GP_EXTRACT)[:, None])
    who, which = np.repeat(who, _PRESCRIPTIONS_A_YEAR), np.repeat(which, _PRESCRIPTIONS_A_YEAR)
    return pl.DataFrame(
        {
            "who": who,
            "NHS_Number": people.nhs_number[who].astype(str),
            "dmd_code": _DMD[which],
            "BNF_Code": _BNF[which],
            "Issue_Date": np.datetime64(people.as_of) - rng.integers(1, 365, len(who)).astype("timedelta64[D]"),
            "Repeat": rng.choice(np.array(["true", "false"]), len(who), p=(0.8, 0.2)),
        }
    )
