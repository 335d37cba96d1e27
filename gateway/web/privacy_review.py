"""The privacy officer's review queue: codes, counts, users and resources, each item decided with an outcome.

Opening the queue first finds what is new. No patient is named, and each look is itself on the log.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gateway.audit.event import EventType
from gateway.enforcement import reviewing
from gateway.http.asking import ask, desk, note, request_for
from gateway.http.lists import listing_of, question_of
from gateway.web import choices

blueprint = Blueprint("privacy_review", __name__, url_prefix="/privacy/review")
QUEUE = listing_of("privacy.review")
STATES = ("open", "decided")
COLUMNS = ("idx", "at", "type", "resource", "action", "decision", "reason_code", "rows", "people", "channel")


@blueprint.get("")
def queue() -> str:
    """What waits and what was decided, the newest first."""
    found = reviewing.found(request_for("audit", "privacy.review", "find"), desk=desk())
    note(found.receipt.index)
    question = question_of(request.args)
    answer = ask(QUEUE.purpose, QUEUE.resource, QUEUE.action, question=question, kind=EventType.AUDIT_SEARCHED)
    rows = answer.result.parts[QUEUE.part]
    policy = desk().policy.release.review
    return render_template(
        "privacy/queue.html",
        rows=rows,
        records=rows.records(),
        rules=policy.rules,
        outcomes=policy.outcomes,
        states=STATES,
        new=len(found.value),
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        event=answer.receipt.index,
    )


@blueprint.get("/<int:number>")
def item(number: int) -> str:
    """One item with its events, and a form for its outcome while it is open."""
    looked = reviewing.looked_at(request_for("audit", "privacy.review", "read"), number, desk=desk())
    note(looked.receipt.index)
    policy, review = desk().policy.release.review, looked.value.review
    return render_template(
        "privacy/review.html",
        review=review,
        rule=policy.rules.get(review.rule),
        outcomes=policy.outcomes,
        records=[{name: getattr(fact, name) for name in COLUMNS} for fact in looked.value.facts],
        columns=COLUMNS,
        most=reviewing.SHOWN,
        event=looked.receipt.index,
    )


@blueprint.post("/<int:number>")
def decide(number: int) -> Response:
    """Close the item."""
    asked = request_for("audit", "privacy.review", "decide")
    changed = reviewing.decided(asked, number, request.form.get("outcome", ""), desk=desk())
    note(changed.receipt.index)
    return redirect("/privacy/review", 303)
