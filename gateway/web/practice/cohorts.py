"""Cohorts: groups that the commissioner targets, as the practice's own patients at risk (RS-6)."""

from __future__ import annotations

from typing import cast

from flask import Response, render_template, request

from gateway.catalogue import labels, words, worklist
from gateway.enforcement.cohorts import CohortOpened, Standing
from gateway.http import lists
from gateway.http.downloads import csv_of
from gateway.web import choices
from gateway.web.practice.blueprint import blueprint
from gateway.web.practice.worklist import SORTABLE, patients

COHORTS = lists.listing_of("practice.cohorts")
COHORT = lists.listing_of("practice.cohort")


@blueprint.get("/cohorts")
def cohorts() -> str:
    """Every cohort that stands: name, criteria in words, how many of the own patients meet it."""
    answer, rows = COHORTS.ask()
    return render_template("practice/cohorts.html", cohorts=rows.records(), as_of=answer.result.as_of)


@blueprint.get("/cohorts/<cohort>")
def cohort(cohort: str) -> str:
    """The own patients at risk who meet one cohort's criteria, as the work list shows them."""
    answer, rows = COHORT.ask(cohort=cohort)
    standing = cast("Standing", cast("CohortOpened", answer).cohort)
    return render_template(
        "practice/cohort.html",
        cohort=standing,
        rows=rows,
        patients=patients(rows),
        links=choices.links(request.args, rows),
        sorts=choices.sorts(request.args, SORTABLE, "-score"),
        pairs=choices.pairs(request.args),
        sex_words=labels.SEX,
        new=worklist.NEW,
        colours=words.COLOURS,
        as_of=answer.result.as_of,
    )


@blueprint.post("/cohorts/<cohort>/patients.csv")
def cohort_csv(cohort: str) -> Response:
    """Every one of them as a file, for the practice's own system; logged as an export."""
    question = lists.question_of(request.form, {"cohort": cohort})
    question.pop("csrf_token", None)
    return csv_of(COHORT, question, "cohort")
