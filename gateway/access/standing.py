"""How an agreement stands on any day, worked out once for each stretch of days on which nothing changes.

A decision then looks a day up by bisection and needs no memory of its own. Keeps ALL-1 and ALL-13.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.access.agreements import MEETS_STANDARDS, Agreement, DatedRow
from gateway.access.decision import ReasonCode


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands: why it gives nobody data (or None), what lapsed in words, and what it lists."""

    refusal: ReasonCode | None
    lapsed: str
    purposes: frozenset[str]
    listed: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Stretches of days, each with one standing; the first reaches back to the beginning of the calendar."""

    firsts: tuple[date, ...]
    standings: tuple[Standing, ...]

    def on(self, day: date) -> Standing:
        """How the agreement stands on `day`."""
        return self.standings[bisect_right(self.firsts, day) - 1]


def timeline(agreement: Agreement) -> Timeline:
    """The whole calendar of an agreement."""
    firsts = tuple(sorted({date.min, *_changes(agreement)}))
    return Timeline(firsts, tuple(standing(agreement, day) for day in firsts))


def closed_for_good(on: date) -> Timeline:
    """The calendar of an agreement that was closed here: what was held is destroyed, and no day has data (ALL-11)."""
    told = f"the agreement was closed on {on.isoformat()}"
    return Timeline((date.min,), (Standing(ReasonCode.AGREEMENT_CLOSED, told, frozenset(), {}),))


def standing(agreement: Agreement, day: date) -> Standing:
    """How `agreement` stands on `day`: its term first, so that its reason is the one told, then the approvals."""
    term = agreement.term_on(day)
    if term is None:
        return Standing(ReasonCode.AGREEMENT_NOT_IN_FORCE, _lapsed("the term", agreement.terms, day), frozenset(), {})
    lapsed = next(_lapsed_approvals(agreement, day), "")
    refusal = ReasonCode.APPROVAL_LAPSED if lapsed else None
    return Standing(refusal, lapsed, term.purposes, agreement.listed(day))


def _lapsed_approvals(agreement: Agreement, day: date) -> Iterator[str]:
    if not any(row.covers(day) for row in agreement.approvals):
        yield _lapsed("the section 251 approval", agreement.approvals, day)
    for code in dict.fromkeys(party.organisation for party in agreement.parties_on(day)):
        rows = [row for row in agreement.toolkits if row.organisation == code]
        if not any(row.covers(day) and row.status in MEETS_STANDARDS for row in rows):
            yield _lapsed(f"the Data Security and Protection Toolkit of {code}", rows, day)


def _lapsed(what: str, rows: Sequence[DatedRow], day: date) -> str:
    covering = [row for row in rows if row.covers(day)]
    ended = [row.last for row in rows if row.last is not None and row.last < day]
    if covering:
        return f"{what} does not meet the standards"
    if ended:
        return f"{what} ended on {max(ended).isoformat()}"
    coming = [row.first for row in rows if row.first > day]
    return f"{what} begins on {min(coming).isoformat()}" if coming else f"{what} is not recorded"


def _changes(agreement: Agreement) -> Iterator[date]:
    rows: Iterable[DatedRow] = (
        *agreement.terms,
        *agreement.approvals,
        *agreement.parties,
        *agreement.toolkits,
        *agreement.practices,
    )
    for row in rows:
        yield row.first
        if row.last is not None and row.last < date.max:
            yield row.last + timedelta(days=1)
