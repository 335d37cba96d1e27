"""Bearer tokens of the API: each for one user in one role, known here by its SHA-256, with a last second.

One statement reads token, account and membership together, at every request: what was revoked holds at the next.
"""

from __future__ import annotations

from gateway.stores.accounts.pipeline import Account, Held, account_from, held_from
from gateway.stores.vault import Connection

ADD = """
    INSERT INTO token (hash, name, user, membership, made, until) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
"""
LOOK = """
    SELECT a.user, a.name, a.employer, a.status, a.contract_from, a.contract_until, a.professional_number,
           a.training_until, a.authorised_until, '' AS password_hash, a.locked,
           m.id, m.role, m.organisation, m.valid_from, m.valid_until, m.granted_by, m.approved_by, m.review_due
    FROM token t JOIN account a ON a.user = t.user
    JOIN membership m ON m.id = t.membership AND m.state = 'approved'
    WHERE t.hash = ? AND t.until > ? AND a.locked = 0
"""
REVOKE = "DELETE FROM token WHERE id = ? AND user = ?"
REVOKE_ALL = "DELETE FROM token WHERE user = ?"
SWEEP = "DELETE FROM token WHERE until <= ?"
_MEMBERSHIP_AT = 11


def add(connection: Connection, hash_: str, name: str, user: str, membership: int, made: int, until: int) -> int:  # noqa: PLR0913, PLR0917 a column each
    """A token of `user` in that membership, from `made` until `until` (seconds since 1970); its number."""
    connection.execute(SWEEP, (made,))
    return int(connection.execute(ADD, (hash_, name, user, membership, made, until)).fetchone()[0])


def token_of(connection: Connection, hash_: str, now: int) -> tuple[Account, Held] | None:
    """Whose token it is and what it acts in, while it holds at `now`; None otherwise."""
    row = connection.execute(LOOK, (hash_, now)).fetchone()
    return (account_from(row[:_MEMBERSHIP_AT]), held_from(row[_MEMBERSHIP_AT:])) if row else None


def revoke(connection: Connection, number: int, user: str) -> bool:
    """End one of the user's own; False where the user has none of that number."""
    return int(connection.execute(REVOKE, (number, user)).rowcount) == 1


def revoke_all(connection: Connection, user: str) -> None:
    """End every token of a user."""
    connection.execute(REVOKE_ALL, (user,))
