"""Signing in, on the web and on the command line: the same work for everybody, failures counted, each on the log.

By account 5 failures in 15 minutes lock it until an administrator lifts that; by address 100 (a surgery shares one).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.access.decision import ReasonCode, Subject
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, SettingsInvalid, TooManyAttempts
from gateway.http import passwords
from gateway.http.subjects import subject_from
from gateway.stores.accounts import pipeline, sessions, tokens
from gateway.stores.accounts.pipeline import Account, Held
from gateway.stores.vault import Connection, writing

WINDOW = 15 * 60
BY_ACCOUNT, BY_ADDRESS = 5, 100


def door(desk: Desk) -> Connection:
    """The accounts store's connection, for sign-in's own look-ups."""
    connection: Connection = desk.stores[sessions.STORE].connection()  # type: ignore[attr-defined]
    return connection


def check_password(
    desk: Desk, user: str, password: str, address: str = "", around: Mapping[str, str] | None = None
) -> Account:
    """The account, when user and password belong together.

    An attempt counts as failed before it is judged, so that attempts side by side get no more tries than one by one.
    Raises TooManyAttempts, or AccessDenied (role_not_held), the same whether the user exists, is locked, or mistyped.
    """
    connection, now = door(desk), int(desk.now().timestamp())
    account = pipeline.account_of(connection, user)
    known = account.user if account else ""  # a name that nobody has is not kept: people type passwords there
    attempt = sessions.note_failure(connection, known, address, now)
    by_account, by_address = sessions.failures_since(connection, known, address, now - WINDOW)
    right = passwords.matches(account.password_hash if account else "", password)
    if by_address > BY_ADDRESS:
        sessions.take_back(connection, attempt)
        raise TooManyAttempts(event=_failed(desk, "", "too_many_from_address", around))
    if account is None or not right or account.locked or by_account > BY_ACCOUNT:
        if by_account >= BY_ACCOUNT:
            sessions.set_locked(connection, known, locked=True)
        raise AccessDenied(ReasonCode.ROLE_NOT_HELD, event=_failed(desk, known, "no_match", around))
    sessions.forgive(connection, user)
    sessions.forget_failures(connection, now - WINDOW)
    pipeline.note_sign_in(connection, user, datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"))
    return account


def memberships_today(desk: Desk, user: str) -> list[Held]:
    """What the user may act in today, by the day in England, in the order granted."""
    day = desk.today()
    return [one for one in pipeline.memberships_of(door(desk), user) if one.membership.holds_on(day)]


def acting_in(desk: Desk, user: str, membership: int) -> Held | None:
    """One of those, by its id."""
    return next((one for one in memberships_today(desk, user) if one.id == membership), None)


def account_of(desk: Desk, user: str) -> Account | None:
    """The account, or None."""
    return pipeline.account_of(door(desk), user)


def signed_in_subject(desk: Desk, user: str, password: str) -> Subject:
    """For the command line: the subject of --as, in its only or first membership in force. Raises AccessDenied."""
    return _acting(desk, check_password(desk, user, password, "command line", {"channel": "cli"}), "password")


def service_subject(desk: Desk, user: str) -> Subject:
    """For the command line: the account that gateway.env names. Raises SettingsInvalid where there is none."""
    account = pipeline.account_of(door(desk), user)
    if account is None or account.locked:
        raise SettingsInvalid(
            f"the service account {user} of gateway.env does not exist or is locked: correct the setting"
        )
    return _acting(desk, account, "service")


def replace_password(connection: Connection, user: str, password_hash: str, *, but: str = "") -> None:
    """Set the hash of a checked password; the user's tokens and sessions end, but that of the hash `but`."""
    pipeline.set_password(connection, user, password_hash)
    sessions.end_others(connection, user, but)
    tokens.revoke_all(connection, user)


def use_link(desk: Desk, secret: str, password: str) -> bool:
    """Set the first password by a one-time link; False where the link is used up, too old or none of ours.

    Raises BadRequest for a password that is too easy; the link still works then.
    """
    connection, now = door(desk), int(desk.now().timestamp())
    user = sessions.link_user(connection, link_hash(secret), now)
    if user is None:
        return False
    passwords.check(password, user)
    password_hash = passwords.hashed(password)
    with writing(connection):
        if sessions.use_link(connection, link_hash(secret), now) is None:
            return False
        replace_password(connection, user, password_hash)
    return True


def link_hash(secret: str) -> str:
    """What the store knows a one-time link by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _acting(desk: Desk, account: Account, by: str) -> Subject:
    held = memberships_today(desk, account.user)
    return subject_from(account, held[0] if held else None, by=by)


def _failed(desk: Desk, user: str, fault: str, around: Mapping[str, str] | None) -> int:
    actor = {"user": user, "role": "", "organisation": "", "signed_in_by": "", "session": ""}
    fields = {"actor": actor, "fault": fault, "decision": "deny", **(around or {})}
    return desk.log.append(events.event(EventType.SESSION_FAIL, fields)).index
