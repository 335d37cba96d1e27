"""What the auditor's questions and the review queue read: facts by day, type, user or person, each by an index.

The same people are written once: `event.subjects_at` leads from the event that has them to all that have the same.
Days come in the log's order, so that two looks at an index bound the events of some days. A pruned event answers
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.access.grant import Grant
from gateway.audit.facts import MEMBERSHIPS, Fact, Held
from gateway.audit.leaf import PRUNED
from gateway.errors import StoreUnavailable
from gateway.stores.audit_log.schema import NAME
from gateway.stores.outbox import Transaction
from gateway.stores.vault import Connection

_FACT = """
    idx, at, day, type, user, role, organisation, purpose, resource, action, decision, reason_code, rows, channel,
    coalesce(json_extract(leaf, '$.reason'), ''), coalesce(json_extract(leaf, '$.relationship'), ''),
    coalesce(json_extract(leaf, '$.subjects.n'), 0), coalesce(json_array_length(leaf, '$.rules'), 0),
    coalesce(json_extract(leaf, '$.actor.signed_in_by'), '')
"""
_WITHIN = f"""
    +day BETWEEN :first AND :last AND leaf <> '{PRUNED.decode()}' AND idx BETWEEN
    (SELECT idx FROM event WHERE day >= :first ORDER BY day, idx LIMIT 1) AND
    (SELECT idx FROM event WHERE day <= :last ORDER BY day DESC, idx DESC LIMIT 1)
"""
OF_DAYS = f"SELECT {_FACT} FROM event WHERE {_WITHIN} ORDER BY idx DESC"
OF_TYPES = f"""
    SELECT {_FACT} FROM event INDEXED BY event_type
    WHERE type IN (SELECT value FROM json_each(:types)) AND {_WITHIN} ORDER BY idx DESC
"""
OF_USER = f"SELECT {_FACT} FROM event WHERE user = :user AND {_WITHIN} ORDER BY idx DESC"
BETWEEN = f"SELECT {_FACT} FROM event WHERE idx BETWEEN :first AND :last AND user = :user ORDER BY idx"
OF_PEOPLE = f"""
    SELECT {_FACT} FROM event WHERE subjects_at IN
    (SELECT idx FROM event_subject WHERE token IN (SELECT value FROM json_each(:tokens))) ORDER BY idx DESC
"""
HELD = """
    SELECT idx, at, type, json_extract(leaf, '$.details.grant'), json_extract(leaf, '$.details.account'),
    json_extract(leaf, '$.details.role'), json_extract(leaf, '$.details.organisation'),
    json_extract(leaf, '$.details.dates[1]')
    FROM event INDEXED BY event_type WHERE type IN (SELECT value FROM json_each(:types))
    AND json_extract(leaf, '$.details.grant') NOTNULL
    ORDER BY idx
"""
CACHE = "PRAGMA cache_size = -16384"  # KiB: the upper pages of the indexes stay, at any size


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day, both inclusive, in the UK: 2026-03-31."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Reads facts, newest first, a row at a time."""

    connection: Connection

    def of_days(self, days: Days) -> Iterator[Fact]:
        """Every event of these days."""
        return self._facts(OF_DAYS, first=days.first, last=days.last)

    def of_types(self, types: Iterable[str], days: Days) -> Iterator[Fact]:
        """Those of some types."""
        return self._facts(OF_TYPES, types=json.dumps([*types]), first=days.first, last=days.last)

    def of_user(self, user: str, days: Days) -> Iterator[Fact]:
        """What one user did."""
        return self._facts(OF_USER, user=user, first=days.first, last=days.last)

    def between(self, first: int, last: int, user: str) -> Iterator[Fact]:
        """What one user did from one event to another, the oldest first."""
        return self._facts(BETWEEN, first=first, last=last, user=user)

    def of_people(self, tokens: tuple[str, ...]) -> Iterator[Fact]:
        """Whatever concerns one of these tokens, since the log began."""
        return self._facts(OF_PEOPLE, tokens=json.dumps(tokens))

    def held(self) -> Iterator[Held]:
        """Every grant given and taken, in the log's order."""
        for row in self.connection.execute(HELD, {"types": json.dumps(MEMBERSHIPS)}):
            yield Held(*row)

    def _facts(self, statement: str, **values: str | int) -> Iterator[Fact]:
        for row in self.connection.execute(statement, values):
            yield Fact(*row)


def asking_of(grant: Grant, snapshot: Transaction) -> Asking:
    """The log to ask, for one who was granted a view of it. Raises StoreUnavailable for any other grant."""
    if grant.view.store != NAME:
        raise StoreUnavailable("the grant is of another store")
    snapshot.connection.execute(CACHE)
    return Asking(snapshot.connection)
