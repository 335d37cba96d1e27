"""Accounts as acts for change(): added, brought up to date, unlocked, given a one-time link.

Each carries employer, status and contract dates (ALL-12); an employer whom an agreement bars is refused (RS-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from gateway.access import grant as access
from gateway.access.decision import ReasonCode, Subject
from gateway.access.snapshot import PERSONNEL, PolicySnapshot
from gateway.audit.event import EventType
from gateway.enforcement.change import Act, Outcome
from gateway.errors import AccessDenied, BadRequest, Conflict, NotFound
from gateway.identifiers import OrganisationCode
from gateway.stores.accounts import administration
from gateway.stores.accounts.administration import Account
from gateway.stores.outbox import Transaction
from gateway.stores.vault import Connection

LINK_SECONDS = 3 * 24 * 60 * 60
LONGEST = 64
_USER = re.compile(r"[a-z][a-z0-9.-]{1,31}")
_NUMBER = re.compile(r"[A-Z0-9]{4,12}")
_FACTS = tuple(field.name for field in fields(Account) if field.name not in {"user", "password_hash", "locked"})


@dataclass(frozen=True, slots=True)
class Link:
    """What the store knows of a one-time link: its secret's hash, and until when it works (seconds since 1970)."""

    hash: str
    until: int


def account_from(given: Mapping[str, str]) -> Account:
    """The account that a form or a command describes. Raises BadRequest with the mend."""
    name, employer, number = (given.get(key, "").strip() for key in ("name", "employer", "professional_number"))
    if not _USER.fullmatch(given.get("user", "")):
        raise BadRequest("A user name is 2 to 32 small letters, digits, dots or hyphens, and begins with a letter.")
    if not 0 < len(name) <= LONGEST:
        raise BadRequest(f"Enter the name, at most {LONGEST} characters.")
    if given.get("status") not in PERSONNEL:
        raise BadRequest("The status is employee, agent or contractor.")
    if number and not _NUMBER.fullmatch(number):
        raise BadRequest("A professional number is 4 to 12 capital letters or digits.")
    first, last = day(given, "contract_from"), day(given, "contract_until")
    if first is None or (last is not None and last < first):
        raise BadRequest("Enter the contract's first day, and no last day before it.")
    dated = (day(given, "training_until"), day(given, "authorised_until"))
    return Account(given["user"], name, _employer(employer), first, given["status"], last, number or None, *dated)


def day(given: Mapping[str, str], field: str) -> date | None:
    """A day written as 2026-03-31, or None where nothing is written. Raises BadRequest."""
    text = given.get(field, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise BadRequest(f"Write {field.replace('_', ' ')} as year-month-day, for example 2026-03-31.") from fault


def adding(account: Account, link: Link, policy: PolicySnapshot) -> Act[str]:
    """A new account and the link that sets its first password."""

    def act(_grant: access.Grant, transaction: Transaction) -> Outcome[str]:
        connection = transaction.connection
        if administration.account_of(connection, account.user) is not None:
            raise Conflict("a user of that name exists: choose another name")
        _refuse_barred(account, policy)
        administration.add(connection, account)
        administration.reset(connection, account.user, link.hash, link.until)
        return _done(account.user, ["added"])

    return act


def updating(account: Account, policy: PolicySnapshot) -> Act[str]:
    """The account's facts; the event names which of them changed, never their values."""

    def act(_grant: access.Grant, transaction: Transaction) -> Outcome[str]:
        before = _existing(transaction.connection, account.user)
        _refuse_barred(account, policy)
        administration.update(transaction.connection, account)
        return _done(account.user, [name for name in _FACTS if getattr(before, name) != getattr(account, name)])

    return act


def unlocking(user: str) -> Act[str]:
    """Lift the lock that failed sign-ins put on."""

    def act(_grant: access.Grant, transaction: Transaction) -> Outcome[str]:
        administration.unlock(transaction.connection, _existing(transaction.connection, user).user)
        return _done(user, ["unlocked"])

    return act


def resetting(user: str, link: Link) -> Act[str]:
    """The password and every session end; the link sets the next password."""

    def act(_grant: access.Grant, transaction: Transaction) -> Outcome[str]:
        account = _existing(transaction.connection, user)
        administration.unlock(transaction.connection, account.user)
        administration.reset(transaction.connection, account.user, link.hash, link.until)
        return _done(user, ["password reset"])

    return act


def _done(user: str, changed: list[str]) -> Outcome[str]:
    return Outcome(user, EventType.ACCESS_PERMITTED, {"account": user, "changed": changed})


def _existing(connection: Connection, user: str) -> Account:
    account = administration.account_of(connection, user)
    if account is None:
        raise NotFound("there is no user of that name")
    return account


def _refuse_barred(account: Account, policy: PolicySnapshot) -> None:
    if policy.is_breach(Subject(account.user, None, session="", signed_in_by="", employer=account.employer)):
        raise AccessDenied(ReasonCode.ORGANISATION_BARRED)


def _employer(text: str) -> str:
    try:
        return OrganisationCode.parse(text).value
    except ValueError as fault:
        raise BadRequest("The employer is an ODS code: three to six capital letters or digits.") from fault
