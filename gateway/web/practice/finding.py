"""An own patient by NHS number, which comes by POST and stands in no address and on no log but as a token (RS-2)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.http.asking import ask
from gateway.identifiers import NHSNumber
from gateway.web.practice.blueprint import blueprint

NOT_A_NUMBER = "Enter an NHS number of 10 digits. The last one does not fit the others, or a digit is missing."
NOT_YOURS = "No patient at risk at your practice has this NHS number. This says nothing about anybody elsewhere."


@blueprint.get("/find")
def find_form() -> str:
    """The form, for whoever may find patients with it."""
    ask("direct_care", "practice.worklist", "find", question={"nhs_number": ""})
    return render_template("practice/find.html", told="")


@blueprint.post("/find")
def find() -> AnyResponse:
    """The patient where she is on the list of the practice; else the form with one sentence, whoever it may be."""
    try:
        number = NHSNumber.parse(request.form.get("nhs_number", "")).for_storage()
    except ValueError:
        return _again(NOT_A_NUMBER, HTTPStatus.BAD_REQUEST)
    found = ask("direct_care", "practice.worklist", "find", question={"nhs_number": number}).result.parts["patients"]
    if not found.rows:
        return _again(NOT_YOURS, HTTPStatus.OK)
    handle = str(found.records()[0]["handle"])
    return redirect(url_for("practice.patient", handle=handle), HTTPStatus.SEE_OTHER)


def _again(told: str, status: HTTPStatus) -> Response:
    return make_response(render_template("practice/find.html", told=told), status)
