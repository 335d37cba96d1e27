"""Sessions and failed attempts: a session's id is known to its holder alone, the table has its SHA-256.

One statement reads session, account and membership together, at every request: what was revoked holds at the next.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.stores.accounts.pipeline import Account, Held, account_from, held_from
from gateway.stores.accounts.schema import NAME as STORE
from gateway.stores.vault import Connection

__all__ = ["STORE", "Session"]
OPEN = "INSERT INTO session (hash, user, membership, started, seen) VALUES (?, ?, ?, ?, ?)"
LOOK = """
    SELECT s.started, s.seen,
           a.user, a.name, a.employer, a.status, a.contract_from, a.contract_until, a.professional_number,
           a.training_until, a.authorised_until, '' AS password_hash, a.locked,
           m.id, m.role, m.organisation, m.valid_from, m.valid_until, m.granted_by, m.approved_by, m.review_due
    FROM session s JOIN account a ON a.user = s.user
    LEFT JOIN membership m ON m.id = s.membership AND m.state = 'approved'
    WHERE s.hash = ?
"""
SEEN = "UPDATE session SET seen = ? WHERE hash = ?"
END = "DELETE FROM session WHERE hash = ?"
END_OTHERS = "DELETE FROM session WHERE user = ? AND hash <> ?"
SWEEP = "DELETE FROM session WHERE started < ? OR seen < ?"
FAILED = "INSERT INTO failure (at, user, address) VALUES (?, ?, ?)"
FAILURES = """
    SELECT (SELECT count(*) FROM failure WHERE user = :user AND at > :since),
           (SELECT count(*) FROM failure WHERE address = :address AND at > :since)
"""
TAKE_BACK = "DELETE FROM failure WHERE rowid = ?"
OLD_FAILURES = "DELETE FROM failure WHERE at < ?"
FORGIVE = "DELETE FROM failure WHERE user = ?"
LOCK = "UPDATE account SET locked = ? WHERE user = ?"
LINK = "INSERT INTO one_time_link (hash, user, until) VALUES (?, ?, ?)"
LINK_USER = "SELECT user FROM one_time_link WHERE hash = ? AND until > ?"
USE_LINK = "DELETE FROM one_time_link WHERE hash = ? AND until > ? RETURNING user"
_ACCOUNT_AT, _MEMBERSHIP_AT = 2, 13


@dataclass(frozen=True, slots=True)
class Session:
    """A session with the account behind it and the membership acted in, None before one is chosen or after it ended.

    started, seen: seconds since 1970.
    """

    started: int
    seen: int
    account: Account
    held: Held | None


def open_session(connection: Connection, hash_: str, user: str, membership: int | None, now: int) -> None:
    """Begin one."""
    connection.execute(OPEN, (hash_, user, membership, now, now))


def session_of(connection: Connection, hash_: str) -> Session | None:
    """The session with that hash, or None."""
    row = connection.execute(LOOK, (hash_,)).fetchone()
    if row is None:
        return None
    acting = row[_MEMBERSHIP_AT:]
    held = held_from(acting) if acting[0] is not None else None
    return Session(row[0], row[1], account_from(row[_ACCOUNT_AT:_MEMBERSHIP_AT]), held)


def touch(connection: Connection, hash_: str, now: int) -> None:
    """It is in use."""
    connection.execute(SEEN, (now, hash_))


def end(connection: Connection, hash_: str) -> None:
    """End it at once."""
    connection.execute(END, (hash_,))


def end_others(connection: Connection, user: str, but: str = "") -> None:
    """End all of a user's sessions but one."""
    connection.execute(END_OTHERS, (user, but))


def sweep(connection: Connection, started_before: int, seen_before: int) -> None:
    """Remove those that have run out."""
    connection.execute(SWEEP, (started_before, seen_before))


def note_failure(connection: Connection, user: str, address: str, now: int) -> int:
    """An attempt, counted as failed until it is forgiven; its number. user: '' for a name that nobody has."""
    return int(connection.execute(FAILED, (now, user, address)).lastrowid)


def take_back(connection: Connection, attempt: int) -> None:
    """An attempt that was not judged."""
    connection.execute(TAKE_BACK, (attempt,))


def forget_failures(connection: Connection, before: int) -> None:
    """Remove those that no limit counts any more."""
    connection.execute(OLD_FAILURES, (before,))


def failures_since(connection: Connection, user: str, address: str, since: int) -> tuple[int, int]:
    """How many by the account, how many from the address."""
    row = connection.execute(FAILURES, {"user": user, "address": address, "since": since}).fetchone()
    return int(row[0]), int(row[1])


def forgive(connection: Connection, user: str) -> None:
    """Forget an account's failures."""
    connection.execute(FORGIVE, (user,))


def set_locked(connection: Connection, user: str, *, locked: bool) -> None:
    """Lock an account, or lift the lock."""
    connection.execute(LOCK, (int(locked), user))


def add_link(connection: Connection, hash_: str, user: str, until: int) -> None:
    """A link that sets one password, once."""
    connection.execute(LINK, (hash_, user, until))


def link_user(connection: Connection, hash_: str, now: int) -> str | None:
    """Whose link it is, while it works."""
    row = connection.execute(LINK_USER, (hash_, now)).fetchone()
    return str(row[0]) if row else None


def use_link(connection: Connection, hash_: str, now: int) -> str | None:
    """Whose link it was; it works no second time."""
    row = connection.execute(USE_LINK, (hash_, now)).fetchone()
    return str(row[0]) if row else None
