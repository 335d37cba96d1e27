"""The report in words: for who may read it, before there is a model, and with every kind of run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.access.grant import Column
from gateway.audit.event import Receipt
from gateway.enforcement.answer import Answer
from gateway.http.model_reports import card, chart_of, files, models_of, purpose_of
from gateway.stores.result import Result, Rows
from tests.conftest import House

REPORT: dict[str, Any] = {
    "card": {"title": "A model", "not for": ["Deciding alone."], "empty": []},
    "performance": {"c": 0.7},
    "criterion": "calibrated where it is",
    "missing": {"age": "0"},
    "tenths": [
        {"predicted": 2.0, "people": "100", "admitted": "*", "observed": "*"},
        {"predicted": 20.0, "people": "100", "admitted": "20", "observed": "20.0"},
    ],
    "thresholds": [{"at least": 5, "people": "50"}],
    "lists": [{"share": 1, "people": "10"}],
    "groups": [{"group": "sex", "value": "Male", "c": None}],
    "coefficients": [{"column": "start", "log_odds": -3.0}],
}
MODEL = {"version": 2, "sha256": "0" * 64, "calibrated": 1, "report": json.dumps(REPORT)}
RUN = {"run": 5, "model": 2, "as_of": "2026-03-31"}
SCORED = {"c": 0.71, "low": 0.69, "high": 0.73, "ratio": 1.04, "slope": 0.9, "gone": "20"}


def part(*rows: dict[str, Any]) -> Rows:
    names = list(rows[0]) if rows else ["version"]
    return Rows(tuple(Column(name, "method") for name in names), tuple(tuple(row.values()) for row in rows))


def answered(models: list[dict[str, Any]], runs: list[dict[str, Any]], results: list[dict[str, Any]]) -> Answer:
    parts = {"models": part(*models), "predictions": part(*runs), "results": part(*results)}
    return Answer(Result("practice_work", parts), None, Receipt(9, "id", "now"))  # type: ignore[arg-type]


def run(**stability: float) -> dict[str, Any]:
    return {**RUN, "sha256": "1" * 64, "stability": json.dumps({"prediction": 0.02, **stability})}


def test_before_the_first_model_it_says_what_to_do() -> None:
    told = models_of(answered([], [], []))
    assert (told.model, told.event) == (None, 9)
    assert "gateway model train" in card(told)[0]


def test_the_latest_is_in_use_and_the_others_are_earlier() -> None:
    told = models_of(answered([MODEL, {**MODEL, "version": 1, "calibrated": 0}], [], []))
    assert told.model
    assert (told.model["version"], told.model["calibrated"]) == (2, "yes")
    assert told.earlier == [{"version": 1, "sha256": "0" * 64, "calibrated": "no"}]


def test_a_tenth_whose_count_is_hidden_has_no_point() -> None:
    assert str(chart_of(REPORT)).count("<circle") == 1


def test_what_is_left_out_of_a_table_is_a_star() -> None:
    groups = next(rows for name, _, _, rows in models_of(answered([MODEL], [], [])).tables if name == "groups")
    assert groups == [{"group": "sex", "which": "Male", "C statistic": "*"}]


@pytest.mark.parametrize(
    ("result", "said"),
    [(None, "The year is not over yet."), ({"why_not": "too few"}, "Not scored: too few."), (SCORED, "C statistic")],
)
def test_each_run_says_what_became_of_its_predictions(result: dict[str, Any] | None, said: str) -> None:
    results = [] if result is None else [{"run": 5, "scored_in": 6, "result": json.dumps(result)}]
    assert said in models_of(answered([MODEL], [run()], results)).runs[0]["outcome"]


def test_each_run_says_what_has_moved_since_the_training() -> None:
    told = models_of(answered([MODEL], [run(age=0.31, sex=0.01)], [])).runs[0]
    assert (told["stability"], told["moved"]) == ("0.02: stable", "age (0.31)")


def test_the_files_hold_the_same_figures() -> None:
    told = files(models_of(answered([MODEL], [run()], [])))
    assert json.loads(told["report.json"])["report"] == REPORT
    assert "# A model: model 2" in told["model-card.md"]
    assert "% predicted | people | number of people admitted | % observed" in told["model-card.md"]
    assert told["calibration.svg"].startswith("<svg xmlns=")


def test_a_role_asks_for_its_own_purpose(house: House) -> None:
    policy = house.desk.policy
    asked = {role: purpose_of(policy, role) for role in ("gp", "practice_staff", "data_processor_operator", "auditor")}
    assert asked == {
        "gp": "direct_care", "practice_staff": "direct_care", "data_processor_operator": "commissioning",
        "auditor": "commissioning",
    }  # fmt: skip
