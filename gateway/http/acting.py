"""Who is signed in, for the head of each page: user, role's title, organisation and the desks that role may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g

from gateway.errors import GatewayError
from gateway.http import desks
from gateway.http.session import subject_or_none


@dataclass(frozen=True, slots=True)
class Acting:
    """What the head of a page says."""

    user: str
    role_title: str
    organisation: str
    links: tuple[desks.Entry, ...]


def attach(app: Flask) -> None:
    """Tell templates `acting()` and `demonstration`."""
    app.extensions["acting"] = {}
    app.jinja_env.globals["acting"] = acting
    app.jinja_env.globals["demonstration"] = app.extensions["desk"].settings.demonstration


def acting() -> Acting | None:
    """Nobody where nobody is signed in, and on the page of a fault, which must ask no store."""
    if g.get("plain"):
        return None
    try:
        subject = subject_or_none()
    except GatewayError:
        return None
    if subject is None:
        return None
    title, links = _role(subject.role)
    return Acting(subject.user, title, subject.organisation, links)


def _role(role: str) -> tuple[str, tuple[desks.Entry, ...]]:
    """Title and desks of a role, worked out once: the policy stays as it is for the life of a process."""
    known: dict[str, tuple[str, tuple[desks.Entry, ...]]] = current_app.extensions["acting"]
    if role not in known:
        policy = current_app.extensions["desk"].policy
        word = policy.vocabulary.roles.get(role)
        known[role] = (word.title if word else "", desks.of_role(policy, role))
    return known[role]
