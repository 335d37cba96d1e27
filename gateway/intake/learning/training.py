"""From what is held to a model: fitted two years back, tried on the year after, fitted again for use (docs/model.md).

The same frames give the same model. What was held decides how far back it looks; too little refuses it, and says what
is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake.learning.features import LATE, Past, covered, facts, outcome, usual_registers, years_before
from gateway.risk.admission_model import drift
from gateway.risk.admission_model.columns import Facts, Floats, Use, matrix
from gateway.risk.admission_model.fitting import FOLDS, chosen_penalty, fit
from gateway.risk.admission_model.model import Model, rounded, terms
from gateway.risk.admission_model.performance import FEWEST_EVENTS, Performance, performance

MOST_TO_CHOOSE_BY = 100_000  # people: the penalty is no better chosen by more
STAGES = ("fit", "validate", "refit", "report")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Year:
    """People at an index date with what was known then, and what happened in the twelve months after."""

    index: date
    until: date
    people: pl.DataFrame
    facts: Facts
    admitted: Floats


@dataclass(frozen=True, slots=True)
class Trained:
    """model: what is used from now on. tried: its forerunner, fitted a year earlier, on the year after it.

    validation: that year, with `told`, the forerunner's log-odds. losses: of each penalty, in cross-validation.
    left_out: kinds of hospital use whose window is not covered by what is held.
    """

    model: Model
    tried: Performance
    fitted: Year
    validation: Year
    told: Floats
    losses: dict[float, float]
    left_out: tuple[Use, ...]


def train(past: Past, as_of: date, sensitive: frozenset[str], tell: Progress) -> Trained:
    """Raises DeliveryRefused where what is held does not go back far enough, or too few were admitted."""
    first, second = years_before(as_of, 2), years_before(as_of, 1)
    counted, registers = covered(past, first), usual_registers(sensitive)
    _refuse_short(past, first, as_of, counted)
    tell("fit")
    early = year(past, first, second, registers, counted)
    design = matrix(early.facts)
    some = slice(None, None, early.facts.size // MOST_TO_CHOOSE_BY + 1)
    folds = np.arange(len(design[some])) % FOLDS
    penalty, losses = chosen_penalty(design[some], early.admitted[some], folds)
    forerunner = rounded(fit(design, early.admitted, penalty), first.isoformat(), early.facts, penalty)
    tell("validate")
    late = year(past, second, as_of, registers, counted)
    told = terms(forerunner, late.facts).sum(axis=1) / 1000
    tried = performance(told, late.admitted)
    tell("refit")
    final = rounded(fit(matrix(late.facts), late.admitted, penalty), second.isoformat(), late.facts, penalty)
    left_out = tuple(use for use in Use if use not in counted)
    return Trained(drift.with_reference(final, late.facts), tried, early, late, told, losses, left_out)


def year(past: Past, index: date, until: date, registers: tuple[str, ...], counted: tuple[Use, ...]) -> Year:
    """Whoever was here on the index date. Raises DeliveryRefused where too few were admitted, or were not."""
    known = past.known_at(index)
    admitted = outcome(known, index, until)
    if min(admitted.sum(), len(admitted) - admitted.sum()) < FEWEST_EVENTS:
        raise DeliveryRefused(
            f"too few people to learn from in the year from {index}: a model needs {FEWEST_EVENTS} who were admitted, "
            "and as many who were not"
        )
    return Year(index, until, known.people, facts(known, index, registers, counted), admitted)


def _refuse_short(past: Past, first: date, as_of: date, counted: tuple[Use, ...]) -> None:
    days = past.frames["apc"]["Admission_Date"]
    begin = years_before(first, 1)
    if Use.EMERGENCIES not in counted:
        raise DeliveryRefused(
            f"admitted care is held from {_day(days.min())}: a model needs it from {begin}, three years before "
            f"{as_of}: take in earlier extracts"
        )
    if as_of - LATE > _last(days):
        raise DeliveryRefused(
            f"admitted care is held up to {_day(days.max())}: a model for {as_of} needs it up to that day"
        )


def _day(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else "no day at all"


def _last(days: pl.Series) -> date:
    last = days.max()
    return last if isinstance(last, date) else date.min
