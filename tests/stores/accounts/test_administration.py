"""The single steps of what administrators alter; who may take them is decided elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.access.decision import Membership
from gateway.stores.accounts import administration, sessions, tokens
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import Connection

SPRING = Membership("gp", "Z99001", date(2027, 3, 1), date(2027, 5, 31), "asked", "")
NIA = Account("nia", "Nia Example", "06Q", date(2020, 1, 1))


def test_a_proposed_grant_is_approved_once(accounts_of: Connection) -> None:
    number = administration.propose(accounts_of, "max", SPRING)
    found = administration.grant_of(accounts_of, number)
    assert found is not None
    assert (found.user, found.state, found.held.membership) == ("max", "proposed", SPRING)
    assert administration.approve(accounts_of, number, "nia")
    assert not administration.approve(accounts_of, number, "nia")
    approved = administration.grant_of(accounts_of, number)
    assert approved is not None
    assert (approved.state, approved.held.membership.approved_by) == ("approved", "nia")


def test_a_grant_ends_once_and_is_approved_no_more(accounts_of: Connection) -> None:
    number = administration.propose(accounts_of, "max", SPRING)
    assert administration.revoke(accounts_of, number)
    assert not administration.revoke(accounts_of, number)
    assert not administration.approve(accounts_of, number, "nia")


def test_there_is_no_grant_of_another_number(accounts_of: Connection, gp: int) -> None:
    assert administration.grant_of(accounts_of, gp + 1) is None


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2027, 1, 1), date(2027, 2, 28), False),
        (date(2027, 1, 1), date(2027, 3, 1), True),
        (date(2027, 5, 31), None, True),
        (date(2027, 6, 1), None, False),
        (date(2026, 1, 1), None, True),
        (date(2027, 4, 1), date(2027, 4, 2), True),
    ],
)
def test_two_grants_overlap_where_they_share_a_day(
    accounts_of: Connection, first: date, last: date | None, *, found: bool
) -> None:
    administration.propose(accounts_of, "max", SPRING)
    assert administration.overlaps(accounts_of, "max", replace(SPRING, valid_from=first, valid_until=last)) == found


@pytest.mark.parametrize("other", [replace(SPRING, role="practice_staff"), replace(SPRING, organisation="Z99002")])
def test_another_role_or_organisation_does_not_overlap(accounts_of: Connection, other: Membership) -> None:
    administration.propose(accounts_of, "max", SPRING)
    assert not administration.overlaps(accounts_of, "max", other)


def test_a_revoked_grant_stands_in_nobodys_way(accounts_of: Connection) -> None:
    administration.revoke(accounts_of, administration.propose(accounts_of, "max", SPRING))
    assert not administration.overlaps(accounts_of, "max", SPRING)


def test_an_account_is_brought_up_to_date_and_keeps_its_password_and_lock(accounts_of: Connection) -> None:
    sessions.set_locked(accounts_of, "max", locked=True)
    new = Account(
        "max", "Max Other", "Z99001", date(2021, 1, 1), "agent", date(2027, 1, 1), "G9990002", date(2026, 12, 1),
        date(2026, 12, 2),
    )  # fmt: skip
    administration.update(accounts_of, new)
    assert administration.account_of(accounts_of, "max") == replace(new, password_hash="a hash", locked=True)


def test_unlocking_forgets_the_failures(accounts_of: Connection) -> None:
    sessions.set_locked(accounts_of, "max", locked=True)
    sessions.note_failure(accounts_of, "max", "a", 100)
    administration.unlock(accounts_of, "max")
    found = administration.account_of(accounts_of, "max")
    assert found is not None
    assert not found.locked
    assert sessions.failures_since(accounts_of, "max", "a", 0) == (0, 0)


def test_a_reset_leaves_no_password_no_session_no_token_and_one_link(accounts_of: Connection, gp: int) -> None:
    administration.add(accounts_of, NIA)
    for user in ("max", "nia"):
        sessions.open_session(accounts_of, f"session of {user}", user, None, 100)
        sessions.add_link(accounts_of, f"link of {user}", user, 1000)
    tokens.add(accounts_of, "token", "a script", "max", gp, 100, 1000)
    administration.reset(accounts_of, "max", "new link", 1000)
    found = administration.account_of(accounts_of, "max")
    assert found is not None
    assert found.password_hash == ""
    assert [row[0] for row in accounts_of.execute("SELECT hash FROM session")] == ["session of nia"]
    assert {row[0] for row in accounts_of.execute("SELECT hash FROM one_time_link")} == {"new link", "link of nia"}
    assert tokens.token_of(accounts_of, "token", 100) is None
