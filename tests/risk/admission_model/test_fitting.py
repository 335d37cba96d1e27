"""The fit against what makes it one: no slope at the maximum, and another program's steps to the same place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.risk.admission_model.columns import Floats, matrix
from gateway.risk.admission_model.fitting import PENALTIES, Fit, chance, chosen_penalty, fit
from tests.builders.populations import facts, outcomes

TRUE = Fit(-2.0, np.array([0.2, 0.1, 0.4, 0.0, 0.2, 0.1, 0.05, 0.0, 0.5, 0.3, 0.8, 0.5, 0.1, 0.2, 0.1, 0.05]))


def case(many: int, seed: int = 1) -> tuple[Floats, Floats]:
    design = matrix(facts(many, seed))
    return design, outcomes(chance(TRUE.log_odds(design)), seed)


def slope(design: Floats, outcome: Floats, found: Fit, penalty: float) -> Floats:
    """Of the penalised likelihood, as the definition has it: on columns of one scale."""
    spread = design.std(axis=0)
    scaled = (design - design.mean(axis=0)) / np.where(spread > 0, spread, 1)
    off = outcome - chance(found.log_odds(design))
    by_column = scaled.T @ off - penalty * found.coefficients * spread
    return np.concatenate([[off.sum()], by_column])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), penalty=st.sampled_from([0.5, *PENALTIES]))
def test_the_likelihood_has_no_slope_where_the_fit_ends(seed: int, penalty: float) -> None:
    design, outcome = case(400, seed)
    assert np.abs(slope(design, outcome, fit(design, outcome, penalty), penalty)).max() < 1e-5


def test_plain_descent_ends_in_the_same_place() -> None:
    design, outcome = case(600)
    spread = np.where(design.std(axis=0) > 0, design.std(axis=0), 1)
    scaled = np.column_stack([np.ones(len(design)), (design - design.mean(axis=0)) / spread])
    ridge, here = np.array([0.0, *[10.0] * design.shape[1]]), np.zeros(design.shape[1] + 1)
    for _ in range(20_000):
        here += 0.002 * (scaled.T @ (outcome - chance(scaled @ here)) - ridge * here)
    found = fit(design, outcome, 10.0)
    assert found.coefficients * spread == pytest.approx(here[1:], abs=1e-6)
    assert found.log_odds(design) == pytest.approx(scaled @ here, abs=1e-6)


def test_many_people_give_back_the_coefficients_that_made_them() -> None:
    design, outcome = case(60_000)
    known = [at for at in range(design.shape[1]) if at not in {3, 7}]
    assert fit(design, outcome, 1.0).coefficients[known] == pytest.approx(TRUE.coefficients[known], abs=0.17)


def test_as_many_are_expected_as_there_were() -> None:
    design, outcome = case(500)
    assert chance(fit(design, outcome, 100.0).log_odds(design)).sum() == pytest.approx(outcome.sum())


def test_a_column_without_variation_adds_nothing() -> None:
    design, outcome = case(300)
    design[:, 4] = 1.0
    assert fit(design, outcome, 1.0).coefficients[4] == 0


def test_the_more_penalty_the_less_is_made_of_the_columns() -> None:
    design, outcome = case(500)
    sizes = [float(np.abs(fit(design, outcome, penalty).coefficients).sum()) for penalty in PENALTIES]
    assert sizes == sorted(sizes, reverse=True)


def test_people_told_apart_perfectly_still_have_an_answer() -> None:
    design = np.linspace(-1, 1, 50)[:, None]
    found = fit(design, (design[:, 0] > 0).astype(float), 1.0)
    assert 0 < found.coefficients[0] < 50


def test_a_step_that_goes_too_far_is_halved() -> None:
    design = np.concatenate([np.zeros(5_000), [400.0, 500.0, 600.0]])[:, None]
    outcome = np.concatenate([np.zeros(4_990), np.ones(10), [0.0, 1.0, 1.0]])
    found = fit(design, outcome, 0.0)
    assert np.abs(slope(design, outcome, found, 0.0)).max() < 1e-4


def test_the_penalty_is_the_one_with_the_least_loss_on_what_was_left_out() -> None:
    design, outcome = case(800)
    folds = np.arange(800) % 5
    chosen, losses = chosen_penalty(design, outcome, folds)
    assert losses.keys() == set(PENALTIES)
    assert losses[chosen] == min(losses.values())


def test_the_loss_is_that_of_models_that_never_saw_the_people() -> None:
    design, outcome = case(500)
    folds = np.arange(500) % 5
    _, losses = chosen_penalty(design, outcome, folds)
    middle, spread = design.mean(axis=0), np.where(design.std(axis=0) > 0, design.std(axis=0), 1)
    design = (design - middle) / spread
    total = 0.0
    for fold in range(5):
        there, out = folds != fold, folds == fold
        told = chance(fit(design[there], outcome[there], 10.0).log_odds(design[out]))
        total -= (outcome[out] * np.log(told) + (1 - outcome[out]) * np.log(1 - told)).sum()
    assert losses[10.0] == pytest.approx(total / 500, rel=1e-3)
