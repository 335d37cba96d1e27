"""One's own account: what is held about oneself, and a new password, given the old one."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request

from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.enforcement.change import Outcome
from gateway.errors import AccessDenied, BadRequest, TooManyAttempts
from gateway.http import passwords, sign_in
from gateway.http.asking import alter, ask, desk, note
from gateway.http.session import current_subject
from gateway.stores.outbox import Transaction

blueprint = Blueprint("account", __name__)
OWN = ("administration", "account.own")


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


def _page(told: str = "", *, changed: bool = False) -> str:
    parts = {name: part.records() for name, part in ask(*OWN, "read").result.parts.items()}
    roles = desk().policy.vocabulary.roles
    memberships = [{**one, "title": roles[str(one["role"])].title} for one in parts["memberships"]]
    return render_template(
        "account/account.html", account=parts["account"][0], memberships=memberships, told=told, changed=changed
    )
