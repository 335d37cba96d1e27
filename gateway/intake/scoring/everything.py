"""All methods over everybody: one outcome a method, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.intake.scoring import cambridge, charlson, efi, hfrs, lace
from gateway.intake.scoring.admissions import emergencies, emergency_codes


@dataclass(frozen=True, slots=True)
class Scored:
    """emergencies: NHS_Number and the crude count. scores, terms: of every method, as frames.Outcome has them."""

    emergencies: pl.DataFrame
    scores: pl.DataFrame
    terms: pl.DataFrame


def score(people: pl.DataFrame, kept: Mapping[str, pl.DataFrame], as_of: date) -> Scored:
    """people: the listed, with NHS_Number, age and what the GP extract tells of each. kept: rows by kind that went on.

    gp_medication, where it is there, has NHS_Number, medicine_class and issues: prescriptions in the twelve months.
    """
    spells = kept["apc"]
    found = emergency_codes(spells, as_of)
    made = (
        hfrs.score(people, found),
        *charlson.score(people, found),
        cambridge.score(people, kept.get("gp_condition"), kept.get("gp_medication"), as_of),
        lace.score(people, spells, kept.get("ec"), as_of),
        efi.score(people),
    )
    return Scored(
        emergencies(people, spells, as_of),
        pl.concat([one.scores for one in made], rechunk=False),
        pl.concat([one.terms for one in made], rechunk=False),
    )
