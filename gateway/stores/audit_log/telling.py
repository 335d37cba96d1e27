"""What the inventory and the assurance pack read of the log: events of some types with their details, and counts.

Of a pruned event its index, instant, day and type are left, and no details. No patient is in any of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.errors import StoreUnavailable
from gateway.stores.audit_log.schema import NAME
from gateway.stores.outbox import Transaction
from gateway.stores.result import Cell
from gateway.stores.vault import Connection

CLOSED = "closed"  # the state that the event of a closed agreement tells
OF_TYPES = """
    SELECT idx, at, type, user, organisation, resource, action, agreement, leaf FROM event
    WHERE type IN (SELECT value FROM json_each(?)) ORDER BY idx
"""
OF_RESOURCE = """
    SELECT idx, at, type, user, organisation, resource, action, agreement, leaf FROM event
    WHERE resource = ? AND action = ? ORDER BY idx
"""
COUNTED = """
    SELECT type, role, resource, action, reason_code, count(*), min(at), max(at), max(idx) FROM event
    WHERE type IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5
"""
REVIEWS = """
    SELECT rule, state, outcome, count(*), min(due), max(decided) FROM review GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
WITNESSES = "SELECT witness, max(size) FROM cosignature GROUP BY witness ORDER BY witness"


class Told(NamedTuple):
    """One event with what it says besides who did what. details: {} of an event whose body was pruned."""

    idx: int
    at: str
    type: str
    user: str
    organisation: str
    resource: str
    action: str
    agreement: str
    approved_by: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    """Reads the log at one moment."""

    connection: Connection

    def of_types(self, *types: str) -> Iterator[Told]:
        """Every event of some types, in the log's order."""
        return self._told(OF_TYPES, json.dumps(types))

    def of_resource(self, resource: str, action: str) -> Iterator[Told]:
        """Every event of one action on one resource, whatever came of it."""
        return self._told(OF_RESOURCE, resource, action)

    def counted(self, types: Iterable[str]) -> list[tuple[Cell, ...]]:
        """Type, role, resource, action, reason code → how many, the first, the last, and the last one's index."""
        return list(self.connection.execute(COUNTED, (json.dumps([*types]),)))

    def reviews(self) -> list[tuple[Cell, ...]]:
        """Rule, state, outcome → how many, the first that is due, the last that was decided."""
        return list(self.connection.execute(REVIEWS))

    def closings(self) -> dict[str, int]:
        """Key of each agreement that was closed here, and the index of the event that says so last."""
        changed = self.of_types(EventType.AGREEMENT_CHANGED)
        return {one.details["agreement"]: one.idx for one in changed if one.details.get("state") == CLOSED}

    def _told(self, statement: str, *values: str) -> Iterator[Told]:
        for *columns, leaf in self.connection.execute(statement, values):
            body = json.loads(leaf)
            yield Told._make([*columns, body.get("approved_by", ""), body.get("details", {})])

    def witnesses(self) -> list[tuple[str, int]]:
        """Each witness and the largest size of the log that it signed for."""
        return list(self.connection.execute(WITNESSES))


def telling_of(grant: Grant, snapshot: Transaction) -> Telling:
    """The log to be told of, for one who was granted a view of it. Raises StoreUnavailable for any other grant."""
    if grant.view.store != NAME:
        raise StoreUnavailable("the grant is of another store")
    return Telling(snapshot.connection)
