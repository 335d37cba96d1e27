from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gateway.risk.admission_model.drift import PREDICTION, shares, stability, with_reference, word
from gateway.risk.admission_model.fitting import Fit
from gateway.risk.admission_model.model import Model, rounded, tenths_of_a_percent, terms
from tests.builders.populations import facts

PEOPLE = facts(4_000)


@pytest.fixture(scope="module")
def model() -> Model:
    found = Fit(-3.0, np.array([0.3, *[0.1] * 15]))
    return with_reference(rounded(found, "2025-03-31", PEOPLE, 1.0), PEOPLE)


def now(model: Model, people: object) -> dict[str, float]:
    tenths = tenths_of_a_percent(terms(model, people).sum(axis=1))  # type: ignore[arg-type]
    return stability(model, shares(model, people, tenths))  # type: ignore[arg-type]


def test_the_people_it_was_fitted_on_are_as_they_were(model: Model) -> None:
    assert set(now(model, PEOPLE).values()) == {0.0}


def test_shares_of_a_feature_are_of_everybody(model: Model) -> None:
    assert all(sum(parts) == pytest.approx(1, abs=1e-4) for parts in model.reference.values())


def test_other_people_of_the_same_kind_are_stable(model: Model) -> None:
    assert {word(index) for index in now(model, facts(4_000, seed=9)).values()} == {"stable"}


def test_older_people_move_age_and_predictions_and_nothing_else(model: Model) -> None:
    moved = {name for name, index in now(model, replace(PEOPLE, age=PEOPLE.age + 25)).items() if index > 0}
    assert moved == {"age", PREDICTION}


def test_the_index_is_what_its_definition_says(model: Model) -> None:
    told = model.reference["sex"]
    other = tuple(reversed(told))
    expected = sum((b - a) * np.log(b / a) for a, b in zip(told, other, strict=True))
    assert stability(model, {**model.reference, "sex": other})["sex"] == pytest.approx(expected, abs=0.001)


def test_a_kind_that_nobody_was_of_before_has_an_index_too(model: Model) -> None:
    before = {**model.reference, "sex": (0.0, 0.5, 0.5)}
    assert stability(replace(model, reference=before), {**before, "sex": (0.3, 0.35, 0.35)})["sex"] > 0.25


@pytest.mark.parametrize(
    ("index", "said"), [(0.0, "stable"), (0.1, "look at it"), (0.249, "look at it"), (0.25, "moved")]
)
def test_an_index_is_told_in_words(index: float, said: str) -> None:
    assert word(index) == said


def test_nobody_at_all_has_shares_of_nothing(model: Model) -> None:
    none = facts(0)
    assert set(shares(model, none, np.array([], dtype=np.int64))["sex"]) == {0.0}
