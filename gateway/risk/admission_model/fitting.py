"""Logistic regression with a ridge, by Newton's steps; the penalty is chosen by cross-validation on the same year.

Columns are brought to one scale first, so that the penalty is fair to all of them; the intercept is not penalised.
Why not scikit-learn: docs/decisions/0018-admission-model.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gateway.risk.admission_model.columns import Floats, Integers

PENALTIES = (1.0, 10.0, 100.0, 1000.0)
FOLDS = 5
_STEPS, _CLOSE, _SMALLEST_PART = 60, 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Fit:
    """Log-odds of somebody with nothing, and what each column adds for one of its units."""

    intercept: float
    coefficients: Floats

    def log_odds(self, matrix: Floats) -> Floats:
        """Of each person."""
        found: Floats = self.intercept + matrix @ self.coefficients
        return found


def chance(log_odds: Floats) -> Floats:
    """The logistic function."""
    found: Floats = 1 / (1 + np.exp(-log_odds))
    return found


def fit(matrix: Floats, outcome: Floats, penalty: float) -> Fit:
    """The one maximum of the penalised likelihood. outcome: 1 or 0. A column without variation gets 0."""
    scaled, middle, spread = _scaled(matrix)
    found = _newton(scaled, outcome, penalty, np.ones(len(outcome)), None)
    coefficients = found[1:] / spread
    return Fit(float(found[0] - coefficients @ middle), coefficients)


def chosen_penalty(matrix: Floats, outcome: Floats, folds: Integers) -> tuple[float, dict[float, float]]:
    """Of PENALTIES the one with the least loss on what was left out, and the loss of each; the larger of two equal.

    folds: of each person 0 to FOLDS - 1.
    """
    scaled, _, _ = _scaled(matrix)
    losses = dict.fromkeys(PENALTIES, 0.0)
    for fold in range(FOLDS):
        left_out, start = folds == fold, None
        for penalty in sorted(PENALTIES, reverse=True):
            start = _newton(scaled, outcome, penalty, (~left_out).astype(float), start)
            told = start[0] + scaled[left_out] @ start[1:]
            losses[penalty] += _loss(told, outcome[left_out]) / len(outcome)
    return min(PENALTIES, key=lambda penalty: (round(losses[penalty], 8), -penalty)), losses


def _scaled(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    middle, spread = matrix.mean(axis=0), matrix.std(axis=0)
    spread = np.where(spread > _SMALLEST_PART, spread, 1.0)
    return (matrix - middle) / spread, middle, spread


def _newton(scaled: Floats, outcome: Floats, penalty: float, weights: Floats, start: Floats | None) -> Floats:
    """Intercept and coefficients. weights: 0 leaves a person out."""
    ridge = np.concatenate([[0.0], np.full(scaled.shape[1], penalty)])
    if start is None:
        share = float((outcome * weights).sum() / weights.sum())
        start = np.concatenate([[np.log(share / (1 - share))], np.zeros(scaled.shape[1])])
    here: Floats = start.copy()
    worth, step = -np.inf, np.zeros_like(start)
    for _ in range(_STEPS):
        log_odds = here[0] + scaled @ here[1:]
        now = -_loss(log_odds, outcome, weights) - float(ridge @ here**2) / 2
        if now < worth - _CLOSE * abs(worth):  # too far: go back by half
            step /= 2
            here -= step
            continue
        worth, told = now, chance(log_odds)
        off = weights * (outcome - told)
        curve = _curve(scaled, weights * told * (1 - told)) + np.diag(ridge)
        rise: Floats = np.concatenate([[off.sum()], scaled.T @ off]) - ridge * here
        step = np.linalg.solve(curve, rise).astype(np.float64)
        here += step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return here


def _curve(scaled: Floats, weights: Floats) -> Floats:
    many = scaled.shape[1]
    weighted = scaled * weights[:, None]
    whole = np.empty((many + 1, many + 1))
    whole[0, 0], whole[0, 1:] = weights.sum(), weighted.sum(axis=0)
    whole[1:, 0], whole[1:, 1:] = whole[0, 1:], scaled.T @ weighted
    return whole


def _loss(log_odds: Floats, outcome: Floats, weights: Floats | None = None) -> float:
    """Minus the logarithm of the likelihood, summed."""
    each = np.logaddexp(0, log_odds) - outcome * log_odds
    return float((each if weights is None else each * weights).sum())
