from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gateway.disclosure.rounding import is_protected
from gateway.intake.learning.features import Past
from gateway.intake.learning.report import LIST_SHARES, THRESHOLDS, report
from gateway.intake.learning.training import Trained
from gateway.risk.admission_model.fitting import chance
from gateway.risk.admission_model.performance import performance

WHOSE = "people of a test"


@pytest.fixture(scope="module")
def told(trained: Trained) -> dict[str, Any]:
    return report(trained, WHOSE)


def test_the_card_says_what_it_is_for_and_what_not_and_who_is_missing(told: dict[str, Any], trained: Trained) -> None:
    card = told["card"]
    assert card["sha256"] == trained.model.sha256
    assert "PRISMATIC" in " ".join(card["not for"])
    assert "died" in " ".join(card["who is missing"])
    assert (card["population"], card["validated"]) == (WHOSE, "2025-03-31 to 2026-03-31")


def test_every_count_of_people_is_protected(told: dict[str, Any]) -> None:
    rows = [row for name in ("tenths", "thresholds", "lists", "groups") for row in told[name]]
    counts = [row[name] for row in rows for name in ("people", "admitted")]
    counts += [told["performance"]["people"], told["performance"]["admitted"], *told["missing"].values()]
    assert all(map(is_protected, counts))


def test_no_row_names_anybody(told: dict[str, Any], learned_from: Past) -> None:
    text = json.dumps(told)
    assert not any(number in text for number in learned_from.people["NHS_Number"])


def test_tenths_tell_what_was_predicted_and_what_happened(told: dict[str, Any], trained: Trained) -> None:
    predicted = [row["predicted"] for row in told["tenths"]]
    assert len(predicted) == 10
    assert predicted == sorted(predicted)
    assert np.mean(predicted) == pytest.approx(chance(trained.told).mean() * 100, abs=0.1)


def test_lists_are_told_by_threshold_and_by_size(told: dict[str, Any], trained: Trained) -> None:
    assert [row["at least"] for row in told["thresholds"]] == list(THRESHOLDS)
    assert [row["share"] for row in told["lists"]] == list(LIST_SHARES)
    ten = told["lists"][-1]
    first = np.argsort(-trained.told, kind="stable")[: round(len(trained.told) / 10)]
    found = trained.validation.admitted[first]
    assert float(ten["ppv"]) == pytest.approx(found.mean() * 100, abs=2)
    assert float(ten["sensitivity"]) == pytest.approx(found.sum() / trained.validation.admitted.sum() * 100, abs=2)


def test_each_kind_of_group_is_there_with_its_own_figures(told: dict[str, Any], trained: Trained) -> None:
    assert {row["group"] for row in told["groups"]} == {"age", "sex", "deprivation", "ethnicity", "practice"}
    one = next(row for row in told["groups"] if row["value"] == "Z99001")
    mine = (trained.validation.people["practice"] == "Z99001").to_numpy()
    own = performance(trained.told[mine], trained.validation.admitted[mine])
    assert (one["c"], one["ratio"]) == (round(own.c, 3), round(own.ratio, 3))


def test_a_small_group_has_no_figures(trained: Trained) -> None:
    people = trained.validation.people.with_columns(
        practice=np.array(["Z99001"] * (len(trained.told) - 9) + ["Z99009"] * 9)
    )
    few = replace(trained, validation=replace(trained.validation, people=people))
    small = next(row for row in report(few, WHOSE)["groups"] if row["value"] == "Z99009")
    assert [small[name] for name in ("c", "low", "high", "ratio")] == [None] * 4


def test_people_of_unknown_age_sex_or_deprivation_are_counted(trained: Trained) -> None:
    known = trained.validation.facts
    age, decile = known.age.copy(), known.decile.copy()
    age[:12], decile[:20] = np.nan, np.nan
    changed = replace(known, age=age, decile=decile, sex=np.where(np.arange(known.size) < 10, 0, known.sex))
    told = report(replace(trained, validation=replace(trained.validation, facts=changed)), WHOSE)
    assert told["missing"] == {"age": "10", "sex": "10", "deprivation": "20"}
    assert "Not known" in {row["value"] for row in told["groups"] if row["group"] in {"age", "deprivation"}}


def test_a_list_of_whom_nearly_all_were_admitted_hides_how_many_were_not(trained: Trained) -> None:
    sure = trained.validation.admitted * 12.0 - 6
    sure[np.flatnonzero(trained.validation.admitted == 0)[:3]] = 6
    told = report(replace(trained, told=sure), WHOSE)
    assert {row["admitted"] for row in told["thresholds"]} == {"*"}


def test_coefficients_are_told_each(told: dict[str, Any], trained: Trained) -> None:
    assert [row["log_odds"] for row in told["coefficients"]] == [trained.model.intercept, *trained.model.coefficients]
