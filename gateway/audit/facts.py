"""What the questions and the review queue look at of an event, and the words in which they are put, defined once.

docs/audit.md, 'Questions', says the same in words; tests/oracles recounts each from the leaves alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.audit.event import EventType

REFUSALS = (EventType.ACCESS_REFUSED, EventType.BREACH_SUSPECTED)
EXPORTS = (EventType.EXPORT_CREATED, EventType.EXPORT_FETCHED, EventType.AUDIT_EXPORTED)
BREAK_GLASS = (EventType.BREAKGLASS_OPENED, EventType.BREAKGLASS_REVIEWED)
MEMBERSHIPS = (EventType.MEMBERSHIP_GRANTED, EventType.MEMBERSHIP_REVOKED)
OPENS, CLOSES = 7, 20  # UK local time
_SATURDAY = 5
_HERE = ZoneInfo("Europe/London")


class Fact(NamedTuple):
    """One event, as it is told to whoever asks. people: how many it is about; day: of the UK."""

    idx: int
    at: str
    day: str
    type: str
    user: str
    role: str
    organisation: str
    purpose: str
    resource: str
    action: str
    decision: str
    reason_code: str
    rows: int
    channel: str
    reason: str
    relationship: str
    people: int
    rules: int
    signed_in_by: str

    @property
    def is_access(self) -> bool:
        """Something was permitted and done."""
        return self.decision == "permit" and self.type != EventType.ACCESS_FAILED

    @property
    def opens_a_record(self) -> bool:
        """Somebody looked at one person."""
        return self.is_access and self.people == 1


class Held(NamedTuple):
    """What the log says of a grant: given or taken, and to whom, where, and until which day, '' for none."""

    idx: int
    at: str
    type: str
    grant: int
    user: str
    role: str
    organisation: str
    last: str


@dataclass(slots=True)
class _Tenure:
    given: Held
    taken: int | None = None

    def holds(self, fact: Fact) -> bool:
        return (self.taken is None or fact.idx < self.taken) and (not self.given.last or fact.day <= self.given.last)


class Tenures:
    """Who held which role when, as far as the log was told of grants."""

    def __init__(self, held: Iterable[Held]) -> None:
        """held: in the log's order."""
        self._of: dict[tuple[str, str, str], list[_Tenure]] = defaultdict(list)
        self._by_grant: dict[int, _Tenure] = {}
        for one in held:
            if one.type == EventType.MEMBERSHIP_GRANTED:
                self._by_grant[one.grant] = tenure = _Tenure(one)
                self._of[one.user, one.role, one.organisation].append(tenure)
            elif one.grant in self._by_grant:
                tenure = self._by_grant[one.grant]
                tenure.taken = one.idx if tenure.taken is None else tenure.taken

    def ended_before(self, fact: Fact) -> bool:
        """Whether every grant of that role there, which the log knows of before the event, had ended by then."""
        known = [one for one in self._of[fact.user, fact.role, fact.organisation] if one.given.idx < fact.idx]
        return bool(known) and not any(one.holds(fact) for one in known)


class Opened(NamedTuple):
    """How many records a user opened in a role on a day, beside the colleagues who opened any that day."""

    day: str
    user: str
    role: str
    records: int
    number_of_colleagues: int
    colleagues_median: int


def is_out_of_hours(at: str, opens: int = OPENS, closes: int = CLOSES) -> bool:
    """Whether an instant of the log is at a weekend, before `opens` or from `closes` on, in UK local time."""
    local = datetime.fromisoformat(at).astimezone(_HERE)
    return local.weekday() >= _SATURDAY or not opens <= local.hour < closes


def lacks(fact: Fact, tenures: Tenures) -> tuple[str, ...]:
    """Which duty an access went without, as codes; none where all is well."""
    shown = fact.type == EventType.RECORD_DISPLAYED
    found = {
        "no_reason": shown and not fact.reason,
        "no_attestation": shown and fact.relationship != "attested",
        "no_rule": not fact.rules,
        "role_ended": tenures.ended_before(fact),
    }
    return tuple(code for code, is_so in found.items() if is_so and fact.is_access)


def opened(facts: Iterable[Fact]) -> Iterator[Opened]:
    """Every user's days, most records first."""
    counts = Counter((fact.day, fact.role, fact.user) for fact in facts if fact.opens_a_record)
    of_day: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (day, role, user), records in counts.items():
        of_day[day, role][user] = records
    found = []
    for (day, role, user), records in counts.items():
        others = [number for name, number in of_day[day, role].items() if name != user]
        found.append(Opened(day, user, role, records, len(others), median_low(others) if others else 0))
    yield from sorted(found, key=lambda one: (-one.records, one.day, one.user, one.role))
