"""/api/v1/audit/…: the auditor's questions for programs. `columns`, `rows`, `total`, `page`, `event`, and `days`.

Who saw a patient is asked by POST with a bearer token: the number stands in no address, and a page's cookie serves for
GET alone.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import Unauthorized

from gateway.enforcement.change import Changed
from gateway.enforcement.questions import Found
from gateway.errors import BadRequest
from gateway.http import asked_days
from gateway.http.asking import ask
from gateway.http.session import BEARER
from gateway.identifiers import NHSNumber
from gateway.sheets import lists


def add_to(blueprint: Blueprint) -> None:
    """The addresses; the one by POST has no form and so no form's token."""
    blueprint.add_url_rule("/audit/questions/<name>", view_func=question)
    blueprint.add_url_rule("/audit/users/<user>", "audit_user_did", user)
    blueprint.add_url_rule("/audit/patient", view_func=who_saw, methods=["POST"])
    blueprint.record_once(_without_form_token)


def question(name: str) -> Response:
    """One question, of the last 31 days where no day is given."""
    return _told(asked_days.asked(name))


def user(user: str) -> Response:
    """What one user did."""
    return _told(asked_days.of_user(user))


def who_saw() -> Response:
    """Who looked at the patient whose `nhs_number` the JSON body has. Raises Unauthorized without a token."""
    if not request.headers.get("Authorization", "").startswith(BEARER):
        raise Unauthorized
    given = request.get_json(silent=True)
    asked = given if isinstance(given, dict) else {}
    page = {"page": asked["page"]} if "page" in asked else {}
    try:
        number = NHSNumber.parse(str(asked.get("nhs_number", "")))
    except ValueError as fault:
        ask("audit", "audit.patient", "list", question={"token": ""})
        raise BadRequest("nhs_number is to be a valid NHS number of ten digits, as text") from fault
    return _told(asked_days.who_saw(number, **page))


def _without_form_token(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(who_saw)


def _told(shown: Changed[Found]) -> Response:
    rows = shown.value.rows
    columns, records = lists.as_records(rows)
    whole = {"columns": columns, "rows": records, **lists.total_of(rows), "days": dict(shown.value.days)}
    body = json.dumps({**whole, "event": shown.receipt.index}, ensure_ascii=False)
    return Response(body, content_type="application/json")
