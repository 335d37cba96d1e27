"""What administrators and holders of an account see of the store, and changes with their event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.access.decision import Value
from gateway.access.grant import Grant
from gateway.audit.event import Event, EventType, new_id
from gateway.errors import BadRequest, StoreUnavailable
from gateway.stores import accounts
from gateway.stores.vault import Vault
from tests.builders.everything import Everything, asks, subject


def granted(
    place: Everything, resource: str, action: str, question: dict[str, Value] | None = None, *, by: str = "max"
) -> Grant:
    """What an access administrator is granted."""
    request = asks(subject("access_administrator", "06Q", by), "administration", resource, action, question)
    decision = place.desk.policy.decide(request, place.desk.now())
    assert decision.permitted, decision.reason_code
    return place.desk.policy.grant(request, decision)


def shown(place: Everything, grant: Grant) -> dict[str, list[dict[str, Any]]]:
    answered = accounts.Store(place.desk.vault, place.home).select(grant)
    return {name: part.records() for name, part in answered.parts.items()}


def test_an_administrator_lists_accounts_without_any_password(everything: Everything) -> None:
    users = shown(everything, granted(everything, "administration.users", "list"))["users"]
    assert [row["user"] for row in users] == ["max", "nia"]
    assert "password_hash" not in users[0]


def test_one_account_is_found_by_its_name(everything: Everything) -> None:
    users = shown(everything, granted(everything, "administration.users", "list", {"user": "nia"}))["users"]
    assert [row["user"] for row in users] == ["nia"]


def test_an_administrator_lists_grants(everything: Everything) -> None:
    grants = shown(everything, granted(everything, "administration.grants", "list"))["grants"]
    assert [(row["user"], row["role"], row["state"]) for row in grants] == [("max", "access_administrator", "approved")]


@pytest.mark.parametrize(("user", "roles"), [("max", ["access_administrator"]), ("nia", []), ("nobody", [])])
def test_ones_own_account_is_ones_own_and_nobody_elses(everything: Everything, user: str, roles: list[str]) -> None:
    told = shown(everything, granted(everything, "account.own", "read", by=user))
    assert [row["user"] for row in told["account"]] == [user for _ in told["account"]]
    assert [row["role"] for row in told["memberships"]] == roles


def test_nobody_asks_for_another_account_than_their_own(everything: Everything) -> None:
    with pytest.raises(BadRequest, match="cannot be filtered by user"):
        shown(everything, granted(everything, "account.own", "read", {"user": "nia"}))


def test_a_view_without_parts_shows_nothing(everything: Everything) -> None:
    assert shown(everything, granted(everything, "administration.policy", "read")) == {}


def test_a_change_holds_its_event_until_the_log_has_it(store: accounts.Store) -> None:
    event = Event(new_id(1, bytes(10)), EventType.MEMBERSHIP_GRANTED, {})
    with store.changing() as transaction:
        transaction.put_in_outbox(event)
    assert store.outbox() == [(event, None)]
    store.settle(event.id)
    assert store.outbox() == []


def test_an_earlier_store_is_not_worked_with_until_it_is_migrated(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.create(accounts.NAME)
    vault.connect(accounts.NAME, tmp_path / accounts.FILE, create=True)
    with pytest.raises(StoreUnavailable, match=r"store accounts has schema 0, .*: run 'gateway migrate'"):
        accounts.Store(vault, tmp_path).version()
    assert accounts.migrate(vault, tmp_path) == accounts.Store(vault, tmp_path).version()
