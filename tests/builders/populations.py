"""Invented people for the local model: frames in the shapes that the intake keeps, and facts and outcomes as arrays."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from gateway.intake.learning.features import Past
from gateway.risk.admission_model.columns import Facts, Floats, Use

AS_OF = date(2026, 3, 31)
REGISTERS = ("DM", "COPD")
SCHEMAS = {
    "people": {
        "NHS_Number": pl.String, "practice": pl.String, "Year_of_Birth": pl.Int64, "Sex": pl.String,
        "Ethnic_Category": pl.String, "Registration_Start": pl.Date, "deprivation": pl.String,
    },
    "gp_condition": {"NHS_Number": pl.String, "Register": pl.String, "First_Recorded": pl.Date},
    "apc": {
        "NHS_Number": pl.String, "Admission_Date": pl.Date, "Discharge_Date": pl.Date, "Admission_Method": pl.String,
        "Source_of_Admission": pl.String,
    },
    "ec": {"NHS_Number": pl.String, "Arrival_Date": pl.Date},
    "op": {"NHS_Number": pl.String, "Appointment_Date": pl.Date, "Attendance_Status": pl.String},
}  # fmt: skip


def frame(kind: str, *rows: tuple[object, ...]) -> pl.DataFrame:
    """Rows of one kind, in the order of its columns."""
    return pl.DataFrame(rows, schema=SCHEMAS[kind], orient="row")


def person(number: str = "9990000018", born: int | None = 1950, **more: object) -> tuple[object, ...]:
    """One row of people."""
    told = {"practice": "Z99001", "sex": "2", "ethnic": "A", "since": date(2010, 1, 1), "decile": "3", **more}
    return number, told["practice"], born, told["sex"], told["ethnic"], told["since"], told["decile"]


def stay(number: str, on: date, days: int = 0, method: str = "21", source: str = "19") -> tuple[object, ...]:
    """One row of admitted care."""
    return number, on, on + timedelta(days=days), method, source


def past(*people: tuple[object, ...], **rows: list[tuple[object, ...]]) -> Past:
    """Everything about some people; kinds that are not told are empty."""
    kinds = ("gp_condition", "apc", "ec", "op")
    return Past(frame("people", *people), {kind: frame(kind, *rows.get(kind, [])) for kind in kinds})


def facts(many: int, seed: int = 1) -> Facts:
    """People at an index date, of every kind."""
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 100, many).astype(float)
    age[rng.random(many) < 0.02] = np.nan
    decile = rng.integers(1, 11, many).astype(float)
    decile[rng.random(many) < 0.02] = np.nan
    uses = rng.poisson((0.2, 0.2, 0.1, 0.8, 0.3, 0.6), (many, 6))
    return Facts(age, rng.integers(0, 3, many), decile, REGISTERS, rng.random((many, 2)) < 0.2, tuple(Use), uses)


def outcomes(chances: Floats, seed: int = 2) -> Floats:
    """1 or 0, by each chance."""
    found: Floats = (np.random.default_rng(seed).random(len(chances)) < chances).astype(float)
    return found


def population(many: int, seed: int = 1, as_of: date = AS_OF) -> Past:
    """People whose admissions follow age and a register over four years, half of them of each of two practices."""
    rng = np.random.default_rng(seed)
    numbers = [f"{9_990_000_000 + at:010d}" for at in range(many)]
    born, ill = as_of.year - rng.integers(1, 95, many), rng.random(many) < 0.3
    rate = np.exp(-3 + 0.015 * (as_of.year - born) + 0.9 * ill)
    who = np.repeat(np.arange(many), rng.poisson(rate * 4))
    days = rng.integers(0, 4 * 365, len(who))
    people = [
        person(number, int(year), sex=str(1 + at % 2), practice=f"Z9900{1 + at % 2}", decile=str(1 + at % 10))
        for at, (number, year) in enumerate(zip(numbers, born, strict=True))
    ]
    stays = [stay(numbers[one], as_of - timedelta(days=int(ago)), 2) for one, ago in zip(who, days, strict=True)]
    stays += [stay(numbers[0], as_of, 0, "11"), stay(numbers[0], as_of - timedelta(days=1460), 0, "11")]
    conditions = [(numbers[at], "DM", date(2015, 1, 1)) for at in np.flatnonzero(ill)]
    early = as_of - timedelta(days=1095)
    return past(*people, gp_condition=conditions, apc=stays, ec=[(numbers[0], early)], op=[(numbers[0], early, "5")])
