"""The GP's desk: the practice's own patients at risk, one patient, and the record after reason and attestation.

Keeps RS-2, RS-5 and ALL-4. The record is shown on the POST that attests it, so that reason and attestation stand in
the very request that is decided and logged, and in no address (docs/decisions/0012-record-on-post.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, render_template, request

from gateway.access.decision import ReasonCode
from gateway.audit.event import EventType
from gateway.catalogue import labels, words
from gateway.enforcement.answer import Answer
from gateway.errors import AccessDenied, NotFound
from gateway.http import lists
from gateway.http.asking import ask, desk, note
from gateway.sheets import csv
from gateway.sheets.lists import as_csv
from gateway.web import choices

Records = Mapping[str, list[dict[str, Any]]]

blueprint = Blueprint("practice", __name__, url_prefix="/practice")
WORK_LIST = lists.listing_of("practice.worklist")
RECORD = ("direct_care", "practice.record", "read")
BANDS = ("Very high", "High", "At risk")
SHOWN = ("nhs_number", "handle", "age_band", "sex", "score", "band", "change", "gp_reasons", "hospital_use")
SORTABLE = ("age_band", "score", "change")
MENDABLE = frozenset({ReasonCode.REASON_MISSING, ReasonCode.RELATIONSHIP_NOT_ATTESTED})


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
    answer = WORK_LIST.export(filters, lambda result: as_csv(result, WORK_LIST.part))
    return Response(
        answer.body,
        content_type=csv.MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="patients-at-risk.csv"'},
    )


@blueprint.get("/patients/<handle>")
def patient(handle: str) -> str:
    """One patient: score, band, scores with their notes, the practice's own terms, the trend."""
    answer = ask("direct_care", "practice.patient", "read", question={"handle": handle})
    may_open = (answer.grant.request.subject.role, *RECORD) in desk().policy.permissions
    return render_template(
        "practice/patient.html", **_parts(answer), handle=handle, reasons=_reasons(), may_open=may_open
    )


@blueprint.route("/patients/<handle>/record", methods=["GET", "POST"])
def record(handle: str) -> str | tuple[str, int]:
    """The hospital terms that add up to the score, and the SUS+ rows under them; the form where it was not attested."""
    form = request.form
    try:
        answer = ask(
            *RECORD,
            question={"handle": handle},
            kind=EventType.RECORD_DISPLAYED,
            reason=form.get("reason", ""),
            reason_text=form.get("reason_text", "")[: lists.LONGEST],
            attested=form.get("attested") == "yes",
        )
    except AccessDenied as refusal:
        if refusal.reason_code not in MENDABLE:
            raise
        note(refusal.event)
        errors = _missing(form) if request.method == "POST" else {}
        page = render_template("practice/reason.html", handle=handle, reasons=_reasons(), errors=errors, entered=form)
        return page, refusal.status
    shown = _parts(answer)
    return render_template(
        "practice/record.html",
        **shown,
        scores=explained(shown["parts"]),
        reason=_reasons()[form["reason"]],
        event=answer.receipt.index,
    )


def explained(parts: Records) -> list[dict[str, object]]:
    """Each score with its hospital terms and what they add up to."""
    found = []
    for score in parts["scores"]:
        terms = [term for term in parts["terms"] if term["method"] == score["method"]]
        points = sum(Decimal(str(term["points"] or 0)) for term in terms)
        found.append({**score, "terms": terms, "sum": f"{points:f}"})
    return found


def _parts(answer: Answer) -> dict[str, Any]:
    """The answer's parts as records, the person alone. Raises NotFound where there is none in scope."""
    parts = {name: part.records() for name, part in answer.result.parts.items()}
    if not parts["person"]:
        raise NotFound
    return {"person": parts["person"][0], "parts": parts, "as_of": answer.result.as_of}


def _missing(form: Mapping[str, str]) -> dict[str, str]:
    """What the form still wants, in the order in which it asks."""
    policy, missing = desk().policy, {}
    if form.get("reason", "") not in _reasons():
        missing["reason"] = policy.sentence(ReasonCode.REASON_MISSING)
    if form.get("attested") != "yes":
        missing["attested"] = policy.sentence(ReasonCode.RELATIONSHIP_NOT_ATTESTED)
    return missing


def _reasons() -> Mapping[str, str]:
    return desk().policy.vocabulary.reasons
