"""A change and its event are in one transaction; the event waits until the log has it, and no longer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.errors import AuditUnavailable, Conflict, StoreUnavailable
from gateway.stores import outbox
from gateway.stores.outbox import OUTBOX, changing, settle, waiting
from gateway.stores.vault import Connection, Vault

FIELDS = {"actor": {"user": "max"}, "details": {"changed": ["name"], "rows": 3}, "agreement": ""}
PEOPLE = Subjects("risk_identifiable", ("9990000018", "9990000026"))


def event(millisecond: int = 1, fields: Mapping[str, Any] = FIELDS) -> Event:
    return Event(new_id(millisecond, bytes(10)), EventType.ACCESS_PERMITTED, fields)


@pytest.fixture
def store(connection: Connection) -> Connection:
    connection.execute(OUTBOX)
    return connection


def noted(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM patient WHERE note = 'changed'").fetchone()[0])


def change(connection: Connection, held: Event, *, then: Exception | None = None) -> None:
    """Alter a row and hold the event, and fail before the end where asked."""
    with changing(connection) as transaction:
        transaction.connection.execute("UPDATE patient SET note = 'changed'")
        transaction.put_in_outbox(held, PEOPLE)
        if then:
            raise then


def test_an_event_waits_as_it_was_with_whom_it_concerns(store: Connection) -> None:
    held = event()
    change(store, held)
    assert waiting(store) == [(held, PEOPLE)]
    assert noted(store) == 1


def test_an_event_that_concerns_nobody_comes_back_so(store: Connection) -> None:
    with changing(store) as transaction:
        transaction.put_in_outbox(event())
    assert waiting(store) == [(event(), None)]


def test_events_wait_oldest_first(store: Connection) -> None:
    for millisecond in (3, 1, 2):
        change(store, event(millisecond))
    assert [held.id for held, _ in waiting(store)] == [event(millisecond).id for millisecond in (1, 2, 3)]


def test_what_the_log_has_waits_no_longer(store: Connection) -> None:
    for millisecond in (1, 2):
        change(store, event(millisecond))
    settle(store, event(1).id)
    assert [held.id for held, _ in waiting(store)] == [event(2).id]


def test_a_change_that_fails_leaves_neither_row_nor_event(store: Connection) -> None:
    with pytest.raises(Conflict):
        change(store, event(), then=Conflict())
    assert noted(store) == 0
    assert waiting(store) == []


def test_an_event_that_the_log_would_never_take_is_not_held_and_its_change_not_made(store: Connection) -> None:
    with pytest.raises(AuditUnavailable, match=r"event\.details\.share is a float"):
        change(store, event(fields={"details": {"share": 0.5}}))
    assert noted(store) == 0
    assert waiting(store) == []


def test_an_event_of_any_kind_of_object_waits_as_the_log_would_read_it(store: Connection) -> None:
    change(store, event(fields=MappingProxyType({"details": MappingProxyType({"rows": (1, 2)})})))
    assert waiting(store) == [(event(fields={"details": {"rows": [1, 2]}}), PEOPLE)]


def test_the_same_event_is_held_once(store: Connection) -> None:
    change(store, event())
    with pytest.raises(StoreUnavailable, match="a change failed"):
        change(store, event())
    assert len(waiting(store)) == 1


def test_a_store_that_another_writes_to_takes_no_change_and_nothing_is_shown(
    store: Connection, vault: Vault, tmp_path: Path
) -> None:
    other = vault.connect("one", tmp_path / "one.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="a change failed: database is locked"):
        change(store, event())
    other.rollback()
    change(store, event())
    assert noted(store) == 1


@pytest.mark.usefixtures("connection")
def test_a_store_that_cannot_be_written_takes_no_change(vault: Vault, tmp_path: Path) -> None:
    reader = vault.connect("one", tmp_path / "one.db", read_only=True)
    with pytest.raises(StoreUnavailable, match="readonly"):
        change(reader, event())
    with pytest.raises(StoreUnavailable, match="a change failed"):
        outbox.settle(reader, event().id)
    with pytest.raises(StoreUnavailable, match="no such table: outbox"):
        outbox.waiting(reader)
