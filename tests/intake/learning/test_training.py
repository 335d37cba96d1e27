from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from gateway.errors import DeliveryRefused
from gateway.intake.learning.features import Past, outcome
from gateway.intake.learning.training import STAGES, Trained, train
from gateway.risk.admission_model.columns import Use, matrix
from gateway.risk.admission_model.fitting import fit
from gateway.risk.admission_model.performance import performance
from tests.builders.populations import AS_OF, past, person, population, stay


def silently(_stage: str) -> None:
    return


def without(learned_from: Past, kind: str) -> Past:
    return Past(learned_from.people, {**learned_from.frames, kind: learned_from.frames[kind].clear()})


def test_it_is_fitted_two_years_back_and_tried_on_the_year_after(trained: Trained) -> None:
    assert (trained.fitted.index, trained.fitted.until) == (date(2024, 3, 31), date(2025, 3, 31))
    assert (trained.validation.index, trained.validation.until) == (date(2025, 3, 31), AS_OF)
    assert trained.model.index == "2025-03-31"


def test_what_is_told_of_it_is_of_people_and_a_year_that_it_did_not_see(trained: Trained, learned_from: Past) -> None:
    early, late = trained.fitted, trained.validation
    own = fit(matrix(early.facts), early.admitted, trained.model.penalty)
    assert trained.told == pytest.approx(own.log_odds(matrix(late.facts)), abs=0.02)
    assert trained.tried == performance(trained.told, late.admitted)
    assert np.array_equal(late.admitted, outcome(learned_from.known_at(late.index), late.index, AS_OF))


def test_what_is_used_is_fitted_on_the_latest_year(trained: Trained) -> None:
    late = trained.validation
    used = fit(matrix(late.facts), late.admitted, trained.model.penalty)
    assert trained.model.coefficients == pytest.approx(tuple(used.coefficients), abs=1e-6)


def test_it_finds_what_was_planted(trained: Trained) -> None:
    told = dict(zip(trained.model.columns, trained.model.coefficients, strict=True))
    assert 0.4 < told["register_DM"] < 1.4
    assert told["age_decades"] > 0
    assert trained.tried.c > 0.65
    assert trained.tried.is_calibrated


def test_the_same_rows_in_any_order_give_the_same_model(trained: Trained, learned_from: Past) -> None:
    shuffled = Past(
        learned_from.people.sample(fraction=1, shuffle=True, seed=3),
        {kind: rows.sample(fraction=1, shuffle=True, seed=4) for kind, rows in learned_from.frames.items()},
    )
    assert train(shuffled, AS_OF, frozenset({"ALC"}), silently).model == trained.model


def test_a_sensitive_register_is_in_no_column(trained: Trained) -> None:
    assert "DM" in trained.model.registers
    assert "ALC" not in trained.model.registers


def test_use_that_was_not_delivered_long_enough_is_left_out_and_said_to_be(learned_from: Past) -> None:
    told = train(without(learned_from, "op"), AS_OF, frozenset(), silently)
    assert told.left_out == (Use.APPOINTMENTS,)
    assert Use.APPOINTMENTS not in told.model.columns


def test_each_stage_is_told(learned_from: Past) -> None:
    heard: list[str] = []
    train(learned_from, AS_OF, frozenset(), heard.append)
    assert heard == list(STAGES[:-1])


def test_admitted_care_that_begins_too_late_is_refused_with_the_day_that_is_needed(learned_from: Past) -> None:
    recent = learned_from.frames["apc"].filter(pl.col("Admission_Date") > AS_OF - timedelta(900))
    some = Past(learned_from.people, {**learned_from.frames, "apc": recent})
    with pytest.raises(DeliveryRefused, match="needs it from 2023-03-31"):
        train(some, AS_OF, frozenset(), silently)


def test_admitted_care_that_ends_too_early_is_refused(learned_from: Past) -> None:
    with pytest.raises(DeliveryRefused, match="up to that day"):
        train(learned_from, AS_OF + timedelta(60), frozenset(), silently)


def test_no_admitted_care_at_all_is_refused(learned_from: Past) -> None:
    with pytest.raises(DeliveryRefused, match="take in earlier extracts"):
        train(without(learned_from, "apc"), AS_OF, frozenset(), silently)


def test_too_few_admissions_are_refused() -> None:
    few = past(person(), apc=[stay("9990000018", day) for day in (date(2022, 3, 31), AS_OF)])
    with pytest.raises(DeliveryRefused, match="needs 100 who were admitted"):
        train(few, AS_OF, frozenset(), silently)


def test_a_large_population_chooses_its_penalty_by_some_of_its_people(trained: Trained) -> None:
    assert set(trained.losses) == {1.0, 10.0, 100.0, 1000.0}
    assert trained.model.penalty == min(
        trained.losses, key=lambda penalty: (round(trained.losses[penalty], 8), -penalty)
    )


def test_another_seed_is_another_population() -> None:
    assert not population(50, seed=1).frames["apc"].equals(population(50, seed=2).frames["apc"])
