"""How the local model does, in words and tables, for the page and for the command: the same figures in both.

All of it was disclosure-controlled when it was made (gateway.intake.learning.report).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from gateway.access.snapshot import PolicySnapshot
from gateway.charts.calibration import Point, calibration
from gateway.disclosure.rounding import HIDDEN
from gateway.enforcement.answer import Answer
from gateway.risk.admission_model.drift import word

PURPOSES = ("commissioning", "direct_care")
READ = ("risk.model", "read")
Record = dict[str, Any]
TABLES = {
    "tenths": "What was predicted and what happened, by tenths of the people, the least risk first",
    "thresholds": "Whoever has at least this risk",
    "lists": "The people with the highest risk, as many as this share of all",
    "groups": "By group",
    "coefficients": "What each thing adds to the log-odds",
}


HEADINGS = {
    "predicted": "% predicted", "observed": "% observed", "admitted": "number of people admitted",
    "at least": "% risk or more", "share": "% of all people", "ppv": "% of them admitted",
    "sensitivity": "% of all admitted", "value": "which", "c": "C statistic", "low": "from", "high": "to",
    "ratio": "admitted for each expected", "column": "what",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Models:
    """model: the one in use, its card aside; None before the first. earlier: those before it.

    runs: each run's predictions and how they did; report: as it was made.
    """

    model: Record | None
    report: Record
    earlier: list[Record]
    runs: list[Record]
    event: int
    tables: list[tuple[str, str, tuple[str, ...], list[Record]]] = field(default_factory=list)
    chart: Markup = field(default_factory=Markup)


def purpose_of(policy: PolicySnapshot, role: str) -> str:
    """For which purpose a role may read it; the first where it may not, which is then refused."""
    return next((purpose for purpose in PURPOSES if (role, purpose, *READ) in policy.permissions), PURPOSES[0])


def models_of(answer: Answer) -> Models:
    """Of an answer for risk.model."""
    parts = {name: part.records() for name, part in answer.result.parts.items()}
    results = {row["run"]: json.loads(str(row["result"])) for row in parts["results"]}
    runs = [_run(row, results.get(row["run"])) for row in parts["predictions"]]
    if not parts["models"]:
        return Models(None, {}, [], runs, answer.receipt.index)
    latest, *earlier = ({**row, "calibrated": "yes" if row["calibrated"] else "no"} for row in parts["models"])
    report = json.loads(str(latest.pop("report")))
    for one in earlier:
        one.pop("report")
    return Models(latest, report, earlier, runs, answer.receipt.index, _tables(report), chart_of(report))


def chart_of(report: Record) -> Markup:
    """Calibration by tenths; a tenth whose count is hidden has no point."""
    points = [Point(row["predicted"], float(row["observed"])) for row in report["tenths"] if row["observed"] != HIDDEN]
    told = f"Across: predicted, up: observed, in percent, for {len(points)} groups of people. On the line both agree."
    return calibration("Predicted and observed emergency admissions", told, points)


def files(models: Models) -> dict[str, str]:
    """Name and text of the report as files: JSON, the card for people, the chart."""
    whole = {"model": models.model, "report": models.report, "earlier": models.earlier, "runs": models.runs}
    return {
        "report.json": json.dumps(whole, indent=1) + "\n",
        "model-card.md": "\n".join(card(models)) + "\n",
        "calibration.svg": str(models.chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n",
    }


def card(models: Models) -> list[str]:
    """The card, its figures and what became of predictions, as lines of Markdown."""
    if models.model is None:
        return ["No model is trained yet: the data processor's operator does it with 'gateway model train'."]
    told = models.report
    lines = [f"# {told['card']['title']}: model {models.model['version']}", ""]
    lines += [f"- {name}: {_written(value)}" for name, value in {**models.model, **told["card"]}.items() if value]
    lines += [f"- {name}: {value}" for name, value in told["performance"].items()]
    lines += [f"- unknown {name}: {people} people" for name, people in told["missing"].items()]
    lines += ["", f"A model is {told['criterion']}.", ""]
    for _name, title, columns, rows in models.tables:
        lines += [f"## {title}", "", " | ".join(columns), " | ".join("---" for _ in columns)]
        lines += [" | ".join(str(row[column]) for column in columns) for row in rows] + [""]
    return [*lines, "## Runs", "", *(f"- {_written(row)}" for row in models.runs)]


def _run(row: Record, result: Record | None) -> Record:
    stability = json.loads(str(row["stability"]))
    moved = [f"{name} ({index})" for name, index in stability.items() if word(index) != "stable"]
    told = _outcome(result)
    return {
        **row,
        "stability": f"{stability['prediction']}: {word(stability['prediction'])}",
        "moved": ", ".join(moved),
        "outcome": told,
    }


def _outcome(result: Record | None) -> str:
    """What is said of a run's predictions."""
    if result is None:
        return "The year is not over yet."
    if "why_not" in result:
        return f"Not scored: {result['why_not']}."
    return (
        f"C statistic {result['c']:.3f} ({result['low']:.3f} to {result['high']:.3f}), {result['ratio']:.2f} admitted "
        f"for each one expected, slope {result['slope']:.2f}; {result['gone']} people are no longer listed"
    )


def _tables(report: Record) -> list[tuple[str, str, tuple[str, ...], list[Record]]]:
    rows = {name: [_row(row) for row in report[name]] for name in TABLES}
    return [(name, title, tuple(rows[name][0]), rows[name]) for name, title in TABLES.items()]


def _row(row: Record) -> Record:
    return {HEADINGS.get(name, name): HIDDEN if value is None else value for name, value in row.items()}


def _written(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
