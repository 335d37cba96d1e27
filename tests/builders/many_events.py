"""A log of some thousand events of every kind that the questions ask for, on days and at hours all over the year.

Written by the log's own ledger with a clock of its own, so that the hours are what a test wants them to be.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.audit.event import Event, EventType, Subjects, new_id
from gateway.recorder.ledger import Ledger
from gateway.recorder.signing import Signing
from gateway.stores import audit_log
from gateway.stores.audit_log.log import Log
from gateway.stores.vault import Vault

START = datetime(2026, 2, 20, 4, 30, tzinfo=UTC)
USERS = tuple(f"user{number:02d}" for number in range(14))
PEOPLE = tuple(f"99900{number:05d}" for number in range(60))
ROLES = ("gp", "practice_staff", "commissioner_analyst")
STORES = ("practice_work", "risk_identifiable")
ACCESSES = (
    *("access.permitted",) * 6, "record.displayed", "record.displayed", "export.created", "export.fetched",
    "access.empty", "access.failed", "access.refused", "access.refused", "breach.suspected", "breakglass.opened",
    "breakglass.reviewed", "session.start", "audit.searched",
)  # fmt: skip


@dataclass
class Made:
    """The installation's log, its leaves as they were exported, and the tokens beside each."""

    home: Path
    keys: Path
    leaves: list[dict[str, Any]]
    tokens: dict[int, list[str]]
    token_of: Any


def made(home: Path, keys: Path, number: int, seed: int = 5) -> Made:
    """Write `number` events into an empty log."""
    chance = random.Random(seed)  # noqa: S311 the same log each time
    clock = [int(START.timestamp() * 1000)]
    log = Log(home, keys)
    ledger = Ledger(log, Signing(home, keys), lambda: clock[0], chance.randbytes)
    grants: list[dict[str, Any]] = []
    for _ in range(number // 20):
        clock[0] += int(timedelta(minutes=chance.choice((1, 20, 180, 900))).total_seconds() * 1000)
        group = [_event(chance, grants, clock[0]) for _ in range(20)]
        assert not [one for one in ledger.take(group) if isinstance(one, Exception)]
    log.close()
    vault = Vault(keys)
    connection = vault.connect(audit_log.NAME, home / audit_log.FILE, read_only=True)
    leaves = [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
    places: dict[int, list[str]] = {}
    for place, token in connection.execute("SELECT idx, token FROM event_subject"):
        places.setdefault(place, []).append(token)
    beside = connection.execute("SELECT idx, subjects_at FROM event WHERE subjects_at IS NOT NULL")
    tokens = {index: places[place] for index, place in beside}
    connection.close()
    return Made(home, keys, leaves, tokens, ledger.token)


def _event(chance: random.Random, grants: list[dict[str, Any]], now: int) -> tuple[Event, Subjects | None]:
    if chance.random() < 0.06:
        return _membership(chance, grants, now), None
    kind = EventType(chance.choice(ACCESSES))
    user, role = chance.choice(USERS), chance.choice(ROLES)
    refused = kind in {EventType.ACCESS_REFUSED, EventType.BREACH_SUSPECTED}
    fields: dict[str, Any] = {
        "actor": {"user": user, "role": role, "organisation": "Z99001", "signed_in_by": "password"},
        "purpose": "direct_care", "resource": "practice.record", "action": "read", "channel": "web",
        "decision": "deny" if refused else "permit", "rows": chance.randrange(40),
        "reason_code": chance.choice(("role_expired", "no_rule")) if refused else "permitted",
        "reason": chance.choice(("planned_review", "planned_review", "")), "rules": [f"{role}:read"],
        "relationship": chance.choice(("attested", "attested", "")),
    }  # fmt: skip
    if chance.random() < 0.03:
        fields["rules"] = []
    if kind is EventType.SESSION_START:
        fields = {"actor": fields["actor"]}
    return Event(new_id(now, chance.randbytes(10)), kind, fields), _people(chance, kind)


def _people(chance: random.Random, kind: EventType) -> Subjects | None:
    """One person, nobody, or one of a few lists, opened again and again."""
    if kind in {EventType.ACCESS_REFUSED, EventType.SESSION_START, EventType.ACCESS_EMPTY}:
        return None
    many = chance.choice((0, 1, 1, 1, 5, 30))
    first = chance.randrange(3) * 10
    who = (chance.choice(PEOPLE),) if many == 1 else PEOPLE[first : first + many]
    return Subjects(chance.choice(STORES), who) if many else None


def _membership(chance: random.Random, grants: list[dict[str, Any]], now: int) -> Event:
    event_id = new_id(now, chance.randbytes(10))
    if grants and chance.random() < 0.4:
        told, kind = chance.choice(grants), EventType.MEMBERSHIP_REVOKED
    else:
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        last = chance.choice(("", (today + timedelta(days=chance.randrange(9))).isoformat()))
        told = {
            "grant": len(grants) + 1, "account": chance.choice(USERS), "role": chance.choice(ROLES),
            "organisation": "Z99001", "dates": [today.isoformat(), last], "state": "approved",
        }  # fmt: skip
        grants.append(told)
        kind = EventType.MEMBERSHIP_GRANTED
    actor = {"user": "max", "role": "access_administrator", "organisation": "06Q", "signed_in_by": "password"}
    return Event(event_id, kind, {"actor": actor, "decision": "permit", "rules": ["approve"], "details": told})
