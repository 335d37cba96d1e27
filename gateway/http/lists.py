"""A list that can be asked for: one line that says its address and what the policy is asked; pages and API share it.

`?column=value` filters by the view's own columns, `sort` by a sortable one ('-' for descending), `page` from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from gateway.access.decision import Value
from gateway.audit.event import EventType
from gateway.enforcement.answer import Answer, Render
from gateway.errors import BadRequest
from gateway.http import cohorts
from gateway.http.asking import ask, ask_beside
from gateway.stores.result import Rows

LONGEST = 200  # characters of one filter
Asks = Callable[[str, Mapping[str, Value], EventType | None, Render | None], Answer]


@dataclass(frozen=True, slots=True)
class Listing:
    """path: of the page, and below /api/v1. part: the view's part that is the list. keys: parts of the address.

    beside: the resource in another store that is asked with it. by: asks in a way of its own.
    """

    path: str
    purpose: str
    resource: str
    part: str
    action: str = "list"
    exports: bool = False
    kind: EventType | None = None  # of its event, where it is not simply access.permitted
    beside: str = ""
    by: Asks | None = None

    def ask(self, **keys: str) -> tuple[Answer, Rows]:
        """One page of the list for the filters of this request."""
        answer = self._asked(self.action, question_of(request.args, keys), kind=self.kind)
        return answer, answer.result.parts[self.part]

    def export(self, filters: Mapping[str, Value], render: Render) -> Answer:
        """The whole list as the file that `render` makes of it."""
        asked = {name: value for name, value in filters.items() if name != "page"}
        return self._asked("export", asked, EventType.EXPORT_CREATED, render)

    def _asked(
        self, action: str, question: Mapping[str, Value], kind: EventType | None = None, render: Render | None = None
    ) -> Answer:
        if self.by:
            return self.by(action, question, kind, render)
        if self.beside:
            whole = (self.purpose, self.resource, action, self.beside)
            return ask_beside(*whole, question=question, kind=kind, render=render)
        return ask(self.purpose, self.resource, action, question=question, kind=kind, render=render)


LISTS = (  # every list that pages and API serve; a new one is a line here and nothing else
    Listing(
        "/practice/worklist", "direct_care", "practice.worklist", "patients", exports=True, beside="practice.marks"
    ),
    Listing("/practice/views", "direct_care", "practice.views", "views"),
    Listing("/practice/cohorts", "direct_care", "practice.cohorts", "cohorts", by=cohorts.listed),
    Listing(
        "/practice/cohorts/<cohort>", "direct_care", "practice.cohort", "patients", exports=True, by=cohorts.opened
    ),
    Listing("/practice/summary", "direct_care", "practice.summary", "cells", exports=True),
    Listing("/population/", "commissioning", "population.dashboard", "cells", action="read", exports=True),
    Listing("/population/patients", "commissioning", "population.patients", "patients"),
    Listing("/population/patients/<pseudonym>", "commissioning", "population.patient", "history", action="read"),
    Listing("/ceff/deliveries", "invoice_validation", "invoices.deliveries", "deliveries"),
    Listing("/ceff/invoices", "invoice_validation", "invoices.invoices", "invoices"),
    Listing("/ceff/invoices/<invoice>", "invoice_validation", "invoices.invoice", "lines", action="read"),
    Listing("/finance/notices", "invoice_validation", "invoices.notices", "notices", exports=True),
    Listing("/auditor/search", "audit", "audit.events", "events", kind=EventType.AUDIT_SEARCHED),
    Listing("/auditor/users/<user>", "audit", "audit.user", "events", kind=EventType.AUDIT_SEARCHED),
    Listing("/auditor/exports", "audit", "audit.exports", "exports"),
    Listing("/privacy/review", "audit", "privacy.review", "reviews"),
    Listing("/privacy/runs", "audit", "intake.runs", "runs"),
    Listing("/administration/users", "administration", "administration.users", "users"),
    Listing("/administration/grants", "administration", "administration.grants", "grants"),
)


def listing_of(resource: str) -> Listing:
    """The list of a resource. Raises KeyError."""
    return {listing.resource: listing for listing in LISTS}[resource]


def question_of(given: MultiDict[str, str], keys: Mapping[str, str] | None = None) -> dict[str, Value]:
    """Filters, sort and page as the view's words; an empty choice is no filter. Raises BadRequest."""
    question: dict[str, Value] = dict(keys or {})
    for name, values in given.lists():
        chosen = tuple(value for value in values if value)
        if any(len(value) > LONGEST for value in chosen):
            raise BadRequest("a filter is too long")
        if chosen:
            question[name] = _page(chosen[-1]) if name == "page" else chosen[0] if len(chosen) == 1 else chosen
    return question


def _page(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 7:  # noqa: PLR2004 digits of the last page
        raise BadRequest("page must be a whole number from 1")
    return int(text)
