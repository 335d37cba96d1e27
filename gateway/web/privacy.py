"""The privacy officer's desk: one decision explained, with the rules it rests on and what would have to be true.

It leaves the person aside and shows no patient data; each question is itself on the log.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from gateway.access import analysis
from gateway.access.vocabulary import Cell, Vocabulary
from gateway.enforcement import keeping
from gateway.errors import BadRequest
from gateway.http.asking import ask, desk

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")


@blueprint.get("/explain")
def explain() -> str:
    """Choose role, purpose, resource, action and day; the decision in words."""
    ask("audit", "privacy.explain", "read")
    words = desk().policy.vocabulary
    day = keeping.day(request.args, "day") or desk().today()
    cell = _cell(words)
    return render_template(
        "privacy/explain.html",
        words=words,
        actions=[f"{one.name}:{action}" for one in words.resources.values() for action in one.actions],
        cell=cell,
        day=day.isoformat(),
        found=analysis.explain(desk().policy, cell, day) if cell else None,
    )


def _cell(words: Vocabulary) -> Cell | None:
    """What was asked about, or None before anything was. Raises BadRequest for a word that the policy does not know."""
    given = request.args
    if "role" not in given:
        return None
    resource, _, action = given.get("what", "").partition(":")
    cell = (given["role"], given.get("purpose", ""), resource, action)
    if cell not in set(words.cells()):
        raise BadRequest("Choose a role, a purpose and a resource of the policy.")
    return cell
