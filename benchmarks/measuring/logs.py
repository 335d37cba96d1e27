"""A log of any size as years of use leave it, written by the log's own ledger in great groups.

3,000 events a day: one in five shows a list of 20 to 50 of 400,000 people, half concern one person, the rest nobody;
some are refused, some at night, some are exports. A list is mostly the first page of a practice's own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.audit.tokens import Tokens
from gateway.recorder.ledger import Append, Ledger
from gateway.recorder.signing import Signing
from gateway.settings import Settings
from gateway.stores import audit_log
from gateway.stores.audit_log.log import Log
from gateway.stores.audit_log.schema import PEOPLE_INDEX, TOKENS
from gateway.stores.vault import Connection, Vault
from measuring.events import FIELDS, STORE

A_DAY, GROUP, WEEK = 3_000, 150, 5
PEOPLE, PRACTICES, PAGES = 400_000, 200, 40
FIRST_NUMBER = 9_990_000_000
FIRST_PAGE = 0.6  # of what is opened of a list
START = datetime(2018, 1, 1, tzinfo=UTC)
DROP = "DROP INDEX event_subject_token"
HOURS = (5, 8, 8, 9, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 22)  # of a day's groups
KINDS = (
    *((EventType.ACCESS_PERMITTED, "practice.worklist", "list"),) * 20,
    *((EventType.RECORD_DISPLAYED, "practice.record", "read"),) * 25,
    *((EventType.ACCESS_PERMITTED, "practice.patient", "read"),) * 24,
    *((EventType.ACCESS_PERMITTED, "population.stratify", "list"),) * 14,
    *((EventType.SESSION_START, "", ""),) * 10,
    *((EventType.ACCESS_EMPTY, "practice.worklist", "list"),) * 4,
    *((EventType.ACCESS_REFUSED, "practice.record", "read"),) * 2,
    (EventType.EXPORT_CREATED, "practice.worklist", "export"),
)  # fmt: skip


@dataclass
class Growing:
    """A log that grows by whole groups. Its clock moves through one day after the other."""

    settings: Settings
    size: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 the same log each time

    def grow(self, size: int) -> None:
        """Up to `size` events; the index of people is made at the end, once."""
        with self.connection() as connection:
            connection.execute(DROP)
        log = Log(self.settings.home, self.settings.keys)
        ledger = Ledger(log, Signing(self.settings.home, self.settings.keys), self._now, os.urandom)
        while self.size < size:
            many = min(GROUP, size - self.size)
            faults = [one for one in ledger.take([self._one(at) for at in range(many)]) if isinstance(one, Exception)]
            if faults:
                raise RuntimeError(str(faults[0]))
            self.size += many
        log.close()
        with self.connection() as connection:
            connection.execute(PEOPLE_INDEX)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One that reads the log."""
        path = self.settings.home / audit_log.FILE
        with closing(Vault(self.settings.keys).connect(audit_log.NAME, path)) as connection:
            yield connection

    def tokens(self) -> Tokens:
        """What makes the tokens of people."""
        return Tokens(Vault(self.settings.keys).key(TOKENS))

    def file(self) -> Path:
        """The log's file."""
        return self.settings.home / audit_log.FILE

    def _now(self) -> int:
        """An hour of a working day, for each group."""
        weeks, day = divmod(self.size // A_DAY, WEEK)
        at = START + timedelta(weeks=weeks, days=day, hours=HOURS[self.size % A_DAY // GROUP])
        return int(at.timestamp() * 1000)

    def _one(self, number: int) -> Append:
        chance = self.chance
        kind, resource, action = KINDS[chance.randrange(len(KINDS))]
        practice = chance.randrange(PRACTICES)
        refused = kind is EventType.ACCESS_REFUSED
        user, organisation = f"user{practice:03d}.{chance.randrange(4)}", f"Z9{practice:04d}"
        actor = {**FIELDS["actor"], "user": user, "organisation": organisation}
        fields: dict[str, Any] = {**FIELDS, "actor": actor, "resource": resource, "action": action}
        if refused:
            fields |= {"decision": "deny", "reason_code": "role_expired", "rules": [], "rows": 0}
        if kind is EventType.RECORD_DISPLAYED:
            fields |= {"reason": "planned_review", "relationship": "attested", "rows": 1}
        if kind is EventType.SESSION_START:
            fields = {"actor": actor, "channel": "web"}
        concerns = kind not in {EventType.ACCESS_REFUSED, EventType.ACCESS_EMPTY} and resource.startswith("practice")
        people = self._people(action, practice) if concerns else None
        return Event(new_id(self._now() + number, chance.randbytes(10)), kind, fields), people

    def _people(self, action: str, practice: int) -> Subjects:
        first = practice * (PEOPLE // PRACTICES)
        if action == "read":
            return Subjects(STORE, (str(FIRST_NUMBER + first + self.chance.randrange(PEOPLE // PRACTICES)),))
        page = 0 if self.chance.random() < FIRST_PAGE else self.chance.randrange(PAGES)
        start = FIRST_NUMBER + first + page * 50
        return Subjects(STORE, tuple(str(start + place) for place in range(20 + (7 * page + practice) % 31)))
