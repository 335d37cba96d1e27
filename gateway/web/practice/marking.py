"""Marks on the practice's own patients: reviewed, given to a colleague, not our patient. Closed lists, no free text.

Who is marked has to be on the list, which the store is asked first; the change and its event are one transaction, and
the log has the patients by their tokens. Nothing is ever removed: to undo is a mark of its own (RS-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.grant import Grant
from gateway.audit.event import EventType, Subjects
from gateway.catalogue import worklist as words
from gateway.enforcement.change import Outcome
from gateway.enforcement.work_list import ME, NOBODY
from gateway.errors import BadRequest, NotFound
from gateway.http.asking import alter, ask, desk
from gateway.http.session import current_subject
from gateway.stores.outbox import Transaction
from gateway.stores.practice_work import marks
from gateway.web.practice import filters
from gateway.web.practice.blueprint import blueprint

ACTIONS = {words.REVIEW: "review", words.ASSIGNMENT: "assign", words.CORRECTION: "correct"}
MOST = 50  # patients marked at once: a page
COLLEAGUE = "colleague"  # sent to choose one on a page of its own


@blueprint.post("/worklist/marks")
def mark_selected() -> AnyResponse | str:
    """One mark on everybody who is ticked on the page of the list, and back to the first of them."""
    form = request.form
    chosen, task = tuple(dict.fromkeys(form.getlist("handle"))), form.get("do", "")
    if not chosen:
        return render_template("practice/nobody_ticked.html", back=filters.back(form.get("back", "")))
    if task == "review":
        code = _outcome(form.get("outcome", ""))
        write(words.REVIEW, chosen, code)
        return _back(chosen, f"marked as reviewed: {words.OUTCOMES[code]}")
    if task != "assign":
        raise BadRequest("Choose what to do with the patients you ticked.")
    if form.get("taker") == COLLEAGUE:
        return _colleagues_page(chosen)
    return _assigned(chosen, _taker(form.get("taker", "")))


@blueprint.post("/worklist/assign")
def assign_selected() -> AnyResponse:
    """Give everybody who was ticked to a colleague, and back to the first of them."""
    chosen = tuple(dict.fromkeys(request.form.getlist("handle")))
    return _assigned(chosen, colleague(request.form.get("colleague", "")))


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
    today, permitted = desk().today().isoformat(), desk().policy.permissions
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


def takers(whose: Sequence[str], me: str) -> dict[str, str]:
    """To whom the list itself can give patients, by what is sent. whose: everybody who has been given one."""
    known = {user: user for user in whose if user != me}
    return {ME: "Me", **known, COLLEAGUE: "Another colleague" if known else "A colleague", NOBODY: "Nobody"}


def _taker(sent: str) -> str:
    """The user who is given the patients; '' for nobody. Raises BadRequest."""
    if not sent:
        raise BadRequest("Choose to whom the patients are assigned.")
    if sent == NOBODY:
        return ""
    return current_subject().user if sent == ME else colleague(sent)


def _assigned(chosen: tuple[str, ...], user: str) -> AnyResponse:
    write(words.ASSIGNMENT, chosen, user)
    return _back(chosen, f"assigned to {user or 'nobody'}")


def _back(chosen: tuple[str, ...], told: str) -> AnyResponse:
    """To the list as it was, at the first of them; the page says once what was done, for where they have left it."""
    flash(f"{len(chosen)} patient is {told}." if len(chosen) == 1 else f"{len(chosen)} patients are {told}.")
    return redirect(filters.back(request.form.get("back", ""), chosen[0]), HTTPStatus.SEE_OTHER)


def _colleagues_page(chosen: tuple[str, ...]) -> str:
    return render_template(
        "practice/assign.html",
        handles=chosen,
        colleagues={user: name for user, name in colleagues().items() if user != current_subject().user},
        back=request.form.get("back", ""),
        list=filters.back(request.form.get("back", "")),
    )
