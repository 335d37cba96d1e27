"""What administrators alter: accounts' facts, proposed and approved grants, locks and one-time links.

Each function is one step of a change that is decided and recorded elsewhere (enforcement.change). Keeps ALL-12.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access.decision import Membership
from gateway.stores.accounts import pipeline, sessions, tokens
from gateway.stores.accounts.pipeline import Account, Held, account_of, day_text, ever_held, held_from
from gateway.stores.vault import Connection

__all__ = ["Account", "Grant", "account_of", "add", "ever_held"]
ONE = """
    SELECT id, role, organisation, valid_from, valid_until, granted_by, approved_by, review_due, user, state
    FROM membership WHERE id = ?
"""
APPROVE = "UPDATE membership SET state = 'approved', approved_by = ? WHERE id = ? AND state = 'proposed'"
REVOKE = "UPDATE membership SET state = 'revoked' WHERE id = ? AND state <> 'revoked'"
UPDATE = """
    UPDATE account SET name = ?, employer = ?, status = ?, contract_from = ?, contract_until = ?,
                       professional_number = ?, training_until = ?, authorised_until = ?
    WHERE user = ?
"""
SAME = """
    SELECT count(*) FROM membership
    WHERE user = :user AND role = :role AND organisation = :organisation AND state <> 'revoked'
      AND (valid_until IS NULL OR valid_until >= :first) AND (:last IS NULL OR valid_from <= :last)
"""
FORGET_LINKS = "DELETE FROM one_time_link WHERE user = ?"
_STATE_AT = 8


@dataclass(frozen=True, slots=True)
class Grant:
    """A membership as its row is: whose, and whether it is proposed, approved or revoked."""

    held: Held
    user: str
    state: str


def grant_of(connection: Connection, number: int) -> Grant | None:
    """The grant of that number, or None."""
    row = connection.execute(ONE, (number,)).fetchone()
    return Grant(held_from(row[:_STATE_AT]), row[_STATE_AT], row[_STATE_AT + 1]) if row else None


def approve(connection: Connection, number: int, user: str) -> bool:
    """From proposed to approved, by `user`; False where it is not proposed."""
    return int(connection.execute(APPROVE, (user, number)).rowcount) == 1


def revoke(connection: Connection, number: int) -> bool:
    """End it at once; False where it is ended already."""
    return int(connection.execute(REVOKE, (number,)).rowcount) == 1


def overlaps(connection: Connection, user: str, membership: Membership) -> bool:
    """Whether the user has, or is proposed for, the same role at the same organisation on a day of `membership`."""
    days = {"first": day_text(membership.valid_from), "last": day_text(membership.valid_until)}
    where = {"role": membership.role, "organisation": membership.organisation}
    return int(connection.execute(SAME, {"user": user, **where, **days}).fetchone()[0]) > 0


def propose(connection: Connection, user: str, membership: Membership) -> int:
    """A grant that nobody has approved yet; its number."""
    return pipeline.add_membership(connection, user, membership, "proposed")


def add(connection: Connection, account: Account) -> None:
    """A new account."""
    pipeline.add_account(connection, account)


def update(connection: Connection, account: Account) -> None:
    """Its facts; password and lock stay."""
    days = (day_text(account.contract_from), day_text(account.contract_until))
    dated = (day_text(account.training_until), day_text(account.authorised_until))
    facts = (account.name, account.employer, account.status, *days, account.professional_number, *dated)
    connection.execute(UPDATE, (*facts, account.user))


def unlock(connection: Connection, user: str) -> None:
    """Lift the lock and forget the failures."""
    sessions.set_locked(connection, user, locked=False)
    sessions.forgive(connection, user)


def reset(connection: Connection, user: str, link_hash: str, until: int) -> None:
    """No password, session, token or older link any more; the new link sets the next password."""
    pipeline.set_password(connection, user, "")
    sessions.end_others(connection, user)
    tokens.revoke_all(connection, user)
    connection.execute(FORGET_LINKS, (user,))
    sessions.add_link(connection, link_hash, user, until)
