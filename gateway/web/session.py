"""Signing in and out, the role one acts in, and the first password by a one-time link.

A failed sign-in reads the same whoever was tried, and leads nowhere but to this product's own pages.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from gateway.errors import AccessDenied, BadRequest, TooManyAttempts
from gateway.http import session, sign_in
from gateway.http.asking import desk, note
from gateway.http.headers import request_id

blueprint = Blueprint("session", __name__)
LONGEST_USER = 64
NO_MATCH = "The user name and password do not match, or the account is locked. Your access administrator can unlock it."
TOO_MANY = TooManyAttempts.public
NO_LINK = "This link has been used or is too old. Ask your access administrator for another."
_OWN_PATH = re.compile(r"/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*/?")


@blueprint.get("/sign-in")
def sign_in_form() -> Response:
    """The form; whoever is signed in already goes on to their desk."""
    if session.subject_or_none() is not None:
        return _go_to("/")
    return _form()


@blueprint.post("/sign-in")
def sign_in_now() -> Response:
    """A new session, in the only role held, else without one until it is chosen."""
    user, password = request.form.get("user", "").strip(), request.form.get("password", "")
    around = {"channel": "web", "request": request_id(), "host": request.host}
    try:
        address = request.remote_addr or ""
        account = sign_in.check_password(desk(), user[:LONGEST_USER], password, address, around)
    except (AccessDenied, TooManyAttempts) as refusal:
        note(refusal.event)
        told = TOO_MANY if isinstance(refusal, TooManyAttempts) else NO_MATCH
        return _form(told, refusal.status)
    held = sign_in.memberships_today(desk(), account.user)
    response = _go_to(own_path(request.form.get("next", "")) if len(held) == 1 else "/acting-role")
    session.begin(response, account, held[0] if len(held) == 1 else None)
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session at once."""
    response = _go_to("/sign-in")
    session.finish(response)
    return response


@blueprint.get("/acting-role")
def acting_role_form() -> str:
    """What one may act in today; one role at a time."""
    return _roles()


@blueprint.post("/acting-role")
def acting_role() -> Response:
    """Act in another role from now on, under a new session id."""
    given, now = request.form.get("membership", ""), session.signed_in()
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0  # noqa: PLR2004 digits
    held = sign_in.acting_in(desk(), now.subject.user, number)
    if held is None:
        return make_response(_roles("Choose one of your roles."), HTTPStatus.BAD_REQUEST)
    response = _go_to("/")
    session.begin(response, now.session.account, held)
    return response


@blueprint.get("/account/alive")
def alive() -> Response:
    """Stay signed in: reading the session was the use that it needed; how many seconds it lasts from here."""
    session.signed_in()
    return Response(str(session.seconds_left()), content_type="text/plain; charset=utf-8")


@blueprint.get("/first-password/<secret>")
def first_password_form(secret: str) -> str:
    """The form behind a one-time link; looking at it uses nothing up."""
    return render_template("session/first_password.html", secret=secret, told="")


@blueprint.post("/first-password/<secret>")
def first_password(secret: str) -> Response:
    """Set the password, once; then sign in with it."""
    password, told = request.form.get("password", ""), ""
    if password != request.form.get("again", ""):
        told = "The two passwords differ."
    else:
        try:
            told = "" if sign_in.use_link(desk(), secret, password) else NO_LINK
        except BadRequest as fault:
            told = str(fault)
    if told:
        page = render_template("session/first_password.html", secret=secret, told=told)
        return make_response(page, HTTPStatus.BAD_REQUEST)
    return _go_to("/sign-in")


def own_path(wanted: str) -> str:
    """`wanted` where it is the path of a page of ours, else the desk: no address leads anywhere else."""
    if not _OWN_PATH.fullmatch(wanted):
        return "/"
    try:
        current_app.url_map.bind("").match(wanted, "GET")
    except HTTPException:
        return "/"
    return wanted


def _form(told: str = "", status: int = HTTPStatus.OK) -> Response:
    wanted = own_path(request.values.get("next", ""))
    return make_response(render_template("session/sign_in.html", told=told, next=wanted), status)


def _roles(told: str = "") -> str:
    now = session.signed_in()
    titles = {name: role.title for name, role in desk().policy.vocabulary.roles.items()}
    held = sign_in.memberships_today(desk(), now.subject.user)
    acting = now.session.held.id if now.session.held else 0
    return render_template("session/acting_role.html", held=held, titles=titles, current=acting, told=told)


def _go_to(path: str) -> Response:
    return make_response(redirect(path, HTTPStatus.SEE_OTHER))
