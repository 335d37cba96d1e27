"""What the log tells: reviews, suspected breaches, refusals, exports, destruction, and how the log itself stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.audit.event import EventType
from gateway.audit.facts import EXPORTS
from gateway.enforcement.assuring.pack import Section, section
from gateway.enforcement.closing import kept_records
from gateway.enforcement.desk import Desk
from gateway.enforcement.inventory import COLUMNS, inventory
from gateway.stores.audit_log.stream import Stream
from gateway.stores.audit_log.telling import Telling, Told
from gateway.stores.result import Cell

COUNTED = ("type", "role", "resource", "action", "reason_code", "number", "first_at", "last_at", "last_event")
DESTROYED = (
    EventType.AGREEMENT_CHANGED, EventType.SEAL_ERASED, EventType.LOG_PRUNED, EventType.SYSTEM_RESTORED,
)  # fmt: skip
RECEIVED = (
    "received",
    "What was received",
    "Each delivered file, where its rows are held, and until when. Rows that a later delivery replaced count as held.",
    COLUMNS,
)
REVIEWS = (
    "reviews",
    "Access reviews",
    "What the review rules found on the log, and what the privacy officer decided.",
    ("rule", "state", "outcome", "number", "first_due", "last_decided"),
)
KINDS: tuple[tuple[Sequence[str], str, str, str], ...] = (
    ([EventType.BREACH_SUSPECTED], "breaches", "Suspected breaches", "What was kept as a suspected breach."),
    ([EventType.ACCESS_REFUSED], "refusals", "Refused attempts", "Requests that were refused, and why."),
    (EXPORTS, "exports", "Exports", "Files that were made and taken away."),
)
DESTRUCTION = (
    "destruction",
    "Destruction, renewal and restoring",
    "Agreements closed or renewed, seals erased, bodies of old events pruned, backups restored.",
    ("event", "at", "type", "user", "approved_by", "details"),
)
CLOSED = (
    "closed",
    "Closed agreements",
    "What the record among the keys says of each agreement that was closed here.",
    ("agreement", "state", "day", "by", "approved_by", "keys", "files", "received", "backups", "event"),
)
_WORDS = ("agreement", "state", "dates", "stores", "store", "before", "events", "size", "left_out")


def sections(telling: Telling, desk: Desk) -> Iterator[Section]:
    """telling: the log at one moment."""
    yield section(*RECEIVED, (tuple(one.record.values()) for one in inventory(telling, desk)))
    yield section(*REVIEWS, telling.reviews())
    for types, name, title, line in KINDS:
        yield section(name, title, line, COUNTED, telling.counted(types))
    yield section(*DESTRUCTION, (_destroyed(one) for one in telling.of_types(*DESTROYED)))
    yield section(*CLOSED, (_closed(record) for record in kept_records(desk.settings)))
    yield from _standing(telling, desk)


def _standing(telling: Telling, desk: Desk) -> Iterator[Section]:
    policy, (size, note) = desk.policy, Stream(telling.connection).head()
    yield section(
        "policy",
        "Policy release in force",
        "The release that decides: its version is a hash over every policy file.",
        ("version", "permissions", "separations", "invariants", "agreements_served", "review_rules"),
        [
            (
                policy.version,
                len(policy.permissions),
                len(policy.release.separations),
                len(policy.release.invariants),
                ", ".join(sorted(policy.served)) or "none",
                len(policy.release.review.rules),
            )
        ],
    )
    witnesses = telling.witnesses() or [("", 0)]
    yield section(
        "log",
        "The audit log",
        "Its head, and how far each witness has signed for it.",
        ("events", "checkpoint", "witness", "witnessed_events", "not_witnessed_yet"),
        ((size, note, witness, seen, size - seen) for witness, seen in witnesses),
    )


def _destroyed(one: Told) -> tuple[Cell, ...]:
    told = "; ".join(f"{name} {_worded(one.details[name])}" for name in _WORDS if name in one.details)
    return one.idx, one.at, one.type, one.user, one.approved_by, told


def _worded(value: Any) -> str:  # noqa: ANN401 whatever an event tells
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _closed(record: dict[str, Any]) -> tuple[Cell, ...]:
    counts = (len(record[name]) for name in ("keys", "files", "received", "backups"))
    who = (record["by"], record["approved_by"])
    return record["reference"], record["state"], record["day"], *who, *counts, record.get("closed_event")
