"""What a method says of one person: points that its terms add up to, or that it does not apply."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """Whether the number may be read: a low score and no score are different things."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: its code, what it is called, and its points."""

    code: str
    label: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """Points and the terms that add up to them; band is '' where the method does not apply."""

    points: Decimal
    terms: tuple[Term, ...]
    band: str = ""
    status: Status = Status.COMPLETE
