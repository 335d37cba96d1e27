"""Signing in, on the web and on the command line: the same work for everybody, failures counted, each on the log.

By account 5 failures in 15 minutes lock it until an administrator lifts that; by address 100 (a surgery shares one).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime

from gateway.access.decision import ReasonCode, Subject
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, SettingsInvalid, TooManyAttempts
from gateway.http import passwords
from gateway.http.subjects import subject_from
from gateway.stores.accounts import pipeline, sessions
from gateway.stores.accounts.pipeline import Account, Held
from gateway.stores.vault import Connection

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

    Raises TooManyAttempts, or AccessDenied (role_not_held), the same whether the user exists, is locked, or mistyped.
    """
    connection, now = door(desk), int(desk.now().timestamp())
    by_account, by_address = sessions.failures_since(connection, user, address, now - WINDOW)
    account = pipeline.account_of(connection, user)
    right = passwords.matches(account.password_hash if account else "", password)
    if by_address >= BY_ADDRESS:
        _failed(desk, "", "too_many_from_address", around)
        raise TooManyAttempts
    if account is None or not right or account.locked:
        sessions.note_failure(connection, user, address, now)
        if account is not None and by_account + 1 >= BY_ACCOUNT:
            sessions.set_locked(connection, user, locked=True)
        index = _failed(desk, account.user if account else "", "no_match", around)
        raise AccessDenied(ReasonCode.ROLE_NOT_HELD, event=index)
    sessions.forgive(connection, user)
    pipeline.note_sign_in(connection, user, datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"))
    return account


def memberships_today(desk: Desk, user: str, day: date) -> list[Held]:
    """What the user may act in on `day`, in the order granted."""
    held = pipeline.memberships_of(door(desk), user)
    return [one for one in held if one.membership.holds_on(day)]


def signed_in_subject(desk: Desk, user: str, password: str) -> Subject:
    """For the command line: the subject of --as, in its only or first membership in force. Raises AccessDenied."""
    return _acting(desk, check_password(desk, user, password, "command line"), "password")


def service_subject(desk: Desk, user: str) -> Subject:
    """For the command line: the account that gateway.env names. Raises SettingsInvalid where there is none."""
    account = pipeline.account_of(door(desk), user)
    if account is None or account.locked:
        raise SettingsInvalid(
            f"the service account {user} of gateway.env does not exist or is locked: correct the setting"
        )
    return _acting(desk, account, "service")


def set_password(desk: Desk, user: str, password: str, *, but: str = "") -> None:
    """Set a checked password; every other session of the user ends. Raises BadRequest."""
    passwords.check(password, user)
    connection = door(desk)
    pipeline.set_password(connection, user, passwords.hashed(password))
    sessions.end_others(connection, user, but)


def use_link(desk: Desk, secret: str) -> str | None:
    """Whose one-time link it is; it works once."""
    return sessions.use_link(door(desk), link_hash(secret), int(desk.now().timestamp()))


def link_hash(secret: str) -> str:
    """What the store knows a one-time link by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _acting(desk: Desk, account: Account, by: str) -> Subject:
    held = memberships_today(desk, account.user, desk.now().date())
    return subject_from(account, held[0] if held else None, by=by)


def _failed(desk: Desk, user: str, fault: str, around: Mapping[str, str] | None) -> int:
    """A name that nobody has is not kept: people type passwords there."""
    actor = {"user": user, "role": "", "organisation": "", "signed_in_by": "", "session": ""}
    fields = {"actor": actor, "fault": fault, "decision": "deny", **(around or {})}
    return desk.log.append(events.event(EventType.SESSION_FAIL, fields)).index
