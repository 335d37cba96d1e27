"""What calls for a privacy officer's look, as data: rules, thresholds and outcomes (policies/review.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS: Mapping[str, tuple[str, ...]] = {  # kind → the thresholds that it has besides at_least
    "burst": ("minutes",),
    "above_colleagues": ("times",),
    "odd_hours": ("opens", "closes"),
    "after_role_ended": (),
    "export_after_grant": ("minutes",),
}
LIMITS: Mapping[str, tuple[int, int]] = {  # threshold → the least and the most that make sense
    "at_least": (1, 100_000),
    "due_days": (1, 366),
    "minutes": (1, 24 * 60),
    "times": (2, 1_000),
    "opens": (0, 23),
    "closes": (1, 24),
}


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """A rule by its name; kind is one of KINDS. due_days: until when an item is to be decided."""

    name: str
    kind: str
    line: str
    at_least: int
    due_days: int
    thresholds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Review:
    """All of it; outcomes map to their line."""

    rules: Mapping[str, ReviewRule]
    outcomes: Mapping[str, str]
