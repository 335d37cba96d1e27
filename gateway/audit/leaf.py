"""The canonical leaf of an event, and what the auditor searches by, derived from it and from nothing else.

Canonical JSON: sorted keys, no spaces, UTF-8, integers and strings only, in objects and arrays; at most 65,535 bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from gateway.audit.event import Event
from gateway.errors import AuditUnavailable

VERSION = 1
LONGEST = 65_535
PRUNED = b"{}"  # stands in place of a leaf whose body went at the end of its retention; its hash stays
KEPT_OF_PRUNED = frozenset({"day", "type"})
STAMPED = frozenset({"v", "id", "at", "type", "index", "salt", "subjects"})
COLUMNS = (
    "day", "at", "type", "user", "role", "organisation", "purpose", "resource", "action", "decision", "reason_code",
    "agreement", "rows", "channel",
)  # fmt: skip
_LARGEST = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259, 6)
_ACTOR = ("user", "role", "organisation")
_TEXTS = tuple(name for name in COLUMNS if name not in {"day", "rows", *STAMPED, *_ACTOR})
_HERE = ZoneInfo("Europe/London")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the sequencer adds: the event's place, the log's time and a salt that keeps its hash from being guessed."""

    index: int
    at: str
    salt: str


@dataclass(frozen=True, slots=True)
class People:
    """Whom an event concerns, as its leaf tells it: the scheme of their tokens, how many, and the hash over them."""

    scheme: str
    number: int
    hash: str


_LONGEST_STAMP = Stamp(_LARGEST, "9999-12-31T23:59:59.999Z", "0" * 32)
_LONGEST_PEOPLE = People("0" * 64, _LARGEST, "0" * 64)


def leaf(event: Event, stamp: Stamp, tokens: Sequence[str], scheme: str) -> bytes:
    """The bytes that the tree is made of. tokens: sorted. Raises AuditUnavailable for an event with no such form."""
    return leaf_and_columns(event, stamp, People(scheme, len(tokens), subjects_hash(tokens)))[0]


def leaf_and_columns(event: Event, stamp: Stamp, people: People) -> tuple[bytes, tuple[str | int, ...]]:
    """The same, with what `columns` says of it. Raises AuditUnavailable."""
    if clash := STAMPED & event.fields.keys():
        raise AuditUnavailable(f"an event may not set {', '.join(sorted(clash))}")
    _check_shape(event.fields)
    whole = {
        **event.fields,
        "v": VERSION,
        "id": event.id,
        "at": stamp.at,
        "type": str(event.type),
        "index": stamp.index,
        "salt": stamp.salt,
        "subjects": {"scheme": people.scheme, "n": people.number, "hash": people.hash},
    }
    return canonical(whole), columns_of(whole)


def check(event: Event) -> None:
    """Whether the log can take the event, wherever it will stand there. Raises AuditUnavailable."""
    leaf_and_columns(event, _LONGEST_STAMP, _LONGEST_PEOPLE)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Canonical JSON. Raises AuditUnavailable where there is none, naming the place and never the value."""
    try:
        _check(value, "event")
        encoded = _ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise AuditUnavailable("an event holds text that is not Unicode") from error
    except RecursionError as error:
        raise AuditUnavailable("an event is nested too deep") from error
    if len(encoded) > LONGEST:
        raise AuditUnavailable(f"an event has {len(encoded)} bytes, more than {LONGEST}")
    return encoded


def _check_shape(fields: Mapping[str, Any]) -> None:
    """What the log is searched by is text, rows a number, actor and details objects: one event never stops others."""
    actor = fields.get("actor", {})
    for name in ("actor", "details"):
        if not isinstance(fields.get(name, {}), Mapping):
            raise AuditUnavailable(f"{name} of an event is an object")
    texts = [*(actor.get(name, "") for name in _ACTOR), *(fields.get(name, "") for name in _TEXTS)]
    if not all(isinstance(text, str) for text in texts) or not isinstance(fields.get("rows", 0), int):
        raise AuditUnavailable("what an event is searched by is text, and rows a number")


def _check(value: object, place: str) -> None:
    if isinstance(value, str) or (type(value) is int and -_LARGEST <= value <= _LARGEST):
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise AuditUnavailable(f"{place} has a name that is no string")
            if type(inner) is not str:  # most are, and the log's one process checks every event
                _check(inner, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, f"{place}[]")
    else:
        raise AuditUnavailable(f"{place} is a {type(value).__name__}: an event holds integers and strings only")


def subjects_hash(tokens: Sequence[str]) -> str:
    """SHA-256 in hex over the tokens, each followed by a line feed."""
    return hashlib.sha256("\n".join((*tokens, "")).encode()).hexdigest()


def moment(now_ms: int) -> str:
    """Milliseconds since 1970 as RFC 3339 in UTC."""
    return datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1000:03d}Z"


def columns(leaf_bytes: bytes) -> tuple[str | int, ...]:
    """The values of COLUMNS that stand beside a leaf, '' or 0 where it has none; `day` is the day in the UK."""
    return columns_of(json.loads(leaf_bytes))


def columns_of(whole: Mapping[str, Any]) -> tuple[str | int, ...]:
    """The same of a leaf that was read already."""
    actor = whole.get("actor", {})
    found = {name: (actor if name in _ACTOR else whole).get(name, "") for name in COLUMNS}
    return tuple(({**found, "day": day_of(found["at"][:16]), "rows": whole.get("rows", 0)}).values())


@lru_cache(maxsize=4096)
def day_of(minute: str) -> str:
    """The day in the UK of a minute of the log: 2026-03-31T23:59. Raises ValueError for no such time."""
    return datetime.fromisoformat(f"{minute}+00:00").astimezone(_HERE).date().isoformat()
