"""Filters of the work list kept by name: one's own, and those that colleagues of the same practice share."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.enforcement.change import Outcome
from gateway.errors import BadRequest, NotFound
from gateway.http import lists
from gateway.http.asking import alter
from gateway.http.session import current_subject
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.outbox import Transaction
from gateway.stores.practice_work import saved_views
from gateway.web.practice import filters
from gateway.web.practice.blueprint import blueprint

VIEWS = lists.listing_of("practice.views")
PAGE = "/practice/views"
LONGEST = 40  # characters of a name
LONGEST_QUESTION = 500
Whose = tuple[str, str]  # practice and owner


@blueprint.get("/views")
def views() -> str:
    """Every saved view that the subject may open."""
    _, rows = VIEWS.ask()
    user = current_subject().user
    found = [
        {**one, "mine": one["owner"] == user, "told": filters.in_words(str(one["question"]))} for one in rows.records()
    ]
    return render_template("practice/views.html", views=found, longest=LONGEST)


@blueprint.post("/views")
def save_view() -> AnyResponse:
    """Keep the filters of the list under a name."""
    name, shared = _name(), request.form.get("shared") == "yes"
    question = filters.question(request.form.get("question", ""))
    if len(question) > LONGEST_QUESTION:
        raise BadRequest("There are too many filters to keep.")

    def act(transaction: Transaction, whose: Whose) -> int:
        return saved_views.add(transaction.connection, whose, name, question, shared=shared)

    return _altered("save", "view saved", act)


@blueprint.post("/views/<int:number>/rename")
def rename_view(number: int) -> AnyResponse:
    """Give one's own view another name. Raises NotFound for anybody else's."""
    name = _name()

    def act(transaction: Transaction, whose: Whose) -> int:
        return number * saved_views.rename(transaction.connection, number, whose, name)

    return _altered("rename", "view renamed", act)


@blueprint.post("/views/<int:number>/delete")
def delete_view(number: int) -> AnyResponse:
    """Remove one's own view. Raises NotFound for anybody else's."""

    def act(transaction: Transaction, whose: Whose) -> int:
        return number * saved_views.remove(transaction.connection, number, whose)

    return _altered("delete", "view removed", act)


def _altered(action: str, told: str, change: Callable[[Transaction, Whose], int]) -> AnyResponse:
    """Do it with its event, and back to the views. Raises NotFound where `change` gives no number."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[None]:
        subject = grant.request.subject
        number = change(transaction, (subject.organisation, subject.user))
        if not number:
            raise NotFound
        return Outcome(None, EventType.ACCESS_PERMITTED, {"changed": [told], "view": number})

    alter("direct_care", "practice.views", action, act)
    return redirect(PAGE, HTTPStatus.SEE_OTHER)


def _name() -> str:
    """The name that the form gives. Raises BadRequest; a name never has an NHS number."""
    name = request.form.get("name", "").strip()
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise BadRequest(f"Give the view a name of 1 to {LONGEST} characters.")
    if holds_nhs_number(name):
        raise BadRequest("A view's name holds no NHS number. Give it another name.")
    return name
