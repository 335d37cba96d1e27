"""The door of sign-in, `init` and the demonstration: accounts and memberships without a person who asks.

web, api and cli may not import it (house test).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.access.decision import Membership
from gateway.stores.vault import Connection

ACCOUNT = """
    SELECT user, name, employer, status, contract_from, contract_until, professional_number, training_until,
           authorised_until, password_hash, locked
    FROM account WHERE user = ?
"""
ADD_ACCOUNT = """
    INSERT INTO account (user, name, employer, status, contract_from, contract_until, professional_number,
                         training_until, authorised_until, password_hash, locked)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
MEMBERSHIPS = """
    SELECT id, role, organisation, valid_from, valid_until, granted_by, approved_by, review_due
    FROM membership WHERE user = ? AND state = 'approved' ORDER BY id
"""
EVER_HELD = """
    SELECT id, role, organisation, valid_from, valid_until, granted_by, approved_by, review_due
    FROM membership WHERE user = ? AND NOT (state = 'revoked' AND approved_by = '') ORDER BY id
"""
ADD_MEMBERSHIP = """
    INSERT INTO membership (user, role, organisation, valid_from, valid_until, granted_by, approved_by, review_due,
                            state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
NEW_HASH = "UPDATE account SET password_hash = ? WHERE user = ?"
SIGNED_IN = "UPDATE account SET last_signed_in = ? WHERE user = ?"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; password_hash is argon2id's own form, '' before the first password is set."""

    user: str
    name: str
    employer: str
    contract_from: date
    status: str = "employee"
    contract_until: date | None = None
    professional_number: str | None = None
    training_until: date | None = None
    authorised_until: date | None = None
    password_hash: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A membership with its row's id."""

    id: int
    membership: Membership


def account_of(connection: Connection, user: str) -> Account | None:
    """The account, or None."""
    row = connection.execute(ACCOUNT, (user,)).fetchone()
    return account_from(row) if row else None


def account_from(row: tuple[str, ...]) -> Account:
    """An account from the columns of ACCOUNT."""
    user, name, employer, status, first, last, number, training, authorised, password_hash, locked = row
    return Account(
        user,
        name,
        employer,
        date.fromisoformat(first),
        status,
        day_from(last),
        number,
        day_from(training),
        day_from(authorised),
        password_hash,
        bool(locked),
    )


def add_account(connection: Connection, account: Account) -> None:
    """Add one. Raises the driver's IntegrityError where the user exists."""
    days = (day_text(account.contract_from), day_text(account.contract_until))
    dated = (day_text(account.training_until), day_text(account.authorised_until))
    head = (account.user, account.name, account.employer, account.status)
    values = (*head, *days, account.professional_number, *dated, account.password_hash, int(account.locked))
    connection.execute(ADD_ACCOUNT, values)


def add_membership(connection: Connection, user: str, membership: Membership, state: str = "approved") -> int:
    """Add one; its id."""
    days = (day_text(membership.valid_from), day_text(membership.valid_until))
    who = (membership.granted_by, membership.approved_by)
    values = (user, membership.role, membership.organisation, *days, *who, day_text(membership.review_due), state)
    return int(connection.execute(ADD_MEMBERSHIP, values).lastrowid)


def memberships_of(connection: Connection, user: str) -> list[Held]:
    """What the user has been granted and still has, whatever the day."""
    return [held_from(row) for row in connection.execute(MEMBERSHIPS, (user,))]


def ever_held(connection: Connection, user: str) -> list[Membership]:
    """Everything granted or proposed, ended and revoked ones too, but not what was withdrawn before its approval.

    Static separation of duty looks at all time.
    """
    return [held_from(row).membership for row in connection.execute(EVER_HELD, (user,))]


def held_from(row: tuple[str, ...]) -> Held:
    """A membership from the columns of MEMBERSHIPS."""
    number, role, organisation, first, last, granted_by, approved_by, review = row
    dates = (date.fromisoformat(first), day_from(last))
    return Held(int(number), Membership(role, organisation, *dates, granted_by, approved_by, day_from(review)))


def set_password(connection: Connection, user: str, password_hash: str) -> None:
    """Replace the password's hash."""
    connection.execute(NEW_HASH, (password_hash, user))


def note_sign_in(connection: Connection, user: str, at: str) -> None:
    """When the account was last signed in to (ISO, UTC)."""
    connection.execute(SIGNED_IN, (at, user))


def day_from(text: str | None) -> date | None:
    """A date of a column that may be empty."""
    return date.fromisoformat(text) if text else None


def day_text(day: date | None) -> str | None:
    """The same, back."""
    return day.isoformat() if day else None
