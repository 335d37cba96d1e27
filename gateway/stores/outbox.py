"""Events that a store holds until the log has them: written in the change's own transaction, taken exactly once.

Every writable store has this table; an event's fixed id makes a second delivery harmless (docs/audit.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.audit.event import Event, EventType, Subjects
from gateway.audit.leaf import check
from gateway.stores.connections import within_reach
from gateway.stores.vault import Connection, writing

OUTBOX = "CREATE TABLE outbox (event_id TEXT PRIMARY KEY, event TEXT NOT NULL) STRICT"
_PUT = "INSERT INTO outbox (event_id, event) VALUES (?, ?)"
_WAITING = "SELECT event FROM outbox ORDER BY event_id"
_SETTLE = "DELETE FROM outbox WHERE event_id = ?"


@dataclass(frozen=True, slots=True)
class Transaction:
    """A change under way: the store's connection inside one transaction."""

    connection: Connection

    def put_in_outbox(self, event: Event, subjects: Subjects | None = None) -> None:
        """Hold the event; it is gone again when the transaction is rolled back.

        Raises AuditUnavailable for one that the log would never take: a change stands or falls with its event.
        """
        check(event)
        about = [subjects.store, list(subjects.identifiers)] if subjects else None
        held = {"id": event.id, "type": event.type, "fields": dict(event.fields), "subjects": about}
        self.connection.execute(_PUT, (event.id, json.dumps(held, default=dict)))


@contextmanager
def changing(connection: Connection) -> Iterator[Transaction]:
    """One change of one store, with its event, or nothing. Raises StoreUnavailable where it cannot be made."""
    with within_reach("a change"), writing(connection):
        yield Transaction(connection)


def waiting(connection: Connection) -> list[tuple[Event, Subjects | None]]:
    """Events that the log may not have yet, oldest first. Raises StoreUnavailable."""
    with within_reach("a change"):
        held = [json.loads(row[0]) for row in connection.execute(_WAITING)]
    return [(Event(one["id"], EventType(one["type"]), one["fields"]), _subjects(one["subjects"])) for one in held]


def settle(connection: Connection, event_id: str) -> None:
    """The log has it. Raises StoreUnavailable; the event then waits to be delivered once more, which does no harm."""
    with within_reach("a change"):
        connection.execute(_SETTLE, (event_id,))


def _subjects(held: tuple[str, list[str]] | None) -> Subjects | None:
    return Subjects(held[0], tuple(held[1])) if held else None
