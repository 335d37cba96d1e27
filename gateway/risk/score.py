"""What a method says of one person: points that its terms add up to, or that it does not apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gateway.risk.methods import POINT


class Status(StrEnum):
    """Whether the number may be read: a low score and no score are different things."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: its code, what it is called, and its points in thousandths."""

    code: str
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """Thousandths of points and the terms that add up to them; band is '' where there is none."""

    points: int
    terms: tuple[Term, ...]
    band: str = ""
    status: Status = Status.COMPLETE


NOT_APPLICABLE = Score(0, (), status=Status.NOT_APPLICABLE)
INCOMPLETE = Score(0, (), status=Status.INCOMPLETE)


def thousandths(published: str) -> int:
    """A published number of points as whole thousandths."""
    return int(Decimal(published) * POINT)


def summed(terms: Iterable[Term]) -> int:
    """What terms add up to."""
    return sum(term.points for term in terms)
