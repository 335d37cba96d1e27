"""Discrimination against counting every pair, calibration against what it has to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.risk.admission_model.fitting import chance
from gateway.risk.admission_model.performance import (
    Performance,
    discrimination,
    in_the_large,
    listed_above,
    listed_first,
    performance,
    tenths,
)
from tests.builders.populations import outcomes

GOOD = Performance(10_000, 500, 0.7, 0.68, 0.72, 0.0, 1.0, 1.0, 0.05)
PAIRS = st.lists(st.tuples(st.integers(-6, 6), st.booleans()), min_size=4, max_size=60).filter(
    lambda rows: len({case for _, case in rows}) == 2
)


def by_pairs(told: list[int], case: list[bool]) -> float:
    """Every pair of one admitted and one not: 1 where the admitted had the higher risk, half where the same."""
    yes, no = (
        [value for value, is_case in zip(told, case, strict=True) if is_case is which] for which in (True, False)
    )
    won = sum(1.0 if one > other else 0.5 if one == other else 0.0 for one in yes for other in no)
    return won / (len(yes) * len(no))


@given(PAIRS)
def test_the_c_statistic_is_what_counting_every_pair_gives(rows: list[tuple[int, bool]]) -> None:
    told, case = [value for value, _ in rows], [is_case for _, is_case in rows]
    c, low, high = discrimination(np.array(told, float), np.array(case, float))
    assert c == pytest.approx(by_pairs(told, case))
    assert low <= c + 1e-6
    assert c - 1e-6 <= high


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(5), 0
    for _ in range(300):
        told = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 200)])
        _, low, high = discrimination(told, np.repeat([1.0, 0.0], (60, 200)))
        held += low <= 0.76025 <= high  # the normal distribution function at 1 / sqrt(2)
    assert 270 <= held <= 297


def test_chances_that_are_right_have_slope_one_and_nothing_to_add() -> None:
    log_odds = np.random.default_rng(3).normal(-2, 1, 40_000)
    told = performance(log_odds, outcomes(chance(log_odds)))
    assert told.slope == pytest.approx(1, abs=0.05)
    assert told.intercept == pytest.approx(0, abs=0.05)
    assert told.ratio == pytest.approx(1, abs=0.05)
    assert told.brier == pytest.approx((chance(log_odds) * (1 - chance(log_odds))).mean(), abs=0.004)
    assert told.is_calibrated


@settings(max_examples=20, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(0.5, 2))
def test_predictions_that_are_moved_and_stretched_are_told_by_as_much(moved: float, stretched: float) -> None:
    log_odds = np.random.default_rng(4).normal(-1, 1, 5_000)
    admitted = outcomes(chance(log_odds))
    plain, bent = performance(log_odds, admitted), performance(log_odds * stretched, admitted)
    assert bent.slope == pytest.approx(plain.slope / stretched, rel=1e-6)
    assert in_the_large(log_odds + moved, admitted) == pytest.approx(plain.intercept - moved, abs=1e-6)
    assert bent.c == plain.c


def test_the_same_risk_for_everybody_tells_nobody_apart() -> None:
    told = performance(np.full(400, -1.0), np.repeat([1.0, 0.0], 200))
    assert (told.c, told.slope) == (0.5, 0.0)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_alone_has_nothing_to_tell(outcome: float) -> None:
    with pytest.raises(ValueError, match="nothing to tell apart"):
        performance(np.zeros(5), np.full(5, outcome))


def test_one_of_each_has_a_statistic_and_no_interval_to_speak_of() -> None:
    c, low, high = discrimination(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    assert (c, low, high) == (1.0, pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize(
    "worse",
    [{"admitted": 99}, {"admitted": 9_901}, {"slope": 0.79}, {"slope": 1.21}, {"ratio": 0.79}, {"ratio": 1.26}],
)
def test_each_part_of_the_criterion_is_asked_for(worse: dict[str, float]) -> None:
    assert GOOD.is_calibrated
    assert not replace(GOOD, **worse).is_calibrated  # type: ignore[arg-type]


@given(st.integers(1, 300), st.integers(0, 1_000))
def test_tenths_hold_everybody_once_from_least_to_most(many: int, seed: int) -> None:
    told = np.random.default_rng(seed).random(many)
    admitted = outcomes(told, seed)
    parts = tenths(told, admitted)
    assert (sum(part.people for part in parts), sum(part.admitted for part in parts)) == (many, int(admitted.sum()))
    assert [part.told for part in parts] == sorted(part.told for part in parts)
    assert len(parts) == min(many, 10)


def test_lists_by_risk_and_by_size_count_whom_they_name() -> None:
    told, admitted = np.array([0.5, 0.1, 0.3, 0.2]), np.array([1.0, 1.0, 0.0, 0.0])
    assert listed_above(told, admitted, 0.2) == (3, 1)
    assert listed_first(told, admitted, 2) == (2, 1)
