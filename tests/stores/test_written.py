"""The two stores that people write to and no run touches: changes carry their event; views show the rows."""

from __future__ import annotations

import pytest

from gateway.audit.event import Event, EventType, new_id
from gateway.errors import StoreUnavailable
from gateway.stores import population_work, practice_work
from gateway.stores.written import WrittenStore
from tests.builders.everything import Everything, asks, subject

MODULES = {module.NAME: module for module in (population_work, practice_work)}


@pytest.fixture(params=sorted(MODULES))
def store(request: pytest.FixtureRequest, everything: Everything) -> WrittenStore:
    found: WrittenStore = MODULES[request.param].Store(everything.desk.vault, everything.home)
    return found


def test_a_change_holds_its_event_until_the_log_has_it(store: WrittenStore) -> None:
    event = Event(new_id(1, bytes(10)), EventType.COHORT_SAVED, {})
    with store.changing() as transaction:
        transaction.put_in_outbox(event)
    assert store.outbox() == [(event, None)]
    store.settle(event.id)
    assert store.outbox() == []


def test_a_view_without_parts_shows_nothing_of_it(store: WrittenStore, everything: Everything) -> None:
    request = asks(subject("data_processor_operator", "ZZP"), "commissioning", "intake.risk", "create")
    decision = everything.desk.policy.decide(request, everything.desk.now())
    answered = store.select(everything.desk.policy.grant(request, decision))
    assert (answered.store, answered.parts, answered.subjects) == (store.name, {}, ())


def test_its_schema_is_the_newest(store: WrittenStore, everything: Everything) -> None:
    assert store.version() == MODULES[store.name].migrate(everything.desk.vault, everything.home)


def test_one_of_an_earlier_schema_is_not_worked_with(store: WrittenStore, everything: Everything) -> None:
    connection = store.connection()
    newest = store.version()
    connection.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreUnavailable, match="run 'gateway migrate'"):
        type(store)(everything.desk.vault, everything.home).version()
    connection.execute(f"PRAGMA user_version = {newest}")
