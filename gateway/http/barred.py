"""Whoever an agreement bars by name gets nothing but the way out, and each request is a suspected breach (RS-11)."""

from __future__ import annotations

from flask import Flask, current_app, request

from gateway.access.decision import AccessRequest, Context
from gateway.enforcement.answer import permitted
from gateway.http.headers import request_id
from gateway.http.session import subject_or_none

WAY_OUT = "/sign-out"


def attach(app: Flask) -> None:
    """Look at who asks before any page does."""
    app.before_request(_refuse_the_barred)


def _refuse_the_barred() -> None:
    """Raises AccessDenied, with `breach.suspected` on the log."""
    subject = subject_or_none()
    desk = current_app.extensions["desk"]
    if subject is None or request.path == WAY_OUT or not desk.policy.is_breach(subject):
        return
    route = request.url_rule.rule if request.url_rule else ""
    context = Context(
        request_id(), method=request.method, route=route, host=request.host, address=request.remote_addr or ""
    )
    permitted(AccessRequest(subject, "administration", "account.own", "read", context), desk=desk)
