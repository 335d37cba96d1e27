"""One's own account: what is held about oneself, a new password, given the old one, and tokens for the API.

A token acts in the role it was made in, is shown once, held as its hash, and ends by itself (docs/accounts.md).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.enforcement.change import Outcome
from gateway.errors import AccessDenied, BadRequest, NotFound, TooManyAttempts
from gateway.http import passwords, sign_in
from gateway.http.asking import alter, ask, desk, note
from gateway.http.session import current_subject, hash_of, signed_in
from gateway.stores.accounts import tokens
from gateway.stores.outbox import Transaction

blueprint = Blueprint("account", __name__)
OWN = ("administration", "account.own")
LONGEST_NAME, LONGEST_DAYS = 40, 90


@blueprint.get("/account")
def account() -> str:
    """Own details, roles and the form for a new password."""
    return _page()


@blueprint.post("/account")
def change_password() -> Response:
    """A new password; every other session ends. A wrong old one counts towards the lock as at sign-in."""
    subject = current_subject()
    try:
        new = _new_password(subject.user)
        _check_old(subject.user)
    except BadRequest as fault:
        return make_response(_page(told=str(fault)), HTTPStatus.BAD_REQUEST)
    password_hash = passwords.hashed(new)

    def act(_grant: Grant, transaction: Transaction) -> Outcome[None]:
        sign_in.replace_password(transaction.connection, subject.user, password_hash, but=subject.session)
        return Outcome(None, EventType.ACCESS_PERMITTED, {"changed": ["password"]})

    alter(*OWN, "update", act)
    return make_response(_page(changed=True))


@blueprint.post("/account/tokens")
def make_token() -> Response:
    """A bearer token for the API in the role acted in now; the page shows it, once."""
    subject, held = current_subject(), signed_in().session.held
    try:
        name, days = _token_asked()
    except BadRequest as fault:
        return make_response(_page(told=str(fault), field="name"), HTTPStatus.BAD_REQUEST)
    secret, made = secrets.token_urlsafe(32), desk().now()
    until = made + timedelta(days=days)

    def act(_grant: Grant, transaction: Transaction) -> Outcome[None]:
        whose = (subject.user, held.id if held else 0)
        seconds = (int(made.timestamp()), int(until.timestamp()))
        number = tokens.add(transaction.connection, hash_of(secret), name, *whose, *seconds)
        details = {"changed": ["token made"], "token": number, "until": until.date().isoformat()}
        return Outcome(None, EventType.ACCESS_PERMITTED, details)

    alter(*OWN, "update", act)
    return make_response(_page(token=secret))


@blueprint.post("/account/tokens/<int:number>/revoke")
def revoke_token(number: int) -> AnyResponse:
    """End a token at its next use."""
    user = current_subject().user

    def act(_grant: Grant, transaction: Transaction) -> Outcome[None]:
        if not tokens.revoke(transaction.connection, number, user):
            raise NotFound
        return Outcome(None, EventType.ACCESS_PERMITTED, {"changed": ["token revoked"], "token": number})

    alter(*OWN, "update", act)
    return redirect(url_for("account.account"), HTTPStatus.SEE_OTHER)


def _token_asked() -> tuple[str, int]:
    """Name and days of the token that the form asks for. Raises BadRequest."""
    name, days = request.form.get("name", "").strip(), request.form.get("days", "")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadRequest(f"Give the token a name of 1 to {LONGEST_NAME} characters.")
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:4]) <= LONGEST_DAYS):
        raise BadRequest(f"A token lasts 1 to {LONGEST_DAYS} days.")
    return name, int(days)


def _new_password(user: str) -> str:
    new = request.form.get("password", "")
    if new != request.form.get("again", ""):
        raise BadRequest("The two new passwords differ.")
    passwords.check(new, user)
    return new


def _check_old(user: str) -> None:
    try:
        sign_in.check_password(desk(), user, request.form.get("old", ""), request.remote_addr or "", {"channel": "web"})
    except (AccessDenied, TooManyAttempts) as refusal:
        note(refusal.event)
        raise BadRequest("The password you have now is not right.") from refusal


def _page(told: str = "", *, field: str = "old", changed: bool = False, token: str = "") -> str:
    parts = {name: part.records() for name, part in ask(*OWN, "read").result.parts.items()}
    roles = desk().policy.vocabulary.roles
    memberships = [{**one, "title": roles[str(one["role"])].title} for one in parts["memberships"]]
    return render_template(
        "account/account.html",
        account=parts["account"][0],
        memberships=memberships,
        tokens=[{**one, "last": _moment(one["until"])} for one in parts.get("tokens", [])],
        told=told,
        field=field,
        changed=changed,
        token=token,
        longest_days=LONGEST_DAYS,
    )


def _moment(seconds: object) -> str:
    return datetime.fromtimestamp(int(str(seconds)), UTC).isoformat(timespec="seconds")
