"""The work list: the practice's own patients at risk, as a page, as a file and on paper (RS-2, RS-12, ALL-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from flask import Response, render_template, request
from werkzeug.datastructures import MultiDict

from gateway.audit.event import EventType
from gateway.catalogue import labels, words
from gateway.catalogue import worklist as list_words
from gateway.http import lists
from gateway.http.asking import ask_beside, desk
from gateway.http.downloads import csv_of
from gateway.http.session import current_subject
from gateway.stores.result import Rows
from gateway.web import choices
from gateway.web.practice import filters, marking
from gateway.web.practice.blueprint import blueprint
from gateway.web.practice.joined_and_left import joined_and_left

WORK_LIST = lists.listing_of("practice.worklist")
SHOWN = (
    "nhs_number", "handle", "age_band", "sex", "score_shown", "band", "change_kind", "change_shown",
    "emergency_admissions", "gp_reasons", "hospital_use",
)  # fmt: skip
MARKED = ("review", "reviewed_on", "reviewed_by", "assigned_to", "correction")
SORTABLE = ("age_band", "sex", "score", "change", "emergency_admissions")
Patient = tuple[Any, ...]


@blueprint.get("/worklist")
def worklist() -> str:
    """Fifty patients at risk, by score, with what changed, the practice's own reasons, and what was done."""
    question = lists.question_of(request.args)
    whole = ("direct_care", "practice.worklist", "list", "practice.marks")
    answer = ask_beside(*whole, counts="practice.summary", question=question)
    rows = answer.result.parts[WORK_LIST.part]
    shown = around(request.args, rows, patients(rows), answer.whose, current_subject().user)
    return render_template(
        "practice/worklist.html", **shown, since=joined_and_left(answer.result.parts), as_of=answer.result.as_of
    )


@blueprint.post("/worklist.csv")
def worklist_csv() -> Response:
    """Every row of the list as it is filtered, for the practice's own system; logged as an export."""
    question = lists.question_of(request.form)
    question.pop("csrf_token", None)
    return csv_of(WORK_LIST, question, "patients-at-risk")


@blueprint.get("/worklist/print")
def worklist_print() -> str:
    """The list as it is filtered on one sheet, as many rows as the view allows; logged as an export."""
    question = {name: value for name, value in lists.question_of(request.args).items() if name != "page"}
    whole = ("direct_care", "practice.worklist", "print", "practice.marks")
    answer = ask_beside(*whole, question=question, kind=EventType.EXPORT_CREATED)
    rows = answer.result.parts[WORK_LIST.part]
    return render_template(
        "practice/worklist_print.html",
        rows=rows,
        patients=patients(rows),
        sex_words=labels.SEX,
        new=list_words.NEW,
        tags=filters.tags(request.args),
        back=filters.back(request.query_string.decode()),
        as_of=answer.result.as_of,
        subject=current_subject(),
        at=desk().now().isoformat(timespec="seconds"),
        event=answer.receipt.index,
    )


def patients(rows: Rows) -> Sequence[Patient]:
    """The cells of each row, in the order in which the page has them."""
    places = {column.name: place for place, column in enumerate(rows.columns)}
    return list(map(itemgetter(*(places[name] for name in (*SHOWN, *MARKED))), rows.rows))


def around(
    given: MultiDict[str, str], rows: Rows, shown: Sequence[Patient], whose: Sequence[str], me: str
) -> Mapping[str, object]:
    """What the page's template wants for a request's filters. whose: everybody who has been given a patient."""
    return {
        "rows": rows,
        "patients": shown,
        "chosen": choices.chosen(given),
        "pairs": choices.pairs(given),
        "links": choices.links(given, rows),
        "sorts": choices.sorts(given, SORTABLE, "-score"),
        "tags": filters.tags(given),
        "first": filters.FIRST,
        "quick": filters.quick(given),
        "more": (filters.assigned(whose), *filters.MORE),
        "here": choices.address(given)[1:],
        "outcomes": list_words.OUTCOMES,
        "takers": marking.takers(whose, me),
        "new": list_words.NEW,
        "colours": words.COLOURS,
        "sex_words": labels.SEX,
    }
