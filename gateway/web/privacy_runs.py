"""Where the data come from: each risk run with its stages, files and maker, as the audit log has it.

Rows are told as counts of people are, because a row is somebody's: 0, `*`, or to the nearest 5 (docs/security.md).
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request

from gateway.charts.flow import Stage, flow
from gateway.errors import NotFound
from gateway.http.asking import ask
from gateway.http.lists import listing_of
from gateway.web import choices

blueprint = Blueprint("privacy_runs", __name__, url_prefix="/privacy/runs")
RUNS = listing_of("intake.runs")
TITLES = {
    "receive": "Receive",
    "withhold_objections": "Withhold objections",
    "restrict_to_area": "Restrict to the area",
    "link": "Link",
    "score": "Score",
    "pseudonymise": "Pseudonymise",
    "store": "Store",
}
REASONS = {
    "objection": "objection",
    "out_of_area": "out of the area",
    "restricted": "restricted record",
    "untraced": "not traced",
    "invalid_number": "invalid number",
    "no_practice": "no practice",
    "not_participating": "practice takes no part",
    "duplicate": "duplicate",
    "superseded": "superseded",
    "invalid_value": "invalid value",
}


@blueprint.get("")
def runs() -> str:
    """Every run, the newest first."""
    answer, rows = RUNS.ask()
    return render_template(
        "privacy/runs.html",
        rows=rows,
        records=rows.records(),
        links=choices.links(request.args, rows),
        event=answer.receipt.index,
    )


@blueprint.get("/<run>")
def one(run: str) -> str:
    """One run. Raises NotFound where there is none of that number."""
    answer = ask("audit", "intake.runs", "read", question={"run": run})
    records = answer.result.parts["run"].records()
    if not records:
        raise NotFound
    found = {name: _told(value) for name, value in records[0].items()}
    stages = found["stages"]
    return render_template(
        "privacy/run.html",
        run=found,
        titles=TITLES,
        reasons=REASONS,
        chart=flow(
            "Stages of the run", "Each stage with the rows that go on and those that stay behind.", _drawn(stages)
        ),
        event=answer.receipt.index,
    )


def _told(value: Any) -> Any:  # noqa: ANN401 a value of JSON
    """What stands as JSON in a column, as what it is."""
    return json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value


def _drawn(stages: list[dict[str, Any]]) -> list[Stage]:
    drawn = []
    for stage in stages:
        left = tuple(f"{REASONS[reason]}: {rows}" for reason, rows in stage["set_aside"].items())
        drawn.append(Stage(TITLES[stage["stage"]], f"{stage['went']} go on", left))
    return drawn
