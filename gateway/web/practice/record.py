"""The record: reason and attestation come by POST and are held on the server for the session.

The GET that shows the record is decided and logged with them again (docs/decisions/0012-record-after-post.md). Keeps
RS-5 and ALL-4.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.decision import ReasonCode
from gateway.audit.event import EventType
from gateway.charts.columns import columns
from gateway.errors import AccessDenied, BadRequest
from gateway.http import attesting
from gateway.http.asking import ask, desk, note
from gateway.risk import charlson
from gateway.web.practice import timeline
from gateway.web.practice.blueprint import RECORD, blueprint, parts_of, reasons
from gateway.web.practice.changed import changed
from gateway.web.practice.patient import told

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
    """The hospital terms that add up to the score, and the SUS+ rows under them; the form where it was not attested.

    `?kind=` leaves one kind of the time line. Raises BadRequest for another.
    """
    kind = request.args.get("kind", "")
    if kind and kind not in timeline.KINDS:
        raise BadRequest(f"kind is one of {', '.join(timeline.KINDS)}")
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
        **_time_line(shown["parts"], date.fromisoformat(answer.result.as_of["As of"]), kind),
        cut_short=any(part.more for part in answer.result.parts.values()),
        handle=handle,
        changed=changed(shown["parts"]),
        reason=reasons()[reason],
        event=answer.receipt.index,
    )


def _time_line(parts: Records, as_of: date, kind: str) -> dict[str, Any]:
    """Scores with their terms, the time line of one kind or of all, and how much there was of each over three years."""
    release = desk().policy.release
    sensitive = timeline.Sensitive(release.sensitive_codes, desk().today())
    found = timeline.entries(parts, sensitive)
    steps = timeline.activity(found, as_of)
    title, described = "Hospital use by quarter over three years", "The table below has the same numbers."
    return {
        "scores": explained(parts, sensitive),
        "years": timeline.by_year([entry for entry in found if kind in {"", entry.kind}]),
        "kinds": timeline.PLURALS,
        "kind": kind,
        "steps": steps,
        "activity": columns(title, described, tuple(timeline.PLURALS.values()), steps),
    }


def _reason_form(handle: str, refusal: AccessDenied, errors: Mapping[str, str]) -> AnyResponse:
    """The form for whoever may open the record once it is filled in; raises on for anybody else."""
    if refusal.reason_code not in MENDABLE:
        raise refusal
    note(refusal.event)
    page = render_template(
        "practice/reason.html", handle=handle, reasons=reasons(), errors=errors, entered=request.form
    )
    return make_response(page, refusal.status)


def explained(parts: Records, sensitive: timeline.Sensitive) -> list[dict[str, object]]:
    """Each score with its terms, hospital and GP-sourced, and what they add up to."""
    found = []
    for score in parts["scores"]:
        mine = [
            {**term, "sensitive": is_sensitive(term, sensitive)}
            for term in (*parts["terms"], *parts.get("score_gp_terms", ()))
            if term["method"] == score["method"]
        ]
        points = sum(Decimal(str(term["points"] or 0)) for term in mine)
        found.append({**score, "told": told(score), "terms": mine, "sum": f"{points:f}"})
    return found


def is_sensitive(term: Mapping[str, Any], sensitive: timeline.Sensitive) -> bool:
    """Whether a term is, or a comorbidity counts, a code of the sensitive list."""
    code = str(term.get("term") or "")
    codes = [prefix for prefix, category in charlson.PREFIXES.items() if category == code] or [code]
    return any(sensitive(timeline.ICD_10, one) for one in codes)


def _missing(form: Mapping[str, str]) -> dict[str, str]:
    """What the form still wants, in the order in which it asks."""
    policy, missing = desk().policy, {}
    if form.get("reason", "") not in reasons():
        missing["reason"] = policy.sentence(ReasonCode.REASON_MISSING)
    if form.get("attested") != "yes":
        missing["attested"] = policy.sentence(ReasonCode.RELATIONSHIP_NOT_ATTESTED)
    return missing
