"""A change and its event stand or fall together; whatever happens in between, the log has the event exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.access.decision import ReasonCode
from gateway.access.grant import Grant
from gateway.audit.event import EventType, Subjects
from gateway.enforcement import keeping
from gateway.enforcement.change import Act, Outcome, change, deliver
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, AuditUnavailable, Conflict, GatewayError, StoreUnavailable
from gateway.stores.accounts import Store, sessions
from gateway.stores.outbox import Transaction
from tests.builders.everything import NUMBERS, OURS, Everything, asks, filled, made, opened, subject

ROOT = Path(__file__).resolve().parents[2]
ADMINISTRATOR = subject("access_administrator", "06Q")
UPDATE = asks(ADMINISTRATOR, "administration", "administration.users", "update")
KILLED_AFTER_THE_CHANGE = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path

from gateway.enforcement import keeping
from gateway.enforcement.change import change
from gateway.enforcement.desk import serving_desk
from gateway.settings import Settings
from tests.builders.everything import NOW, asks, subject


class Struck:
    def append(self, event, subjects=None):
        os.kill(os.getpid(), signal.SIGKILL)


desk = replace(serving_desk(Settings.from_folder(Path(sys.argv[1]), {})), log=Struck(), clock=lambda: NOW)
asked = asks(subject("access_administrator", "06Q"), "administration", "administration.users", "update")
change(asked, keeping.unlocking("nia"), desk=desk)
"""


@pytest.fixture
def store(everything: Everything) -> Store:
    """The accounts, in which nia is locked out."""
    sessions.set_locked(everything.accounts, "nia", locked=True)
    found = everything.desk.stores["accounts"]
    assert isinstance(found, Store)
    return found


def locked(place: Everything, user: str = "nia") -> bool:
    return bool(place.accounts.execute("SELECT locked FROM account WHERE user = ?", (user,)).fetchone()[0])


def failing(error: Exception) -> Act[None]:
    """An act that alters a row and fails."""

    def act(_grant: Grant, transaction: Transaction) -> Outcome[None]:
        sessions.set_locked(transaction.connection, "nia", locked=False)
        raise error

    return act


def raised(act: Act[Any], desk: Desk, kind: type[GatewayError]) -> GatewayError:
    """The error that the change ends with."""
    with pytest.raises(kind) as told:
        change(UPDATE, act, desk=desk)
    assert told.type is kind
    return told.value


def test_a_change_is_made_and_on_the_log_and_nothing_waits(everything: Everything, store: Store) -> None:
    changed = change(UPDATE, keeping.unlocking("nia"), desk=everything.desk)
    assert changed.value == "nia"
    event = everything.events()[changed.receipt.index]
    assert event["details"] == {"account": "nia", "changed": ["unlocked"]}
    assert (event["type"], event["resource"], event["action"]) == ("access.permitted", "administration.users", "update")
    assert not locked(everything)
    assert store.outbox() == []


def test_the_event_is_held_in_the_changes_own_transaction(everything: Everything, store: Store) -> None:
    """Another connection sees neither before the end, and both after it."""
    other = everything.desk.vault.connect("accounts", everything.home / "accounts.db")

    def act(grant: Grant, transaction: Transaction) -> Outcome[str]:
        outcome = keeping.unlocking("nia")(grant, transaction)
        assert other.execute("SELECT locked FROM account WHERE user = 'nia'").fetchone() == (1,)
        assert other.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
        return outcome

    change(UPDATE, act, desk=everything.desk)
    assert not locked(everything)
    assert store.outbox() == []


def test_a_change_may_be_about_people_whom_the_log_knows_by_tokens(everything: Everything) -> None:
    def act(_grant: Grant, _transaction: Transaction) -> Outcome[int]:
        return Outcome(1, EventType.ACCESS_PERMITTED, {}, Subjects("risk_identifiable", (NUMBERS[OURS],)))

    changed = change(UPDATE, act, desk=everything.desk)
    event = everything.events()[changed.receipt.index]
    assert (event["subjects"]["n"], event["details"]) == (1, {})


@pytest.mark.usefixtures("store")
def test_a_change_that_fails_alters_nothing_and_is_on_the_log(everything: Everything) -> None:
    fault = raised(failing(Conflict()), everything.desk, Conflict)
    event = everything.events()[fault.event or 0]
    assert (event["type"], event["fault"]) == ("access.failed", "Conflict")
    assert locked(everything)


@pytest.mark.parametrize("details", [{"share": 0.5}, {"day": None}, {"note": "x" * 70_000}, {1: "x"}])
def test_a_change_whose_event_the_log_would_never_take_is_not_made_and_the_log_says_so(
    everything: Everything, store: Store, details: dict[str, Any]
) -> None:
    def act(_grant: Grant, transaction: Transaction) -> Outcome[None]:
        sessions.set_locked(transaction.connection, "nia", locked=False)
        return Outcome(None, EventType.ACCESS_PERMITTED, details)

    fault = raised(act, everything.desk, AuditUnavailable)
    event = everything.events()[fault.event or 0]
    assert (event["type"], event["fault"]) == ("access.failed", "AuditUnavailable")
    assert locked(everything)
    assert store.outbox() == []
    assert change(UPDATE, keeping.unlocking("nia"), desk=everything.desk).value == "nia"


@pytest.mark.usefixtures("store")
def test_what_the_thing_itself_forbids_is_a_refusal_on_the_log(everything: Everything) -> None:
    refusal = raised(failing(AccessDenied(ReasonCode.SEPARATION_OF_DUTY)), everything.desk, AccessDenied)
    event = everything.events()[refusal.event or 0]
    assert (event["type"], event["decision"], event["reason_code"]) == ("access.refused", "deny", "separation_of_duty")
    assert locked(everything)


@pytest.mark.usefixtures("store")
def test_where_a_barred_organisation_is_concerned_it_is_a_suspected_breach(everything: Everything) -> None:
    refusal = raised(failing(AccessDenied(ReasonCode.ORGANISATION_BARRED)), everything.desk, AccessDenied)
    assert everything.events()[refusal.event or 0]["type"] == "breach.suspected"


@pytest.mark.usefixtures("store")
def test_a_change_that_is_not_permitted_is_never_begun(everything: Everything) -> None:
    staff = asks(subject("practice_staff", OURS), "administration", "administration.users", "update")
    with pytest.raises(AccessDenied) as refusal:
        change(staff, keeping.unlocking("nia"), desk=everything.desk)
    assert everything.events()[refusal.value.event or 0]["type"] == "access.refused"
    assert locked(everything)


def test_a_store_that_another_process_writes_to_is_on_the_log_and_alters_nothing(
    everything: Everything, store: Store
) -> None:
    other = everything.desk.vault.connect("accounts", everything.home / "accounts.db")
    other.execute("BEGIN IMMEDIATE")
    fault = raised(keeping.unlocking("nia"), everything.desk, StoreUnavailable)
    other.rollback()
    assert everything.events()[fault.event or 0]["type"] == "access.failed"
    assert locked(everything)
    assert store.outbox() == []


def test_a_change_while_the_log_is_away_is_told_to_nobody_and_delivered_once(
    everything: Everything, store: Store, silent: Desk
) -> None:
    before = len(everything.events())
    raised(keeping.unlocking("nia"), silent, AuditUnavailable)
    assert not locked(everything)
    assert len(everything.events()) == before
    [(held, _)] = store.outbox()
    assert [deliver(store, desk=everything.desk), deliver(store, desk=everything.desk)] == [1, 0]
    assert [event["id"] for event in everything.events()[before:]] == [held.id]


def test_an_event_that_the_log_had_before_the_crash_is_not_taken_twice(
    everything: Everything, store: Store, silent: Desk
) -> None:
    raised(keeping.unlocking("nia"), silent, AuditUnavailable)
    [(held, subjects)] = store.outbox()
    receipt = everything.desk.log.append(held, subjects)
    before = len(everything.events())
    assert deliver(store, desk=everything.desk) == 1
    assert len(everything.events()) == before
    assert everything.events()[receipt.index]["id"] == held.id


def test_while_the_log_stays_away_what_waits_goes_on_waiting(
    everything: Everything, store: Store, silent: Desk
) -> None:
    raised(keeping.unlocking("nia"), silent, AuditUnavailable)
    with pytest.raises(AuditUnavailable):
        deliver(store, desk=silent)
    assert len(store.outbox()) == 1
    assert deliver(store, desk=everything.desk) == 1


@pytest.fixture
def struck(tmp_path: Path) -> Iterator[Everything]:
    """An installation at its next start, after its process was killed between a change and the log."""
    settings = made(tmp_path / "installation")
    filled(settings)
    with opened(settings) as place:
        place.add("nia")
        sessions.set_locked(place.accounts, "nia", locked=True)
    words = [sys.executable, "-c", KILLED_AFTER_THE_CHANGE, str(tmp_path / "installation")]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(words, cwd=ROOT, env=around, check=False).returncode == -signal.SIGKILL
    with opened(settings) as place:
        yield place


def test_a_process_that_is_killed_after_the_change_leaves_its_event_to_the_next_start(struck: Everything) -> None:
    store = struck.desk.stores["accounts"]
    assert isinstance(store, Store)
    assert not locked(struck)
    assert [event for event in struck.events() if event["type"] == "access.permitted"] == []
    assert [deliver(store, desk=struck.desk), deliver(store, desk=struck.desk)] == [1, 0]
    [event] = [event for event in struck.events() if event["type"] == "access.permitted"]
    assert event["details"] == {"account": "nia", "changed": ["unlocked"]}
