"""The third wall: where no view of a page has NHS numbers, no run of ten digits that is one leaves (RS-3, RS-4, IV).

It looks nothing up, so it tells nobody who is held; digits may have a space or a hyphen between them. A long
hexadecimal reference (a hash, an event's id) is no number. What it stops is counted and an event, and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, Response, current_app, g, request
from prometheus_client import Counter

from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.http.headers import request_id
from gateway.http.problems import API, respond_to
from gateway.http.session import subject_or_none
from gateway.identifiers import holds_nhs_number as holds_one

NHS_NUMBER = "nhs_number"  # the field class of policies/views.toml
STOPPED = Counter("gateway_nhs_numbers_stopped", "Responses that the egress guard replaced")
_RUN = re.compile(rb"[0-9](?:(?:[ -]|&nbsp;|\xc2\xa0)?[0-9]){9,}")
_REFERENCE = re.compile(rb"(?=[0-9-]*[a-f])[0-9a-f-]{32,}")


def attach(app: Flask) -> None:
    """Look through every answer."""
    app.after_request(_guard)


def may_show(field_classes: Iterable[str]) -> None:
    """The answer of this request comes from a view with these field classes."""
    if NHS_NUMBER in field_classes:
        g.shows_nhs_numbers = True


def holds_nhs_number(body: bytes) -> bool:
    """Whether a run of ten digits with the right check digit stands anywhere in `body`."""
    return any(_is_one(body, run) for run in _RUN.finditer(body))


def _is_one(body: bytes, run: re.Match[bytes]) -> bool:
    if not holds_one(run.group().replace(b"&nbsp;", b" ").decode("latin-1")):
        return False
    around = body[max(0, run.start() - 64) : run.end() + 64]
    offset = run.start() - max(0, run.start() - 64)
    return not any(ref.start() <= offset < ref.end() for ref in _REFERENCE.finditer(around))


def _guard(response: Response) -> Response:
    if g.get("shows_nhs_numbers") or response.direct_passthrough or not holds_nhs_number(response.get_data()):
        return response
    STOPPED.inc()
    desk = current_app.extensions["desk"]
    receipt = desk.log.append(events.event(EventType.BREACH_SUSPECTED, _fields()))
    return respond_to(500, "An answer was stopped because it held what looks like an NHS number.", receipt.index)


def _fields() -> dict[str, object]:
    subject = subject_or_none()
    who = {} if subject is None else {"user": subject.user, "role": subject.role, "organisation": subject.organisation}
    route = request.url_rule.rule if request.url_rule else ""
    return {
        "actor": who,
        "channel": "api" if request.path.startswith(API) else "web",
        "request": request_id(),
        "interaction": {"method": request.method, "route": route},
        "fault": "nhs_number_in_answer",
    }
