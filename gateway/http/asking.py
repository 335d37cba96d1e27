"""The one way a page or an address of the API reaches data: an AccessRequest of the signed-in subject, answered.

Sets `Gateway-Event` on the response and tells the egress guard what the answer may show. Keeps ALL-1 and ALL-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from gateway.access.decision import AccessRequest, Context, Value
from gateway.audit.event import EventType
from gateway.catalogue.worklist import LIST
from gateway.enforcement.answer import Answer, Render, answer
from gateway.enforcement.change import Act, Changed, change
from gateway.enforcement.desk import Desk
from gateway.enforcement.work_list import WorkListed, work_list
from gateway.http import egress
from gateway.http.headers import request_id
from gateway.http.session import current_subject

T = TypeVar("T")
HEADER = "Gateway-Event"
API = "/api/"


def desk() -> Desk:
    """The desk that this application was made around."""
    found: Desk = current_app.extensions["desk"]
    return found


def ask(  # noqa: PLR0913 the parts of a question, each by its name
    purpose: str,
    resource: str,
    action: str,
    *,
    question: Mapping[str, Value] | None = None,
    kind: EventType | None = None,
    render: Render | None = None,
    **context: Any,  # noqa: ANN401 fields of Context: reason, attested, approved_by
) -> Answer:
    """Ask as the signed-in subject; whatever enforcement raises goes on to the error pages.

    kind: the event's type where it is not simply access.permitted. render: an export's whole file.
    """
    asked = request_for(purpose, resource, action, question=question, **context)
    answered = answer(asked, desk=desk(), kind=kind, render=render)
    egress.may_show(answered.grant.view.field_classes)
    note(answered.receipt.index)
    return answered


def ask_beside(  # noqa: PLR0913 the parts of a question, each by its name
    purpose: str,
    resource: str,
    action: str,
    beside: str,
    *,
    counts: str = "",
    question: Mapping[str, Value] | None = None,
    kind: EventType | None = None,
    render: Render | None = None,
) -> WorkListed:
    """Ask for the work list; `beside` is the resource of what was written about whoever is on it.

    counts: the resource of how many joined and left the list, where that is wanted too.
    """
    asked = request_for(purpose, resource, action, question=question)
    written = request_for(purpose, beside, "list")
    moved = request_for(purpose, counts, "list", question={"cut": LIST}) if counts else None
    answered = work_list(asked, written, desk=desk(), counts=moved, kind=kind, render=render)
    egress.may_show(answered.grant.view.field_classes)
    note(answered.receipt.index)
    return answered


def alter(
    purpose: str,
    resource: str,
    action: str,
    act: Act[T],
    *,
    question: Mapping[str, Value] | None = None,
    **context: Any,  # noqa: ANN401 fields of Context
) -> Changed[T]:
    """Change something as the signed-in subject, by enforcement's change()."""
    asked = request_for(purpose, resource, action, question=question, **context)
    changed = change(asked, act, desk=desk())
    note(changed.receipt.index)
    return changed


def request_for(
    purpose: str,
    resource: str,
    action: str,
    *,
    question: Mapping[str, Value] | None = None,
    **context: Any,  # noqa: ANN401 fields of Context
) -> AccessRequest:
    """The signed-in subject's request, with this web request around it. Raises Unauthorized where nobody is."""
    around = Context(
        request_id=request_id(),
        channel="api" if request.path.startswith(API) else "web",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "",
        host=request.host,
        address=request.remote_addr or "",
        **context,
    )
    return AccessRequest(current_subject(), purpose, resource, action, around, question or {})


def note(event: int | None) -> None:
    """Name this event of the log in the answer's header."""
    if event is not None:
        g.setdefault("events", []).append(event)


def attach(app: Flask) -> None:
    """Name this request's events in each answer."""
    app.after_request(_name_events)


def _name_events(response: Response) -> Response:
    if "events" in g:
        response.headers[HEADER] = ", ".join(str(index) for index in g.events)
    return response
