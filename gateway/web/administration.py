"""The access administrator's desk: accounts, dated grants, the agreements as they stand, the policy. No patient data.

Grants are proposed by one administrator and approved by another (docs/accounts.md). Keeps ALL-2, ALL-12.
"""

from __future__ import annotations

import secrets
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from gateway.enforcement import granting, keeping
from gateway.enforcement.change import Act
from gateway.errors import BadRequest, NotFound
from gateway.http import lists, standing
from gateway.http.asking import alter, ask, desk
from gateway.http.sign_in import link_hash
from gateway.web import choices

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
USERS, GRANTS = lists.listing_of("administration.users"), lists.listing_of("administration.grants")
STATUSES = {"employee": "Employee", "agent": "Agent", "contractor": "Contractor"}
STATES = ("proposed", "approved", "revoked")
NOT_SHOWN = ("user", "locked", "last_signed_in")


@blueprint.get("/users")
def users() -> str:
    """Every account, and the form that adds one."""
    _answer, rows = USERS.ask()
    return render_template(
        "administration/users.html",
        rows=rows,
        users=rows.records(),
        statuses=STATUSES,
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        today=_today(),
    )


@blueprint.post("/users")
def add_user() -> str:
    """A new account; the page shows the one-time link for its first password, once."""
    secret, link = _link()
    _alter_user("create", keeping.adding(keeping.account_from(request.form), link, desk().policy))
    return _show_link(request.form["user"], secret)


@blueprint.get("/users/<user>")
def user(user: str) -> str:
    """One account and the forms that alter it."""
    records = USERS.ask(user=user)[1].records()
    if not records:
        raise NotFound
    return render_template("administration/user.html", account=records[0], statuses=STATUSES)


@blueprint.post("/users/<user>")
def update_user(user: str) -> Response:
    """Bring an account's facts up to date."""
    account = keeping.account_from({**request.form, "user": user})
    _alter_user("update", keeping.updating(account, desk().policy))
    return _back(url_for("administration.user", user=user))


@blueprint.post("/users/<user>/unlock")
def unlock(user: str) -> Response:
    """Lift the lock after failed sign-ins."""
    _alter_user("update", keeping.unlocking(user))
    return _back(url_for("administration.user", user=user))


@blueprint.post("/users/<user>/reset")
def reset(user: str) -> str:
    """End the password and every session; the page shows the link for the next password, once."""
    secret, link = _link()
    _alter_user("update", keeping.resetting(user, link))
    return _show_link(user, secret)


@blueprint.get("/grants")
def grants() -> str:
    """Every grant with its dates, who asked and who approved, and the form that proposes one."""
    _answer, rows = GRANTS.ask()
    roles = desk().policy.vocabulary.roles.values()
    return render_template(
        "administration/grants.html",
        rows=rows,
        grants=rows.records(),
        states=STATES,
        roles={role.name: role.title for role in roles},
        grantable={role.name: role.title for role in roles if not role.barred},
        chosen=choices.chosen(request.args),
        links=choices.links(request.args, rows),
        today=_today(),
    )


@blueprint.post("/grants")
def propose() -> Response:
    """Propose a grant; it gives nothing until somebody else approves it."""
    form = request.form
    first = keeping.day(form, "valid_from")
    if first is None:
        raise BadRequest("Enter the first day of the grant.")
    days = (first, keeping.day(form, "valid_until"), keeping.day(form, "review_due"))
    who = (form.get("user", ""), form.get("role", ""), form.get("organisation", "").strip())
    _alter_grant("create", granting.proposing(granting.Proposal(*who, *days), desk().policy))
    return _back(url_for("administration.grants"))


@blueprint.post("/grants/<int:number>/approve")
def approve(number: int) -> Response:
    """Put a grant in force that another person proposed."""
    _alter_grant("approve", granting.approving(number, desk().policy))
    return _back(url_for("administration.grants"))


@blueprint.post("/grants/<int:number>/revoke")
def revoke(number: int) -> Response:
    """End a grant at its holder's next request."""
    _alter_grant("revoke", granting.revoking(number))
    return _back(url_for("administration.grants"))


@blueprint.get("/agreements")
def agreements() -> str:
    """Each agreement: in force or not and why, its terms, parties, approvals and storage addresses."""
    ask("administration", "administration.agreements", "list")
    policy = desk().policy
    told = [standing.told(policy, key, _day()) for key in sorted(policy.agreements)]
    return render_template("administration/agreements.html", agreements=told)


@blueprint.get("/policy")
def policy() -> str:
    """The policy release in force: version, roles, files. Read only."""
    ask("administration", "administration.policy", "read")
    release = desk().policy
    return render_template(
        "administration/policy.html",
        version=release.version,
        roles=[
            {"name": role.name, "title": role.title, "line": role.line} for role in release.vocabulary.roles.values()
        ],
        separations=release.release.separations,
        permitted=len(release.permissions),
    )


def _alter_user(action: str, act: Act[str]) -> None:
    alter("administration", "administration.users", action, act)


def _alter_grant(action: str, act: Act[int]) -> None:
    alter("administration", "administration.grants", action, act)


def _link() -> tuple[str, keeping.Link]:
    secret = secrets.token_urlsafe(32)
    return secret, keeping.Link(link_hash(secret), int(desk().now().timestamp()) + keeping.LINK_SECONDS)


def _show_link(user: str, secret: str) -> str:
    address = f"{request.host_url}first-password/{secret}"
    return render_template("administration/link.html", user=user, address=address)


def _back(path: str) -> Response:
    return make_response(redirect(path, HTTPStatus.SEE_OTHER))


def _day() -> date:
    return desk().today()


def _today() -> str:
    return _day().isoformat()
