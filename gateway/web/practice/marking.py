"""Marks on the practice's own patients: reviewed, given to a colleague, not our patient. Closed lists, no free text.

Who is marked has to be on the list, which the store is asked first; the change and its event are one transaction, and
the log has the patients by their tokens. Nothing is ever removed: to undo is a mark of its own (RS-2).
"""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.grant import Grant
from gateway.access.snapshot import LONDON
from gateway.audit.event import EventType, Subjects
from gateway.catalogue import worklist as words
from gateway.enforcement.change import Outcome
from gateway.errors import BadRequest, NotFound
from gateway.http.asking import alter, ask, desk
from gateway.http.session import current_subject
from gateway.stores.outbox import Transaction
from gateway.stores.practice_work import marks
from gateway.web.practice import filters
from gateway.web.practice.blueprint import blueprint

ACTIONS = {words.REVIEW: "review", words.ASSIGNMENT: "assign", words.CORRECTION: "correct"}
MOST = 50  # patients marked at once: a page


@blueprint.post("/worklist/marks")
def mark_selected() -> AnyResponse | str:
    """One mark on everybody who is ticked on the page of the list, and back to the first of them."""
    form = request.form
    chosen, task = tuple(dict.fromkeys(form.getlist("handle"))), form.get("do", "")
    if not chosen:
        return render_template("practice/nobody_ticked.html", back=filters.back(form.get("back", "")))
    if task == "give":
        return _colleagues_page(chosen)
    if task == "review":
        write(words.REVIEW, chosen, _outcome(form.get("outcome", "")))
    else:
        write(words.ASSIGNMENT, chosen, _taker(task))
    return redirect(filters.back(form.get("back", ""), chosen[0]), HTTPStatus.SEE_OTHER)


@blueprint.post("/worklist/assign")
def assign_selected() -> AnyResponse:
    """Give everybody who was ticked to a colleague, and back to the first of them."""
    chosen = tuple(dict.fromkeys(request.form.getlist("handle")))
    write(words.ASSIGNMENT, chosen, colleague(request.form.get("colleague", "")))
    return redirect(filters.back(request.form.get("back", ""), chosen[0]), HTTPStatus.SEE_OTHER)


def write(kind: str, handles: tuple[str, ...], code: str) -> None:
    """Mark each; '' takes back what was. Raises BadRequest, NotFound where one is not on the list: then nobody is."""
    if not 1 <= len(handles) <= MOST:
        raise BadRequest(f"Choose 1 to {MOST} patients.")
    checked = ask("direct_care", "practice.worklist", "check", question={"handle": handles}).result
    if checked.count != len(handles):
        raise NotFound
    about, at = Subjects(checked.store, checked.subjects), desk().now().isoformat(timespec="milliseconds")

    def act(grant: Grant, transaction: Transaction) -> Outcome[None]:
        subject = grant.request.subject
        marks.add(transaction.connection, kind, subject.organisation, handles, (code, subject.user, at))
        told = {"changed": [kind], "code": code or "taken back", "patients": len(handles)}
        return Outcome(None, EventType.ACCESS_PERMITTED, told, about)

    alter("direct_care", "practice.marks", ACTIONS[kind], act)


def colleagues() -> dict[str, str]:
    """Name by user of whoever may work with the list at the subject's practice today."""
    rows = ask("direct_care", "practice.colleagues", "list").result.parts["colleagues"]
    today, permitted = desk().now().astimezone(LONDON).date().isoformat(), desk().policy.permissions
    return {
        str(row["user"]): str(row["name"])
        for row in rows.records()
        if str(row["valid_from"]) <= today <= str(row["valid_until"] or today)
        and (str(row["role"]), "direct_care", "practice.worklist", "list") in permitted
    }


def colleague(user: str) -> str:
    """Somebody to give a patient to; '' for nobody. Raises BadRequest for anybody else than a colleague."""
    if user and user != current_subject().user and user not in colleagues():
        raise BadRequest("Choose somebody who works with this list at your practice.")
    return user


def _outcome(code: str) -> str:
    if code not in words.OUTCOMES:
        raise BadRequest("Choose an outcome for the review.")
    return code


def _taker(task: str) -> str:
    """Who is given the patients by a button: oneself, or nobody."""
    takers = {"take": current_subject().user, "drop": ""}
    if task not in takers:
        raise BadRequest("Choose what to do with the patients you ticked.")
    return takers[task]


def _colleagues_page(chosen: tuple[str, ...]) -> str:
    return render_template(
        "practice/assign.html",
        handles=chosen,
        colleagues=colleagues(),
        back=request.form.get("back", ""),
        list=filters.back(request.form.get("back", "")),
    )
