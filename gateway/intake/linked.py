"""The people of one run with all that is known of them, and the expressions that every table made of them shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.intake.learning.running import Learned
from gateway.intake.primary import Primary
from gateway.intake.scoring.everything import Scored

SCOPED = ("practice_code", "at_risk", "handle")


@dataclass(frozen=True, slots=True)
class Linked:
    """people: the listed, with practice, handle, emergencies, score, score_shown, at_risk, band, age_band.

    hospital, gp: kept rows by kind. primary: what makes at risk. learned: what the model said, if any.
    sensitive: ICD-10 codes and registers that stand in no list.
    """

    people: pl.DataFrame
    hospital: Mapping[str, pl.DataFrame]
    gp: Mapping[str, pl.DataFrame]
    scored: Scored
    as_of: date
    primary: Primary
    learned: Learned | None
    sensitive_registers: frozenset[str]
    sensitive_codes: frozenset[str]


def of_people(linked: Linked, kind: str) -> pl.DataFrame:
    """Hospital rows of one kind, of the listed people, with what the scope reads."""
    return linked.hospital[kind].join(linked.people.select("NHS_Number", *scoped()), on="NHS_Number")


def scoped() -> tuple[pl.Expr, ...]:
    """What the scope reads of a person, and the handle."""
    return pl.col("practice").alias("practice_code"), pl.col("at_risk").cast(pl.Int8), pl.col("handle")


def word(column: str, by: Mapping[str, str]) -> pl.Expr:
    """A code in words; the code itself where there is no word for it."""
    return pl.col(column).replace(dict(by)).fill_null("")
