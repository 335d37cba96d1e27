"""What an audit event is: a closed list of types, an id that makes appending idempotent, and whom it concerns.

Keeps ALL-3. Identifiers appear here only on their way into the sequencer, which turns them into keyed tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

RANDOM_BYTES = 10
_VERSION_7, _VERSION_8 = 0x7 << 76, 0x8 << 76
_VARIANT = 0b10 << 62


class EventType(StrEnum):
    """The closed list of what the log can tell (docs/audit.md)."""

    SESSION_START = "session.start"
    SESSION_END = "session.end"
    SESSION_FAIL = "session.fail"
    ACCESS_PERMITTED = "access.permitted"
    ACCESS_REFUSED = "access.refused"
    ACCESS_EMPTY = "access.empty"
    ACCESS_FAILED = "access.failed"
    RECORD_DISPLAYED = "record.displayed"
    EXPORT_CREATED = "export.created"
    EXPORT_FETCHED = "export.fetched"
    INTAKE_STARTED = "intake.started"
    INTAKE_FINISHED = "intake.finished"
    MODEL_TRAINED = "model.trained"
    POLICY_RELEASED = "policy.released"
    POLICY_REJECTED = "policy.rejected"
    MEMBERSHIP_GRANTED = "membership.granted"
    MEMBERSHIP_REVOKED = "membership.revoked"
    AGREEMENT_CHANGED = "agreement.changed"
    INVOICE_TRANSITION = "invoice.transition"
    COHORT_SAVED = "cohort.saved"
    COHORT_OPENED = "cohort.opened"
    BREAKGLASS_OPENED = "breakglass.opened"
    BREAKGLASS_REVIEWED = "breakglass.reviewed"
    AUDIT_SEARCHED = "audit.searched"
    AUDIT_EXPORTED = "audit.exported"
    REVIEW_OPENED = "review.opened"
    REVIEW_DECIDED = "review.decided"
    SEAL_ERASED = "seal.erased"
    LOG_PRUNED = "log.pruned"
    KEY_ROTATED = "key.rotated"
    SYSTEM_START = "system.start"
    SYSTEM_STOP = "system.stop"
    SYSTEM_RESTORED = "system.restored"
    BREACH_SUSPECTED = "breach.suspected"


@dataclass(frozen=True, slots=True)
class Event:
    """One event before the log has stamped it.

    fields: every part of the canonical event but those that the sequencer sets (`audit.leaf.STAMPED`).
    """

    id: str
    type: EventType
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom an event concerns, by the identifiers that one store holds; no identifier shows in a traceback."""

    store: str
    identifiers: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The event is durably on the log: its index, its id and the log's own time (RFC 3339, UTC, milliseconds)."""

    index: int
    id: str
    at: str


def new_id(now_ms: int, random: bytes) -> str:
    """UUIDv7 (RFC 9562) of a time in milliseconds since 1970 and ten random bytes."""
    noise = int.from_bytes(random[:RANDOM_BYTES], "big")
    high, low = noise >> 68, noise & ((1 << 62) - 1)
    return str(UUID(int=(now_ms << 80) | _VERSION_7 | (high << 64) | _VARIANT | low))


def fixed_id(*words: str) -> str:
    """UUIDv8 (RFC 9562) of words: the same find is one event, however often and by whomever it is found."""
    number = int.from_bytes(sha256("\0".join(words).encode()).digest()[:16], "big")
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | _VERSION_8 | _VARIANT))
