"""One patient: score, band, scores with their notes, the practice's own terms, the trend (RS-2)."""

from __future__ import annotations

from flask import render_template

from gateway.http.asking import ask, desk
from gateway.web.practice.blueprint import RECORD, blueprint, parts_of, reasons


@blueprint.get("/patients/<handle>")
def patient(handle: str) -> str:
    """One patient: score, band, scores with their notes, the practice's own terms, the trend."""
    answer = ask("direct_care", "practice.patient", "read", question={"handle": handle})
    may_open = (answer.grant.request.subject.role, *RECORD) in desk().policy.permissions
    return render_template(
        "practice/patient.html", **parts_of(answer), handle=handle, reasons=reasons(), may_open=may_open
    )
