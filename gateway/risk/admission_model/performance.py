"""How well predictions did against what happened: discrimination with its interval, and calibration.

The C statistic's interval is DeLong's (1988, Biometrics 44:837) by ranks (Sun and Xu 2014), on the logit scale.
Calibration is what Van Calster and others 2016 (J Clin Epidemiol 74:167) call weak calibration: intercept and slope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gateway.risk.admission_model.columns import Floats
from gateway.risk.admission_model.fitting import chance, fit

_NORMAL = 1.959963984540054  # 95 %
_STEPS, _CLOSE, _ALMOST = 40, 1e-10, 1e-9
_HARDLY = 1e-3  # a penalty that only matters where predictions tell everybody apart
FEWEST_EVENTS = 100
SLOPES, RATIOS = (0.8, 1.2), (0.8, 1.25)
CRITERION = (
    f"calibrated: on a year it was not fitted on, at least {FEWEST_EVENTS} people were admitted and as many were not, "
    f"the slope lies from {SLOPES[0]} to {SLOPES[1]}, and as many were admitted as were expected, "
    f"times {RATIOS[0]} to {RATIOS[1]}"
)


@dataclass(frozen=True, slots=True)
class Performance:
    """Of many people: how many there were and how many were admitted, and how that compares with what was predicted.

    c, low, high: the C statistic and its 95 % interval. intercept: calibration in the large; slope: 1 is right, less
    is too bold. ratio: admitted for each one expected. brier: mean squared error.
    """

    people: int
    admitted: int
    c: float
    low: float
    high: float
    intercept: float
    slope: float
    ratio: float
    brier: float

    @property
    def is_calibrated(self) -> bool:
        """CRITERION."""
        return (
            min(self.admitted, self.people - self.admitted) >= FEWEST_EVENTS
            and SLOPES[0] <= self.slope <= SLOPES[1]
            and RATIOS[0] <= self.ratio <= RATIOS[1]
        )


def performance(log_odds: Floats, admitted: Floats) -> Performance:
    """Of predictions. Both kinds of outcome have to be there. Raises ValueError otherwise."""
    many = int(admitted.sum())
    if not 0 < many < len(admitted):
        raise ValueError("nobody was admitted, or everybody was: there is nothing to tell apart")
    told = chance(log_odds)
    c, low, high = discrimination(log_odds, admitted)
    return Performance(
        people=len(admitted), admitted=many, c=c, low=low, high=high, intercept=in_the_large(log_odds, admitted),
        slope=float(fit(log_odds[:, None], admitted, _HARDLY).coefficients[0]) if np.ptp(log_odds) > _ALMOST else 0.0,
        ratio=many / float(told.sum()), brier=float(((told - admitted) ** 2).mean()),
    )  # fmt: skip


def discrimination(told: Floats, admitted: Floats) -> tuple[float, float, float]:
    """The C statistic, and the 95 % interval's ends: the chance that who was admitted was told a higher risk."""
    cases, others = told[admitted == 1], told[admitted == 0]
    m, n = len(cases), len(others)
    whole = _ranks(np.concatenate([cases, others]))
    above = (whole[:m] - _ranks(cases)) / n
    below = 1 - (whole[m:] - _ranks(others)) / m
    c = float(above.mean())
    variance = (above.var(ddof=1) / m if m > 1 else 0.0) + (below.var(ddof=1) / n if n > 1 else 0.0)
    inside = min(max(c, _ALMOST), 1 - _ALMOST)
    middle, wide = np.log(inside / (1 - inside)), _NORMAL * float(np.sqrt(variance)) / (inside * (1 - inside))
    low, high = (float(1 / (1 + np.exp(-(middle + side)))) for side in (-wide, wide))
    return c, low, high


def _ranks(values: Floats) -> Floats:
    """From 1; equal ones share theirs."""
    _, of, many = np.unique(values, return_inverse=True, return_counts=True)
    shared: Floats = (np.cumsum(many) - (many - 1) / 2)[of]
    return shared


def in_the_large(log_odds: Floats, admitted: Floats) -> float:
    """What would have to be added to everybody's log-odds so that as many are expected as were admitted."""
    moved = 0.0
    for _ in range(_STEPS):
        told = chance(log_odds + moved)
        step = float((admitted - told).sum() / (told * (1 - told)).sum())
        moved += max(-1.0, min(1.0, step))
        if abs(step) < _CLOSE:
            break
    return moved


@dataclass(frozen=True, slots=True)
class Slice:
    """People with like predictions: the mean chance they were told, and how many there were and were admitted."""

    told: float
    people: int
    admitted: int


def tenths(told: Floats, admitted: Floats, slices: int = 10) -> list[Slice]:
    """From the tenth with the least predicted chance to that with the most; equal ones in the order given."""
    order = np.argsort(told, kind="stable")
    parts = [part for part in np.array_split(order, slices) if len(part)]
    return [Slice(float(told[part].mean()), len(part), int(admitted[part].sum())) for part in parts]


def listed_above(told: Floats, admitted: Floats, least: float) -> tuple[int, int]:
    """How many were told that chance or more, and how many of them were admitted."""
    listed = told >= least
    return int(listed.sum()), int(admitted[listed].sum())


def listed_first(told: Floats, admitted: Floats, many: int) -> tuple[int, int]:
    """The same of the `many` with the highest chance."""
    first = np.argsort(-told, kind="stable")[:many]
    return len(first), int(admitted[first].sum())
