"""The auditor's questions as a web request puts them: by name, days and page; pages and API share it."""

from __future__ import annotations

from flask import request

from gateway.access.decision import Value
from gateway.enforcement import questions
from gateway.enforcement.change import Changed
from gateway.errors import BadRequest
from gateway.http.asking import desk, note, request_for
from gateway.http.lists import question_of
from gateway.identifiers import NHSNumber

DAYS = ("day_from", "day_to", "page")


def asked(name: str) -> Changed[questions.Found]:
    """The answer to the question of that name."""
    wanted = request_for("audit", "audit.questions", "list", question={"question": name, **_days()})
    return noted(questions.asked(wanted, desk=desk()))


def of_user(user: str) -> Changed[questions.Found]:
    """What one user did."""
    wanted = request_for("audit", "audit.user", "list", question={"user": user, **_days()})
    return noted(questions.of_user(wanted, desk=desk()))


def who_saw(number: NHSNumber, **page: Value) -> Changed[questions.Found]:
    """Who looked at one patient."""
    wanted = request_for("audit", "audit.patient", "list", question={"token": "", **page})
    return noted(questions.who_saw(wanted, number.for_storage(), desk=desk()))


def noted(changed: Changed[questions.Found]) -> Changed[questions.Found]:
    """Name its event in the answer's header."""
    note(changed.receipt.index)
    return changed


def _days() -> dict[str, Value]:
    """Raises BadRequest for anything but days and a page."""
    given = question_of(request.args)
    if unknown := given.keys() - set(DAYS):
        raise BadRequest(f"cannot be asked by {', '.join(sorted(unknown))}; choose from {', '.join(DAYS)}")
    if any(isinstance(value, tuple) for value in given.values()):
        raise BadRequest("each takes one value")
    return given
