"""What the practice wrote about one patient: reviews, assignments, corrections, their history, the next one."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.catalogue import worklist as words
from gateway.errors import BadRequest
from gateway.http.asking import ask
from gateway.web.practice import marking
from gateway.web.practice.blueprint import blueprint

CODES = {words.REVIEW: words.OUTCOMES, words.CORRECTION: words.CORRECTIONS}


@blueprint.get("/patients/<handle>/marks")
def patient_marks(handle: str) -> str:
    """The history, newest first, what holds now, and the forms. Raises NotFound for nobody of the list."""
    on_list = ask("direct_care", "practice.worklist", "check", question={"handle": handle}).result.parts["person"]
    found = ask("direct_care", "practice.marks", "read", question={"handle": handle}).result.parts["history"].records()
    history = [{**one, "told": words.told(str(one["kind"]), str(one["code"]))} for one in found]
    return render_template(
        "practice/patient_marks.html",
        handle=handle,
        nhs_number=on_list.records()[0]["nhs_number"],
        history=history,
        now={str(one["kind"]): str(one["told"]) for one in history if one["latest"]},
        kinds=words.KINDS,
        outcomes=words.OUTCOMES,
        corrections=words.CORRECTIONS,
        colleagues=marking.colleagues(),
    )


@blueprint.post("/patients/<handle>/marks")
def mark_patient(handle: str) -> AnyResponse:
    """One more mark, or one that takes the last of its kind back. Raises BadRequest or NotFound."""
    kind, code = request.form.get("kind", ""), request.form.get("code", "")
    if kind == words.ASSIGNMENT:
        marking.write(kind, (handle,), marking.colleague(code))
    elif kind in CODES and (request.form.get("undo") == "yes" or code in CODES[kind]):
        marking.write(kind, (handle,), "" if request.form.get("undo") == "yes" else code)
    else:
        raise BadRequest("Choose one of the list.")
    return redirect(url_for("practice.patient_marks", handle=handle, _anchor="now"), HTTPStatus.SEE_OTHER)
