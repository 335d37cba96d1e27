"""Accounts are described in words that can be wrong, and altered with an event that names what changed, not to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.enforcement import keeping
from gateway.enforcement.change import Act, Changed, change
from gateway.enforcement.keeping import Link
from gateway.errors import AccessDenied, BadRequest, Conflict, NotFound
from gateway.stores.accounts import administration, sessions
from gateway.stores.accounts.administration import Account
from tests.builders.everything import Everything, asks, subject

GIVEN = {
    "user": "new.one", "name": " New One ", "employer": "06Q", "status": "employee", "contract_from": "2026-01-01",
    "contract_until": "2026-12-31", "professional_number": " G9990001 ", "training_until": "2026-06-30",
    "authorised_until": "",
}  # fmt: skip
NEW = Account(
    "new.one", "New One", "06Q", date(2026, 1, 1), "employee", date(2026, 12, 31), "G9990001", date(2026, 6, 30), None
)
LINK = Link("hash of a secret", 2_000_000_000)


def alter(place: Everything, act: Act[str], action: str = "update") -> Changed[str]:
    asked = asks(subject("access_administrator", "06Q"), "administration", "administration.users", action)
    return change(asked, act, desk=place.desk)


def details(place: Everything, changed: Changed[str]) -> dict[str, Any]:
    found: dict[str, Any] = place.events()[changed.receipt.index]["details"]
    return found


def test_an_account_is_read_from_what_was_typed() -> None:
    assert keeping.account_from(GIVEN) == NEW


def test_what_may_be_empty_may_be_left_out() -> None:
    needed = {name: GIVEN[name] for name in ("user", "name", "employer", "status", "contract_from")}
    assert keeping.account_from(needed) == Account("new.one", "New One", "06Q", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("user", "", "A user name is"),
        ("user", "N", "A user name is"),
        ("user", "new one", "A user name is"),
        ("user", "9lives", "A user name is"),
        ("user", "n" * 33, "A user name is"),
        ("name", "  ", "Enter the name"),
        ("name", "n" * 65, "Enter the name"),
        ("status", "volunteer", "The status is employee, agent or contractor."),
        ("professional_number", "g99", "A professional number is"),
        ("contract_from", "", "Enter the contract's first day"),
        ("contract_from", "1 January", "Write contract from as year-month-day"),
        ("contract_until", "2025-12-31", "Enter the contract's first day, and no last day before it."),
        ("training_until", "soon", "Write training until as year-month-day"),
        ("authorised_until", "2026-13-01", "Write authorised until as year-month-day"),
        ("employer", "the NHS", "The employer is an ODS code"),
    ],
)
def test_what_cannot_be_an_account_says_what_it_should_be(name: str, typed: str, told: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        keeping.account_from({**GIVEN, name: typed})
    assert str(refusal.value).startswith(told)


def test_a_new_account_has_no_password_and_a_link_to_set_one(everything: Everything) -> None:
    added = alter(everything, keeping.adding(NEW, LINK, everything.desk.policy), "create")
    assert administration.account_of(everything.accounts, "new.one") == NEW
    assert sessions.link_user(everything.accounts, LINK.hash, LINK.until - 1) == "new.one"
    assert details(everything, added) == {"account": "new.one", "changed": ["added"]}


def test_a_name_is_given_once(everything: Everything) -> None:
    with pytest.raises(Conflict, match="choose another name"):
        alter(everything, keeping.adding(replace(NEW, user="nia"), LINK, everything.desk.policy), "create")


def test_the_event_of_an_update_names_the_facts_that_changed_and_no_value(everything: Everything) -> None:
    account = replace(NEW, user="nia")
    updated = alter(everything, keeping.updating(account, everything.desk.policy))
    assert administration.account_of(everything.accounts, "nia") == account
    told = details(everything, updated)
    assert told["changed"] == ["name", "contract_from", "contract_until", "professional_number", "training_until"]
    assert "New One" not in str(everything.events()[updated.receipt.index])
    again = alter(everything, keeping.updating(account, everything.desk.policy))
    assert details(everything, again)["changed"] == []


@pytest.mark.parametrize("step", ["add", "update"])
def test_an_employer_whom_an_agreement_bars_is_a_suspected_breach(everything: Everything, step: str) -> None:
    barred = replace(NEW, employer="ZZH", user="nia" if step == "update" else "new.one")
    policy = everything.desk.policy
    act = keeping.adding(barred, LINK, policy) if step == "add" else keeping.updating(barred, policy)
    with pytest.raises(AccessDenied) as refusal:
        alter(everything, act)
    assert everything.events()[refusal.value.event or 0]["type"] == "breach.suspected"
    assert administration.account_of(everything.accounts, "new.one") is None


def test_a_lock_is_lifted(everything: Everything) -> None:
    sessions.set_locked(everything.accounts, "nia", locked=True)
    unlocked = alter(everything, keeping.unlocking("nia"))
    found = administration.account_of(everything.accounts, "nia")
    assert found is not None
    assert not found.locked
    assert details(everything, unlocked)["changed"] == ["unlocked"]


def test_a_reset_ends_the_password_and_every_session(everything: Everything) -> None:
    sessions.open_session(everything.accounts, "hash", "nia", None, 1)
    done = alter(everything, keeping.resetting("nia", LINK))
    assert sessions.session_of(everything.accounts, "hash") is None
    assert sessions.link_user(everything.accounts, LINK.hash, 1) == "nia"
    assert details(everything, done)["changed"] == ["password reset"]


@pytest.mark.parametrize("step", ["update", "unlock", "reset"])
def test_nobody_is_altered_who_is_not_there(everything: Everything, step: str) -> None:
    acts: dict[str, Act[str]] = {
        "update": keeping.updating(NEW, everything.desk.policy),
        "unlock": keeping.unlocking("new.one"),
        "reset": keeping.resetting("new.one", LINK),
    }
    with pytest.raises(NotFound, match="no user of that name"):
        alter(everything, acts[step])
