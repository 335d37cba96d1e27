"""What a person or a program is told when something is refused or goes wrong (RFC 9457 on the API).

What happened, what to do, and the event's reference; never a value. A refusal never says whether a thing exists:
outside one's scope, 403 and 404 read alike.
"""

from __future__ import annotations

import json
import traceback
from http import HTTPStatus
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException, Unauthorized

from gateway.access.decision import ReasonCode
from gateway.access.sentences import sentence
from gateway.errors import AccessDenied, BadRequest, GatewayError, NotFound
from gateway.http.headers import request_id
from gateway.http.session import FOR_PROGRAMS

API = "/api/"
SIGN_IN = "/sign-in"
SENTENCES = {
    400: "The request could not be understood.",
    401: "Sign in first.",
    403: "You do not have access to this.",
    404: NotFound.public,
    405: "This address does not take that kind of request.",
    413: "That was too large. Nothing of it was kept.",
    500: GatewayError.public,
}
WHAT_NEXT = {
    400: "Go back, check what you entered, and try again.",
    403: "If you need it for your work, ask your access administrator.",
    404: "If you typed the address, check it. If you followed a link, go back to your desk and start again from there.",
    409: "Open the page again to see how things stand.",
    429: "Wait a few minutes, then try again.",
    503: "Wait a minute, then try again. If it goes on, tell whoever runs the gateway.",
}
log = structlog.get_logger()


def attach(app: Flask) -> None:
    """Answer each error of ours, of the web framework and of nobody's."""
    app.register_error_handler(GatewayError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def respond_to(status: int, told: str, event: int | None = None) -> Response:
    """The page or the problem document. told: a public sentence. event: the index on the log that tells of it."""
    if event is not None:
        g.setdefault("events", []).append(event)
    if request.path.startswith(FOR_PROGRAMS):
        return _document(status, told, event)
    g.plain = status >= HTTPStatus.INTERNAL_SERVER_ERROR  # the page's head then asks no store
    page = render_template(
        "errors/error.html", title=_title(status), told=told, next_step=WHAT_NEXT.get(status, ""), event=event
    )
    return make_response(page, status)


def _document(status: int, told: str, event: int | None) -> Response:
    problem: dict[str, object] = {"type": "about:blank", "title": _title(status), "status": status, "detail": told}
    problem["instance"] = f"urn:request:{request_id()}"
    if event is not None:
        problem["event"] = event
    return Response(json.dumps(problem), status, content_type="application/problem+json")


def _title(status: int) -> str:
    titles = {403: "You do not have access", 404: "Page not found", 500: "Something went wrong"}
    return titles.get(status) or HTTPStatus(status).phrase.capitalize()


def _ours(error: GatewayError) -> Response:
    if isinstance(error, AccessDenied):
        if error.reason_code == ReasonCode.OBJECT_OUT_OF_SCOPE:
            return respond_to(404, NotFound.public, error.event)
        return respond_to(error.status, sentence(error.reason_code), error.event)
    told = str(error) if isinstance(error, BadRequest) else error.public
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", fault=type(error).__name__, index=error.event, request=request_id())
    return respond_to(error.status, told, error.event)


def _http(error: HTTPException) -> Response:
    if isinstance(error, Unauthorized) and not request.path.startswith(FOR_PROGRAMS):
        return make_response(redirect(_sign_in(), HTTPStatus.SEE_OTHER))
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    told = _form_expired(error) or SENTENCES.get(status) or HTTPStatus(status).phrase
    answer = respond_to(status, told)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _sign_in() -> str:
    """Where to sign in, and come back to for a page that was only looked at."""
    wanted = request.path if request.method == "GET" and request.path != "/" else ""
    return f"{SIGN_IN}?next={quote(wanted)}" if wanted else SIGN_IN


def _form_expired(error: HTTPException) -> str:
    expired = type(error).__name__ == "CSRFError"
    return "This form is too old, or was opened before you signed in. Open the page again and send it from there." * (
        expired
    )


def _fault(error: Exception) -> Response:
    """An error that nobody foresaw: its class goes to the log, its text to nobody."""
    log.error("fault", fault=type(error).__name__, at=_place(error), request=request_id())
    return respond_to(HTTPStatus.INTERNAL_SERVER_ERROR, GatewayError.public)


def _place(error: Exception) -> list[str]:
    """Function and line of the innermost calls, without a value."""
    return [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]
