"""One patient before any record is opened: score, band, every method's value, the practice's own terms, what changed.

No code and no date of a hospital record stands here (RS-2, RS-5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from markupsafe import Markup

from gateway.catalogue import words
from gateway.charts.columns import Step, columns
from gateway.http.asking import ask, desk
from gateway.web.practice.blueprint import RECORD, blueprint, parts_of, reasons
from gateway.web.practice.changed import changed

Record = Mapping[str, Any]
STATES = {"not_applicable": "Not applicable", "incomplete": "Incomplete"}


@blueprint.get("/patients/<handle>")
def patient(handle: str) -> str:
    """One patient: score, band, scores with their notes, the practice's own terms, what changed, the trend."""
    answer = ask("direct_care", "practice.patient", "read", question={"handle": handle})
    may_open = (answer.grant.request.subject.role, *RECORD) in desk().policy.permissions
    found = parts_of(answer)
    return render_template(
        "practice/patient.html",
        **found,
        handle=handle,
        reasons=reasons(),
        may_open=may_open,
        scores=[{**score, "told": told(score)} for score in found["parts"]["scores"]],
        trend_chart=trend_chart(found["parts"]["trend"]),
        changed=changed(found["parts"]),
    )


def told(score: Record) -> str:
    """A method's value as it may be read; no number where it says nothing of this person."""
    if state := STATES.get(score["status"]):
        return state
    value, band = score["value"], score["band"]
    return f"{value} ({band})" if value and band not in {"", value} else value or band


def _month(iso: str) -> str:
    """'2026-09-30' as 'Sep 2026'."""
    month, year = words.day(iso[:7]).split(" ")
    return f"{month[:3]} {year}"


def trend_chart(trend: Sequence[Record]) -> Markup:
    """The score at each run, oldest first."""
    steps = [
        Step(_month(entry["as_of"]), (float(str(entry["shown"] or entry["score"]).split(" ")[0]),)) for entry in trend
    ]
    return columns("Score at each run", "The table below has the same numbers.", ("Score",), steps)
