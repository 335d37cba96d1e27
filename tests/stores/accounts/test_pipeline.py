"""Accounts and memberships as they are put in and taken out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlcipher3 import dbapi2

from gateway.access.decision import Membership
from gateway.stores.accounts import administration, pipeline
from gateway.stores.accounts.pipeline import Account, Held
from gateway.stores.vault import Connection

WHOLE = Account(
    "nia", "Nia Example", "Z99001", date(2020, 1, 1), "contractor", date(2027, 1, 1), None, date(2026, 12, 1),
    date(2026, 12, 2), "a hash", locked=True,
)  # fmt: skip
PLAIN = Membership("practice_staff", "Z99001", date(2026, 1, 1), None, "asked", "approved")


def test_an_account_comes_back_as_it_was_put_in(accounts_of: Connection) -> None:
    pipeline.add_account(accounts_of, WHOLE)
    assert pipeline.account_of(accounts_of, "nia") == WHOLE


def test_there_is_no_account_of_another_name(accounts_of: Connection) -> None:
    assert pipeline.account_of(accounts_of, "Max") is None
    assert pipeline.account_of(accounts_of, "' OR 1=1 --") is None


def test_a_name_is_one_persons(accounts_of: Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError):
        pipeline.add_account(accounts_of, replace(WHOLE, user="max"))


def test_nobody_is_of_another_status_than_the_contract_knows(accounts_of: Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError):
        pipeline.add_account(accounts_of, replace(WHOLE, status="volunteer"))


def test_memberships_come_back_with_their_numbers(accounts_of: Connection, gp: int) -> None:
    second = pipeline.add_membership(accounts_of, "max", PLAIN)
    held = pipeline.memberships_of(accounts_of, "max")
    assert [one.id for one in held] == [gp, second]
    assert held[1] == Held(second, PLAIN)
    assert held[0].membership.review_due == date(2026, 6, 30)


def test_only_what_is_approved_is_held(accounts_of: Connection, gp: int) -> None:
    pipeline.add_membership(accounts_of, "max", PLAIN, "proposed")
    administration.revoke(accounts_of, gp)
    assert pipeline.memberships_of(accounts_of, "max") == []


def test_separation_of_duty_sees_all_that_was_ever_held_or_is_proposed(accounts_of: Connection, gp: int) -> None:
    pipeline.add_membership(accounts_of, "max", PLAIN, "proposed")
    withdrawn = pipeline.add_membership(
        accounts_of, "max", replace(PLAIN, role="ceff_validator", approved_by=""), "proposed"
    )
    for number in (gp, withdrawn):
        administration.revoke(accounts_of, number)
    assert [one.role for one in pipeline.ever_held(accounts_of, "max")] == ["gp", "practice_staff"]


def test_a_membership_is_somebodys(accounts_of: Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError):
        pipeline.add_membership(accounts_of, "nobody", PLAIN)


def test_a_password_and_the_last_sign_in_are_replaced(accounts_of: Connection) -> None:
    pipeline.set_password(accounts_of, "max", "another hash")
    pipeline.note_sign_in(accounts_of, "max", "2026-11-24T09:00:00Z")
    found = pipeline.account_of(accounts_of, "max")
    assert found is not None
    assert found.password_hash == "another hash"
    assert accounts_of.execute("SELECT last_signed_in FROM account").fetchone() == ("2026-11-24T09:00:00Z",)
