"""The work list: the practice's own patients at risk, as a page and as a file (RS-2, ALL-4)."""

from __future__ import annotations

from operator import itemgetter

from flask import Response, render_template, request

from gateway.catalogue import labels, words
from gateway.http import lists
from gateway.http.downloads import csv_of
from gateway.web import choices
from gateway.web.practice.blueprint import blueprint

WORK_LIST = lists.listing_of("practice.worklist")
BANDS = ("Very high", "High", "At risk")
SHOWN = ("nhs_number", "handle", "age_band", "sex", "score", "band", "change", "gp_reasons", "hospital_use")
SORTABLE = ("age_band", "score", "change")


@blueprint.get("/worklist")
def worklist() -> str:
    """Fifty patients at risk, by score, with what changed, the practice's own reasons and kinds of hospital use."""
    answer, rows = WORK_LIST.ask()
    places = {column.name: place for place, column in enumerate(rows.columns)}
    return render_template(
        "practice/worklist.html",
        rows=rows,
        patients=list(map(itemgetter(*(places[name] for name in SHOWN)), rows.rows)),
        as_of=answer.result.as_of,
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        sorts=choices.sorts(request.args, SORTABLE, "-score"),
        bands=BANDS,
        age_bands=choices.AGE_BANDS,
        colours=words.COLOURS,
        sex_words=labels.SEX,
    )


@blueprint.post("/worklist.csv")
def worklist_csv() -> Response:
    """Every row of the list as it is filtered, for the practice's own system; logged as an export."""
    filters = lists.question_of(request.form)
    filters.pop("csrf_token", None)
    return csv_of(WORK_LIST, filters, "patients-at-risk")
