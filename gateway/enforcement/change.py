"""The twin of answer(): whatever a person alters is decided, altered with its event in one transaction, and recorded.

The store's outbox holds the event until the log has it, exactly once, by its fixed id (docs/audit.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType, Receipt, Subjects
from gateway.enforcement import events
from gateway.enforcement.answer import failure_recorded, permitted
from gateway.enforcement.desk import Desk
from gateway.enforcement.ports import WritableStore
from gateway.stores.outbox import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What an act did: the value to tell, the event's type and details (never personal), and whom it concerns."""

    value: T
    event_type: EventType
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    subjects: Subjects | None = None


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """The act's value, and the receipt of its event."""

    value: T
    receipt: Receipt


P = TypeVar("P")
Act = Callable[[Grant, Transaction], Outcome[T]]
Prepare = Callable[[Grant], P]
ActOn = Callable[[Grant, Transaction, P], Outcome[T]]


def change(request: AccessRequest, act: Act[T], *, desk: Desk) -> Changed[T]:
    """Decide, alter and put the event in the outbox in one transaction, record, tell.

    Raises AccessDenied (already on the log), whatever `act` raises (nothing was altered, on the log as failed),
    AuditUnavailable (nothing was altered, where the log would never take such an event; else altered and told to
    nobody, and the outbox delivers the event later).
    """
    return change_prepared(request, lambda _: None, lambda grant, transaction, _: act(grant, transaction), desk=desk)


def change_prepared(request: AccessRequest, prepare: Prepare[P], act: ActOn[P, T], *, desk: Desk) -> Changed[T]:
    """The same for what takes long: `prepare` alters nothing that anybody reads, and the store is not locked meanwhile.

    Raises as `change`; whatever `prepare` raises is on the log as failed.
    """
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        store = desk.writable_store_for(grant)
        prepared = prepare(grant)
        with store.changing() as transaction:
            outcome = act(grant, transaction, prepared)
            event = events.changed(grant, outcome.event_type, outcome.details)
            transaction.put_in_outbox(event, outcome.subjects)
    receipt = desk.log.append(event, outcome.subjects)
    store.settle(event.id)
    return Changed(outcome.value, receipt)


def deliver(store: WritableStore, *, desk: Desk) -> int:
    """Hand the log what a crash left in the outbox; how many events there were. Raises AuditUnavailable."""
    held = store.outbox()
    for event, subjects in held:
        desk.log.append(event, subjects)
        store.settle(event.id)
    return len(held)
