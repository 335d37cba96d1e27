"""The commissioner's desk: numbers and percentages at risk, pseudonymised rows, one pseudonymised history.

Every page says which class its answer is: aggregate, or record level and not for onward release (RS-3, RS-4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request

from gateway.catalogue import words
from gateway.catalogue.cohort import BANDS
from gateway.charts.bars import Bar, bars
from gateway.http import lists
from gateway.http.asking import ask
from gateway.http.downloads import csv_of
from gateway.web import choices

blueprint = Blueprint("population", __name__, url_prefix="/population")
DASHBOARD = lists.listing_of("population.dashboard")
PATIENTS = lists.listing_of("population.patients")
EVERYONE, HIDDEN = "everyone", "*"
TABLES = {
    "practice": "By practice",
    "age_band": "By age",
    "sex": "By sex",
    "deprivation": "By deprivation (1 is most deprived)",
}
FILTERS = ("practice_code", "age_band", "sex", "deprivation_decile", "risk_band", "hfrs_band")
COLUMNS = (
    "practice_code", "age_band", "sex", "ethnic_group", "deprivation_decile", "risk_band", "emergency_admissions_band",
    "hfrs_band", "charlson_band", "long_term_conditions_band", "medicines_band", "cost_band",
)  # fmt: skip
HISTORY = (
    "month", "kind", "provider_code", "admission_method", "treatment_function", "hrg_chapter", "conditions",
    "length_of_stay_band", "cost_band",
)  # fmt: skip
Cell = Mapping[str, Any]


@blueprint.get("/")
def dashboard() -> str:
    """Number and percentage at risk, from the one protected lattice of the run."""
    answer, rows = DASHBOARD.ask()
    cells = rows.records()
    tables = [
        {"name": name, "title": title, "cells": found, "chart": chart_of(title, found)}
        for name, title in TABLES.items()
        if (found := ordered(cell for cell in cells if cell["cut"] == name and not cell["cut_2"]))
    ]
    whole = next((cell for cell in cells if cell["cut"] == EVERYONE), None)
    return render_template("population/dashboard.html", whole=whole, tables=tables, as_of=answer.result.as_of)


@blueprint.post("/.csv")
def dashboard_csv() -> Response:
    """Every protected cell as a file; logged as an export."""
    return csv_of(DASHBOARD, {}, "population-at-risk")


@blueprint.get("/patients")
def patients() -> str:
    """Pseudonymised rows: next and previous, and no total."""
    answer, rows = PATIENTS.ask()
    return render_template(
        "population/patients.html",
        rows=rows,
        records=rows.records(),
        columns=COLUMNS,
        as_of=answer.result.as_of,
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        choices=choices_of(rows.records()),
    )


@blueprint.get("/patients/<pseudonym>")
def patient(pseudonym: str) -> str:
    """One person's history in months and bands."""
    answer = ask("commissioning", "population.patient", "read", question={"pseudonym": pseudonym})
    parts = {name: part.records() for name, part in answer.result.parts.items()}
    return render_template(
        "population/patient.html",
        person=parts["person"],
        history=parts["history"],
        columns=COLUMNS,
        history_columns=HISTORY,
        as_of=answer.result.as_of,
    )


def ordered(cells: Any) -> list[Cell]:  # noqa: ANN401 any iterable of cells
    """By the first number in the value, then by the value: '5 to 9' before '10 to 14'."""
    return sorted(cells, key=lambda cell: (number_in(cell["value"]), cell["value"]))


def number_in(text: str) -> int:
    """The number that a band begins with; after all of these where there is none."""
    digits = text.split(" ", maxsplit=1)[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 1_000


def chart_of(title: str, cells: list[Cell]) -> str:
    """Percentages at risk as bars; a hidden one has none."""
    items = [
        Bar(words.shown(cell["value"]), None if cell["percentage"] == HIDDEN else float(cell["percentage"]), told(cell))
        for cell in cells
    ]
    return bars(f"Percentage at risk, {title.lower()}", "The table below has the same numbers.", items)


def told(cell: Cell) -> str:
    """What stands beside a bar."""
    return "not shown" if cell["percentage"] == HIDDEN else f"{cell['percentage']} %"


def choices_of(records: Sequence[Cell]) -> dict[str, list[str]]:
    """What may be filtered by: the values that are fixed, and those of this page."""
    fixed = {"age_band": list(choices.AGE_BANDS), "risk_band": [*BANDS, "Not at risk"]}
    found = {name: sorted({str(record[name]) for record in records} | chosen_of(name)) for name in FILTERS}
    return {name: fixed.get(name, values) for name, values in found.items()}


def chosen_of(name: str) -> set[str]:
    """What is chosen now stays to be chosen."""
    return {value for value in request.args.getlist(name) if value}
