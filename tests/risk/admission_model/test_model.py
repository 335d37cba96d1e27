from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk.admission_model.columns import START, Facts, matrix
from gateway.risk.admission_model.drift import with_reference
from gateway.risk.admission_model.fitting import Fit, chance, fit
from gateway.risk.admission_model.model import Model, log_odds, read, rounded, tenths_of_a_percent, terms
from tests.builders.populations import facts, outcomes

PEOPLE = facts(600)


@pytest.fixture(scope="module")
def model() -> Model:
    design = matrix(PEOPLE)
    found = fit(design, outcomes(chance(-2 + design[:, 0] * 0.2)), 1.0)
    return with_reference(rounded(found, "2025-03-31", PEOPLE, 1.0), PEOPLE)


def test_terms_add_up_to_the_log_odds_that_make_the_percentage(model: Model) -> None:
    each = terms(model, PEOPLE)
    exact = model.intercept + matrix(PEOPLE) @ np.array(model.coefficients)
    summed = each.sum(axis=1)
    assert each.shape == (PEOPLE.size, len(model.groups))
    assert np.abs(log_odds(summed) - exact).max() <= 0.0005 * len(model.groups)
    assert np.array_equal(tenths_of_a_percent(summed), np.rint(1000 / (1 + np.exp(-summed / 1000))))


def test_the_starting_point_is_the_same_for_everybody(model: Model) -> None:
    assert model.groups[0] == START
    assert set(terms(model, PEOPLE)[:, 0]) == {round(model.intercept * 1000)}


@given(st.integers(-9_000, 9_000))
def test_the_percentage_follows_from_the_thousandths_alone(summed: int) -> None:
    exact = 1000 / (1 + (Decimal(-summed) / 1000).exp())
    assert abs(tenths_of_a_percent(np.array([summed]))[0] - exact) <= Decimal("0.500001")


def test_a_model_is_read_back_as_it_was_written(model: Model) -> None:
    again = read(model.text())
    assert again == model
    assert (again.sha256, again.columns) == (model.sha256, model.columns)


def test_another_coefficient_is_another_hash(model: Model) -> None:
    assert replace(model, intercept=model.intercept + 0.000001).sha256 != model.sha256


def test_a_kept_model_has_six_decimals() -> None:
    some = Facts(PEOPLE.age, PEOPLE.sex, PEOPLE.decile, (), PEOPLE.registers[:, :0], (), PEOPLE.uses[:, :0])
    kept = rounded(Fit(-1.23456789, np.full(8, 0.1234567)), "2025-03-31", some, 1.0)
    assert (kept.intercept, set(kept.coefficients)) == (-1.234568, {0.123457})
