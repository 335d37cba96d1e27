"""What a run does with a trained model: predicts for everybody listed, freezes that, and scores what has come of age.

Nothing is written here: the run's record takes it (gateway.intake.taking_in).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gateway.intake.learning import ledger
from gateway.intake.learning.applying import Applied, apply
from gateway.intake.learning.features import Past
from gateway.risk.admission_model import drift
from gateway.risk.admission_model.model import read
from gateway.stores.practice_work.models import Ledger, Stored

PEOPLE = "people"  # what is held of the listed, for a training to come
PEOPLE_COLUMNS = (
    "NHS_Number", "practice", "Year_of_Birth", "Sex", "Ethnic_Category", "Registration_Start", "deprivation",
)  # fmt: skip
READ = ("gp_condition", "apc", "ec", "op")
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Learning:
    """What a run is handed: the model in use, predictions that were not scored yet, the key of their tokens."""

    stored: Stored
    unscored: Sequence[Ledger]
    key: bytes


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it. results: by run, how its predictions did."""

    version: int
    applied: Applied
    frozen: ledger.Frozen
    results: Mapping[int, Mapping[str, Any]]

    @property
    def facts(self) -> dict[str, Any]:
        """For the run's facts and its event: no person in it."""
        stability = self.applied.stability
        moved = sorted(name for name, index in stability.items() if drift.word(index) != "stable")
        return {
            "version": self.version,
            "sha256": self.applied.model.sha256,
            "predictions_sha256": self.frozen.sha256,
            "stability": f"{stability[drift.PREDICTION]:.3f}",
            "moved": moved,
            "scored": sorted(self.results),
        }


def past_of(people: pl.DataFrame, frames: Frames) -> Past:
    """Of the listed, and the kept rows by kind."""
    return Past(people.select(PEOPLE_COLUMNS), {kind: frames[kind] for kind in READ})


def learned(learning: Learning, past: Past, as_of: date, sensitive: frozenset[str]) -> Learned:
    """Predictions of past.people in their order, and results of earlier ones whose year what is held now covers."""
    applied = apply(read(learning.stored.content), past, as_of, sensitive)
    results = {}
    for one in learning.unscored:
        made = date.fromisoformat(one.as_of)
        if until := ledger.is_over(made, as_of, past):
            results[one.run] = _result(one, learning.key, past, made, until)
    return Learned(learning.stored.version, applied, ledger.frozen(applied, learning.key), results)


def _result(one: Ledger, key: bytes, past: Past, made: date, until: date) -> dict[str, Any]:
    if hashlib.sha256(one.content).hexdigest() != one.sha256:
        return {"as_of": one.as_of, "until": until.isoformat(), "why_not": "they are not what was recorded"}
    return ledger.scored(one.content, key, past, made, until)
