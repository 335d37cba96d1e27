"""The practice's own numbers: how many are at risk, of whom, and how that stands beside all practices (RS-3).

Everybody who is not at risk is told as protected counts (docs/decisions/0019-practice-summary.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

from gateway.catalogue import words
from gateway.charts.bars import Bar, bars
from gateway.http import lists
from gateway.http.downloads import csv_of
from gateway.web.practice.blueprint import blueprint
from gateway.web.practice.joined_and_left import joined_and_left

SUMMARY = lists.listing_of("practice.summary")
EVERYONE, HIDDEN = "everyone", "*"
TABLES = {
    "band": ("By band", "Band"),
    "age_band": ("By age", "Age band"),
    "sex": ("By sex", "Sex"),
    "condition": ("By condition that the practice recorded", "Condition"),
    "deprivation": ("By deprivation (1 is most deprived)", "Deprivation decile"),
}
BANDS = ("Very high", "High", "At risk")
Cell = Mapping[str, Any]


@blueprint.get("/summary")
def summary() -> str:
    """Number and percentage at risk of the own list, by band, age, sex, condition and deprivation."""
    answer, rows = SUMMARY.ask()
    cells = rows.records()
    tables = [
        {"name": name, "title": title, "label": label, "cells": found, "chart": chart_of(title, found)}
        for name, (title, label) in TABLES.items()
        if (found := sorted((cell for cell in cells if cell["cut"] == name), key=place))
    ]
    whole = next((cell for cell in cells if cell["cut"] == EVERYONE), None)
    since = joined_and_left(answer.result.parts)
    return render_template("practice/summary.html", whole=whole, tables=tables, since=since, as_of=answer.result.as_of)


@blueprint.post("/summary.csv")
def summary_csv() -> Response:
    """Every number as a file; logged as an export."""
    return csv_of(SUMMARY, {}, "practice-summary")


def place(cell: Cell) -> tuple[int, str]:
    """Bands by their height, ages and deciles by their first number, all else by its word."""
    value = str(cell["value"])
    if value in BANDS:
        return BANDS.index(value), value
    digits = value.split(" ", maxsplit=1)[0]
    return (int(digits) if digits.isascii() and digits.isdigit() else 1_000), value


def chart_of(title: str, cells: Sequence[Cell]) -> Markup:
    """Percentages as bars; a hidden one has none."""
    items = [
        Bar(
            words.shown(cell["value"]),
            None if cell["share"] == HIDDEN else float(cell["share"]),
            "not shown" if cell["share"] == HIDDEN else f"{cell['share']} %",
        )
        for cell in cells
    ]
    return bars(f"Percentage, {title[0].lower()}{title[1:]}", "The table below has the same numbers.", items)
