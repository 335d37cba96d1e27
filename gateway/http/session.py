"""Server-side sessions: a `__Host-` cookie holds a random id, the table its hash, and every request looks it up.

15 minutes idle, 8 hours in all; a new id at sign-in and at a change of role; ended at once with the grant or account.
flask-login gives `current_user` and `login_required` and nothing else (docs/security.md).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Request, Response, current_app, g, request
from flask import session as form
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import Unauthorized

from gateway.access.decision import Subject
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.desk import Desk
from gateway.http.headers import request_id
from gateway.http.subjects import subject_from
from gateway.stores.accounts import sessions, tokens
from gateway.stores.accounts.pipeline import Account, Held
from gateway.stores.accounts.sessions import Session
from gateway.stores.vault import Connection

COOKIE = "__Host-session"
IDLE = int(timedelta(minutes=15).total_seconds())
WHOLE = int(timedelta(hours=8).total_seconds())
API = "/api/"
FOR_PROGRAMS = (API, "/audit/tile/entries/")  # where a token opens what it was issued for
BEARER = "Bearer "
TOUCH = 15  # seconds between two notes that a session is in use
FORM_COOKIE = "__Host-form"
_FORM_COOKIE = {
    "SESSION_COOKIE_NAME": FORM_COOKIE,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    "SESSION_COOKIE_PATH": "/",
}


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who flask-login says is here: a session that holds now, and its subject."""

    hash: str
    session: Session
    subject: Subject

    def get_id(self) -> str:
        """The user name."""
        return self.subject.user


def attach(app: Flask) -> None:
    """Look the session up at each request; the cookie with the form tokens is signed and as strict."""
    app.config.update(_FORM_COOKIE)
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # a page of a fault must ask no store; acting() knows when
    manager.request_loader(_load)
    manager.session_protection = None
    app.jinja_env.globals["seconds_left"] = seconds_left


def current_subject() -> Subject:
    """The signed-in subject. Raises Unauthorized (the error page leads to sign-in)."""
    subject = subject_or_none()
    if subject is None:
        raise Unauthorized
    return subject


def subject_or_none() -> Subject | None:
    """The signed-in subject, or None."""
    found: Subject | None = current_user.subject if current_user.is_authenticated else None
    return found


def signed_in() -> SignedIn:
    """The session that holds now. Raises Unauthorized."""
    if not current_user.is_authenticated:
        raise Unauthorized
    found: SignedIn = current_user._get_current_object()  # noqa: SLF001 flask-login's documented way
    return found


def begin(response: Response, account: Account, held: Held | None) -> Subject:
    """A new session, its id in the response's cookie; the one before it ends. session.start is on the log first.

    Raises AuditUnavailable (nobody is signed in then).
    """
    desk, secret = _desk(), secrets.token_urlsafe(32)
    subject = subject_from(account, held, session=hash_of(secret))
    if current_user.is_authenticated:
        _end(desk, current_user.hash, current_user.subject)
    desk.log.append(events.event(EventType.SESSION_START, _fields(subject)))
    if desk.policy.is_breach(subject):
        desk.log.append(events.event(EventType.BREACH_SUSPECTED, _fields(subject)))
    connection, now = _connection(desk), _now(desk)
    sessions.sweep(connection, now - WHOLE, now - IDLE)
    sessions.open_session(connection, subject.session, subject.user, held.id if held else None, now)
    _renew_form_tokens(hash_of(subject.user))
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="Strict", path="/")
    return subject


def finish(response: Response) -> None:
    """End the session at once and forget its cookies."""
    form.clear()
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    if current_user.is_authenticated:
        _end(_desk(), current_user.hash, current_user.subject)


def seconds_left() -> int:
    """Until the session runs out if nothing is done; 0 where nobody is signed in."""
    if not current_user.is_authenticated:
        return 0
    session = signed_in().session
    return min(IDLE, session.started + WHOLE - _now(_desk()))


def hash_of(secret: str) -> str:
    """What the table and the log know a session by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def running(session: Session, now: int) -> bool:
    """Whether a session holds at `now` (seconds since 1970)."""
    return now - session.seen < IDLE and now - session.started < WHOLE and not session.account.locked


def _load(asked: Request) -> SignedIn | None:
    given = asked.headers.get("Authorization", "")
    if given.startswith(BEARER) and asked.path.startswith(FOR_PROGRAMS):
        return _by_token(given.removeprefix(BEARER))
    secret = asked.cookies.get(COOKIE, "")
    if not secret or g.get("plain"):
        return None
    desk, hashed = _desk(), hash_of(secret)
    connection = _connection(desk)
    session, now = sessions.session_of(connection, hashed), _now(desk)
    if session is None or not running(session, now):
        return None
    if now - session.seen >= TOUCH:
        sessions.touch(connection, hashed, now)
    return SignedIn(hashed, session, subject_from(session.account, session.held, session=hashed))


def _by_token(secret: str) -> SignedIn | None:
    """Whoever a bearer token was issued to, in the role it was issued for; addresses for programs alone take one."""
    desk, hashed = _desk(), hash_of(secret)
    now = _now(desk)
    found = tokens.token_of(_connection(desk), hashed, now)
    if found is None:
        return None
    subject = subject_from(*found, session=hashed, by="token")
    return SignedIn(hashed, Session(now, now, *found), subject)


def _renew_form_tokens(whose: str) -> None:
    """New tokens, but not for whoever signs in again after a time-out: the form left open still works."""
    if form.get("whose") != whose:
        form.clear()
        form["whose"] = whose


def _end(desk: Desk, hash_: str, subject: Subject) -> None:
    """Ended in one transaction with its event, so that it has ended even where the log cannot be reached."""
    store, ended = desk.stores[sessions.STORE], events.event(EventType.SESSION_END, _fields(subject))
    with store.changing() as transaction:  # type: ignore[attr-defined]
        sessions.end(transaction.connection, hash_)
        transaction.put_in_outbox(ended)
    desk.log.append(ended)
    store.settle(ended.id)  # type: ignore[attr-defined]


def _fields(subject: Subject) -> dict[str, object]:
    around = {"channel": "web", "request": request_id(), "host": request.host}
    return {**events.actor_of(subject), **around, "decision": "permit"}


def _connection(desk: Desk) -> Connection:
    found: Connection = desk.stores[sessions.STORE].connection()  # type: ignore[attr-defined]
    return found


def _desk() -> Desk:
    found: Desk = current_app.extensions["desk"]
    return found


def _now(desk: Desk) -> int:
    return int(desk.now().timestamp())
