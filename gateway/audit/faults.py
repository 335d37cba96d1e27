"""What can be wrong with a log, and what the leaves' own places tell of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong with a log."""

    CHANGED = "changed"
    DROPPED = "dropped"
    REORDERED = "reordered"
    ADDED = "added"
    TRUNCATED = "truncated"
    FORKED = "forked"
    RESIGNED = "re-signed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, the event it was found at, and what of it is wrong."""

    fault: Fault
    index: int
    detail: str


def misplaced(places: Sequence[int], first: int, end: int) -> list[Finding]:
    """What is wrong with a sequence of leaves' own places, which ought to be `first` up to and without `end`."""
    if len(places) == end - first and all(place == index for index, place in enumerate(places, first)):
        return []
    found, kept = [], dict.fromkeys(place for place in places if first <= place < end)
    for position, place in enumerate(places, first):
        if not first <= place < end:
            found.append(Finding(Fault.ADDED, position, "the log does not reach so far"))
    found += _twice(places, kept, first)
    last = max(kept, default=first - 1)
    found += [
        Finding(Fault.DROPPED, index, "the event is missing") for index in range(first, last) if index not in kept
    ]
    if last + 1 < end:
        found.append(Finding(Fault.TRUNCATED, last + 1, f"the events from here up to {end} are missing"))
    in_order = zip(kept, sorted(kept), strict=True)
    return found + [
        Finding(Fault.REORDERED, place, f"it stands where {rightful} belongs")
        for place, rightful in in_order
        if place != rightful
    ]


def _twice(places: Sequence[int], kept: Collection[int], first: int) -> list[Finding]:
    unseen, found = set(kept), []
    for position, place in enumerate(places, first):
        if place in unseen:
            unseen.discard(place)
        elif place in kept:
            found.append(Finding(Fault.ADDED, position, f"there is another event {place}"))
    return found
