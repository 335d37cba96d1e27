"""How far the people of a run are from those a model was fitted on: the population stability index of each feature.

Under 0.1 is called stable, from 0.25 moved (Siddiqi 2006); a small share stands in for none, so that it is a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gateway.risk.admission_model.columns import REGISTER, Facts, Integers
from gateway.risk.admission_model.model import Model, Reference, tenths_of_a_percent, terms

PREDICTION = "prediction"
STABLE, MOVED = 0.1, 0.25
_LEAST = 1e-4
_AGES, _USES = (5, 18, 40, 65, 75, 85), (1, 2, 3, 5)


def shares(model: Model, facts: Facts, tenths: Integers) -> Reference:
    """Of each feature the shares of people by kind, unknown last where there is such; predictions by model.edges."""
    ages = np.where(np.isnan(facts.age), len(_AGES) + 1, np.digitize(facts.age, _AGES))
    deciles = np.where(np.isnan(facts.decile), 0, facts.decile)
    found = {
        PREDICTION: _parts(np.digitize(tenths, model.edges), len(model.edges) + 1),
        "age": _parts(ages, len(_AGES) + 2),
        "sex": _parts(np.where(np.isin(facts.sex, (1, 2)), facts.sex, 0), 3),
        "deprivation": _parts(deciles, 11),
    }
    for at, name in enumerate(facts.names):
        found[f"{REGISTER}{name}"] = _parts(facts.registers[:, at], 2)
    for at, use in enumerate(facts.counted):
        found[str(use)] = _parts(np.digitize(facts.uses[:, at], _USES), len(_USES) + 1)
    return found


def with_reference(model: Model, facts: Facts) -> Model:
    """The model with the tenths and shares of the people it was fitted on."""
    tenths = tenths_of_a_percent(terms(model, facts).sum(axis=1))
    cuts = np.unique(np.quantile(tenths, np.arange(1, 10) / 10))
    edged = replace(model, edges=tuple(float(cut) for cut in cuts))
    return replace(edged, reference=shares(edged, facts, tenths))


def stability(model: Model, now: Reference) -> dict[str, float]:
    """The index of each feature, to three decimals; 0 is no change at all."""
    return {name: round(_index(before, now[name]), 3) for name, before in model.reference.items()}


def word(index: float) -> str:
    """What an index says."""
    if index < STABLE:
        return "stable"
    return "moved" if index >= MOVED else "look at it"


def _parts(kinds: NDArray[np.generic], many: int) -> tuple[float, ...]:
    counts = np.bincount(kinds.astype(np.int64), minlength=many)
    return tuple(round(float(count), 6) for count in counts / max(len(kinds), 1))


def _index(before: Sequence[float], now: Sequence[float]) -> float:
    first, second = np.maximum(before, _LEAST), np.maximum(now, _LEAST)
    return float(((second - first) * np.log(second / first)).sum())
