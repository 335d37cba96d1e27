"""The auditor's questions as pages: one patient, one user, and those that are asked by days, each with a chart.

An NHS number comes by POST, stands in no address, and is not shown again. Looking is itself on the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, render_template, request
from markupsafe import Markup

from gateway.catalogue import questions as worded
from gateway.catalogue import words
from gateway.charts.bars import Bar, bars
from gateway.enforcement.change import Changed
from gateway.enforcement.questions import COLUMNS, Found
from gateway.http import asked_days
from gateway.http.asking import ask, desk
from gateway.identifiers import NHSNumber
from gateway.web import choices

blueprint = Blueprint("auditor_questions", __name__, url_prefix="/auditor")
REPORT = "report"
MOST_BARS = 31
_MONTH, _YEAR = 7, 4  # letters of 2026-03-31


@blueprint.get("/questions/<name>")
def question(name: str) -> str:
    """One question, of the last 31 days where no day is given."""
    shown = asked_days.asked(name)
    title, line = worded.TITLES[name]
    return _page("auditor/question.html", shown, name=name, title=title, line=line, questions=worded.TITLES)


@blueprint.get("/users/<user>")
def user(user: str) -> str:
    """What one user did, newest first."""
    return _page("auditor/user.html", asked_days.of_user(user), user=user)


@blueprint.get("/patient")
def patient() -> str:
    """A form for the number."""
    return _asking("")


@blueprint.post("/patient")
def saw_patient() -> str:
    """Who looked at one patient: a table for the auditor, or a report for the patient."""
    try:
        number = NHSNumber.parse(request.form.get("nhs_number", ""))
    except ValueError:
        return _asking("That is not a valid NHS number. Check its ten digits.")
    shown = asked_days.who_saw(number)
    if request.form.get("as") == REPORT:
        vocabulary = desk().policy.vocabulary
        told = [worded.reported(record, vocabulary) for record in shown.value.rows.records()]
        day = desk().now().isoformat()
        return _page("auditor/report.html", shown, told=told, on=day)
    return _page("auditor/patient.html", shown, problem="", asked=True)


def _asking(problem: str) -> str:
    ask("audit", "audit.patient", "list", question={"token": ""})
    return render_template("auditor/patient.html", problem=problem, asked=False)


def _page(template: str, shown: Changed[Found], **more: object) -> str:
    rows, records = shown.value.rows, shown.value.rows.records()
    if records and "lacks" in records[0]:
        records = [{**record, "lacks": worded.went_without(str(record["lacks"]))} for record in records]
    return render_template(
        template,
        rows=rows,
        records=records,
        columns=[column.name for column in rows.columns],
        events=rows.columns[0].name == COLUMNS[0],
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows) if request.method == "GET" else {},  # a number stands in no address
        event=shown.receipt.index,
        chart=chart_of(shown.value.days),
        periods=periods(shown.value.days),
        **more,
    )


def chart_of(days: Mapping[str, int]) -> Markup:
    """How many there were over time, as bars."""
    items = [Bar(words.day(period), number, words.count(number)) for period, number in periods(days)]
    return bars("How many over time", "The table below has the same numbers.", items)


def periods(days: Mapping[str, int]) -> list[tuple[str, int]]:
    """By day, or by month or by year where there would be too many bars; in order."""
    for length in (None, _MONTH, _YEAR):
        counted: Counter[str] = Counter()
        for day, number in days.items():
            counted[day[:length]] += number
        if len(counted) <= MOST_BARS:
            break
    return sorted(counted.items())
