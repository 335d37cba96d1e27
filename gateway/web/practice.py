"""The GP's desk: the practice's own patients at risk, one patient, and the record after reason and attestation.

Keeps RS-2, RS-5 and ALL-4. Reason and attestation come by POST and are held on the server for the session; the GET
that shows the record is decided and logged with them again (docs/decisions/0012-record-after-post.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.decision import ReasonCode
from gateway.audit.event import EventType
from gateway.catalogue import labels, words
from gateway.enforcement.answer import Answer
from gateway.errors import AccessDenied, NotFound
from gateway.http import attesting, lists
from gateway.http.asking import ask, desk, note
from gateway.http.downloads import csv_of
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
    return csv_of(WORK_LIST, filters, "patients-at-risk")


@blueprint.get("/patients/<handle>")
def patient(handle: str) -> str:
    """One patient: score, band, scores with their notes, the practice's own terms, the trend."""
    answer = ask("direct_care", "practice.patient", "read", question={"handle": handle})
    may_open = (answer.grant.request.subject.role, *RECORD) in desk().policy.permissions
    return render_template(
        "practice/patient.html", **_parts(answer), handle=handle, reasons=_reasons(), may_open=may_open
    )


@blueprint.post("/patients/<handle>/record")
def attest(handle: str) -> AnyResponse:
    """Reason and attestation: decided and recorded with them, then on to the record; the form again where one lacks."""
    form = request.form
    reason, attested = form.get("reason", ""), form.get("attested") == "yes"
    try:
        ask(*RECORD, question={"handle": handle}, reason=reason, attested=attested)
    except AccessDenied as refusal:
        return _reason_form(handle, refusal, _missing(form))
    attesting.remember(handle, reason)
    return redirect(url_for("practice.record", handle=handle), HTTPStatus.SEE_OTHER)


@blueprint.get("/patients/<handle>/record")
def record(handle: str) -> str | AnyResponse:
    """The hospital terms that add up to the score, and the SUS+ rows under them; the form where it was not attested."""
    reason = attesting.recalled(handle)
    try:
        answer = ask(
            *RECORD,
            question={"handle": handle},
            kind=EventType.RECORD_DISPLAYED,
            reason=reason,
            attested=bool(reason),
        )
    except AccessDenied as refusal:
        return _reason_form(handle, refusal, {})
    shown = _parts(answer)
    return render_template(
        "practice/record.html",
        **shown,
        scores=explained(shown["parts"]),
        reason=_reasons()[reason],
        event=answer.receipt.index,
    )


def _reason_form(handle: str, refusal: AccessDenied, errors: Mapping[str, str]) -> AnyResponse:
    """The form for whoever may open the record once it is filled in; raises on for anybody else."""
    if refusal.reason_code not in MENDABLE:
        raise refusal
    note(refusal.event)
    page = render_template(
        "practice/reason.html", handle=handle, reasons=_reasons(), errors=errors, entered=request.form
    )
    return make_response(page, refusal.status)


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
