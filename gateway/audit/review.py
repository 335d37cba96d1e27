"""What of one day calls for a privacy officer's look, by the rules of policies/review.toml.

An item is one rule, one user and one day: codes and counts, and never a patient. docs/audit.md, 'The review queue'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.access.decision import ReasonCode
from gateway.access.review import ReviewRule
from gateway.audit.event import EventType
from gateway.audit.facts import REFUSALS, Fact, Held, Tenures, is_out_of_hours, opened

PERSON = "password"  # how a person signs in; programs come by token or as a service


@dataclass(frozen=True, slots=True)
class Item:
    """What was found. first, last: the events it begins and ends with; events: how many there are."""

    rule: str
    user: str
    day: str
    first: int
    last: int
    events: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day's facts, in the log's order, and all that the log says of grants."""

    day: str
    facts: Sequence[Fact]
    held: Sequence[Held]
    tenures: Tenures


Found = dict[str, list[Fact]]  # by user


def items(rules: Iterable[ReviewRule], day: Day) -> Iterator[Item]:
    """Each rule's finds, in order of rule and user."""
    for rule in rules:
        for user, facts in sorted(_KINDS[rule.kind](rule, day).items()):
            if user and len(facts) >= rule.at_least:
                yield Item(rule.name, user, day.day, facts[0].idx, facts[-1].idx, len(facts))


def _burst(rule: ReviewRule, day: Day) -> Found:
    """Those records that were opened `at_least` within so many minutes."""
    within, found = timedelta(minutes=rule.thresholds["minutes"]), {}
    hit: set[int]
    for user, facts in _by_user(fact for fact in day.facts if fact.opens_a_record).items():
        times, hit = [datetime.fromisoformat(fact.at) for fact in facts], set()
        for start in range(len(facts) - rule.at_least + 1):
            end = start + rule.at_least
            if times[end - 1] - times[start] <= within:
                hit.update(range(start, end))
        found[user] = [facts[place] for place in sorted(hit)]
    return found


def _above_colleagues(rule: ReviewRule, day: Day) -> Found:
    """The records of who opened so many times the median of colleagues; where there are none, nobody is compared."""
    found: Found = {}
    for one in opened(day.facts):
        above = one.number_of_colleagues and one.records >= rule.thresholds["times"] * one.colleagues_median
        if above and one.records >= rule.at_least and one.user not in found:
            found[one.user] = [f for f in day.facts if f.opens_a_record and (f.user, f.role) == (one.user, one.role)]
    return found


def _odd_hours(rule: ReviewRule, day: Day) -> Found:
    opens, closes = rule.thresholds["opens"], rule.thresholds["closes"]
    people = (fact for fact in day.facts if fact.is_access and fact.signed_in_by == PERSON)
    return _by_user(fact for fact in people if is_out_of_hours(fact.at, opens, closes))


def _after_role_ended(_rule: ReviewRule, day: Day) -> Found:
    """Refused because the role had ended, or asked in a role of which every grant that the log knows had ended."""
    return _by_user(
        fact
        for fact in day.facts
        if (fact.type in REFUSALS and fact.reason_code == ReasonCode.ROLE_EXPIRED)
        or (fact.decision and day.tenures.ended_before(fact))
    )


def _export_after_grant(rule: ReviewRule, day: Day) -> Found:
    within = timedelta(minutes=rule.thresholds["minutes"])

    def follows(fact: Fact, held: Held) -> bool:
        same = (fact.user, fact.role, fact.organisation) == (held.user, held.role, held.organisation)
        given = same and held.type == EventType.MEMBERSHIP_GRANTED and held.idx < fact.idx
        return given and datetime.fromisoformat(fact.at) - datetime.fromisoformat(held.at) <= within

    made = (fact for fact in day.facts if fact.type == EventType.EXPORT_CREATED)
    return _by_user(fact for fact in made if any(follows(fact, held) for held in day.held))


def _by_user(facts: Iterable[Fact]) -> Found:
    found: Found = defaultdict(list)
    for fact in facts:
        found[fact.user].append(fact)
    return found


_KINDS: Mapping[str, Callable[[ReviewRule, Day], Found]] = {
    "burst": _burst,
    "above_colleagues": _above_colleagues,
    "odd_hours": _odd_hours,
    "after_role_ended": _after_role_ended,
    "export_after_grant": _export_after_grant,
}
