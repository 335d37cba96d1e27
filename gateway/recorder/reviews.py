"""What the table of reviews takes from events: an item that was found, and what a privacy officer decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.audit.event import Event
from gateway.errors import AuditUnavailable

_TEXTS, _NUMBERS = ("rule", "account", "day", "due"), ("first", "last", "events")


def opened(event: Event, at: str, index: int) -> tuple[str | int, ...]:
    """The row of a new item, whose number is its event's index. Raises AuditUnavailable."""
    told = _details(event)
    rule, account, day, due = (_one(told, name, str) for name in _TEXTS)
    first, last, events = (_one(told, name, int) for name in _NUMBERS)
    return (index, rule, account, day, first, last, events, at, due)


def decided(event: Event, at: str) -> tuple[str | int, ...]:
    """Outcome, by whom, when, and the item's number. Raises AuditUnavailable."""
    told, actor = _details(event), event.fields.get("actor", {})
    return (_one(told, "outcome", str), str(actor.get("user", "")), at, _one(told, "review", int))


def _details(event: Event) -> Mapping[str, Any]:
    found: Mapping[str, Any] = event.fields.get("details", {})
    return found


def _one(told: Mapping[str, Any], name: str, kind: type[str | int]) -> str | int:
    value = told.get(name)
    if type(value) is not kind:
        raise AuditUnavailable(f"a review tells its {name}")
    found: str | int = value
    return found
