"""The record: reason and attestation come by POST and are held on the server for the session.

The GET that shows the record is decided and logged with them again (docs/decisions/0012-record-after-post.md). Keeps
RS-5 and ALL-4.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.decision import ReasonCode
from gateway.audit.event import EventType
from gateway.errors import AccessDenied
from gateway.http import attesting
from gateway.http.asking import ask, desk, note
from gateway.web.practice.blueprint import RECORD, blueprint, parts_of, reasons

Records = Mapping[str, list[dict[str, Any]]]
MENDABLE = frozenset({ReasonCode.REASON_MISSING, ReasonCode.RELATIONSHIP_NOT_ATTESTED})


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
    shown = parts_of(answer)
    return render_template(
        "practice/record.html",
        **shown,
        scores=explained(shown["parts"]),
        reason=reasons()[reason],
        event=answer.receipt.index,
    )


def _reason_form(handle: str, refusal: AccessDenied, errors: Mapping[str, str]) -> AnyResponse:
    """The form for whoever may open the record once it is filled in; raises on for anybody else."""
    if refusal.reason_code not in MENDABLE:
        raise refusal
    note(refusal.event)
    page = render_template(
        "practice/reason.html", handle=handle, reasons=reasons(), errors=errors, entered=request.form
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


def _missing(form: Mapping[str, str]) -> dict[str, str]:
    """What the form still wants, in the order in which it asks."""
    policy, missing = desk().policy, {}
    if form.get("reason", "") not in reasons():
        missing["reason"] = policy.sentence(ReasonCode.REASON_MISSING)
    if form.get("attested") != "yes":
        missing["attested"] = policy.sentence(ReasonCode.RELATIONSHIP_NOT_ATTESTED)
    return missing
