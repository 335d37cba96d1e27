"""The privacy officer's review queue: found from the log by the policy's rules, looked at, and decided with an outcome.

Each find and each decision is an event, and the sequencer makes the queue's rows of them. The same find is one event,
however often it is found. Nobody decides about themselves, and nothing here names a patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from gateway.access.decision import AccessRequest, ReasonCode
from gateway.access.grant import Grant
from gateway.audit.event import Event, EventType, fixed_id
from gateway.audit.facts import Fact, Tenures
from gateway.audit.review import Day, Item, items
from gateway.enforcement import events
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import AccessDenied, BadRequest, Conflict
from gateway.stores.audit_log import reviews
from gateway.stores.audit_log.asking import Asking, Days, asking_of
from gateway.stores.audit_log.reviews import Reviewed
from gateway.stores.outbox import Transaction

LOOK_BACK = 8  # days, today among them: a missed night is made up for
SHOWN = 200  # events of one item


@dataclass(frozen=True, slots=True)
class Looked:
    """One item with what its user did from its first event to its last."""

    review: Reviewed
    facts: tuple[Fact, ...]


def found(request: AccessRequest, *, desk: Desk) -> Changed[tuple[Item, ...]]:
    """Put on the queue what the last days call for and is not there yet; what that is. Raises AuditUnavailable."""
    today = desk.today()
    granted: list[Grant] = []

    def act(grant: Grant, transaction: Transaction) -> Outcome[tuple[Item, ...]]:
        granted.append(grant)
        days = [today - timedelta(days=back) for back in reversed(range(LOOK_BACK))]
        known = reviews.known(transaction.connection, days[0].isoformat())
        every = _items(asking_of(grant, transaction), desk, days)
        new = tuple(one for one in every if (one.rule, one.user, one.day) not in known)
        return Outcome(new, EventType.AUDIT_SEARCHED, {"question": "review", "found": len(new)})

    changed = change(request, act, desk=desk)
    for item in changed.value:
        desk.log.append(_opened(granted[0], item, desk, today))
    return changed


def looked_at(request: AccessRequest, number: int, *, desk: Desk) -> Changed[Looked]:
    """One item with its events. Raises NotFound."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[Looked]:
        review = reviews.one(transaction.connection, number)
        facts = asking_of(grant, transaction).between(review.first, review.last, review.user)
        looked = Looked(review, tuple(islice(facts, SHOWN)))
        return Outcome(looked, EventType.AUDIT_SEARCHED, {"review": number, "rows": len(looked.facts)})

    return change(request, act, desk=desk)


def decided(request: AccessRequest, number: int, outcome: str, *, desk: Desk) -> Changed[int]:
    """Close an item with an outcome of the policy. Raises BadRequest, NotFound, Conflict, AccessDenied."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[int]:
        if outcome not in desk.policy.release.review.outcomes:
            raise BadRequest("Choose an outcome.")
        review = reviews.one(transaction.connection, number)
        if review.user == grant.request.subject.user:
            raise AccessDenied(ReasonCode.SEPARATION_OF_DUTY)
        if review.state != "open":
            raise Conflict
        told = {"review": number, "rule": review.rule, "account": review.user, "outcome": outcome}
        return Outcome(number, EventType.REVIEW_DECIDED, told)

    return change(request, act, desk=desk)


def _items(asking: Asking, desk: Desk, days: Iterable[date]) -> list[Item]:
    """Day by day: memory grows with one day and not with the log."""
    held = tuple(asking.held())
    tenures, rules = Tenures(held), desk.policy.release.review.rules.values()
    every: list[Item] = []
    for day in map(date.isoformat, days):
        facts = [*asking.of_days(Days(day, day))][::-1]
        every += items(rules, Day(day, facts, held, tenures))
    return every


def _opened(grant: Grant, item: Item, desk: Desk, today: date) -> Event:
    rule = desk.policy.release.review.rules[item.rule]
    told = {
        "rule": item.rule,
        "account": item.user,
        "day": item.day,
        "first": item.first,
        "last": item.last,
        "events": item.events,
        "due": (today + timedelta(days=rule.due_days)).isoformat(),
    }
    event = events.changed(grant, EventType.REVIEW_OPENED, told)
    return replace(event, id=fixed_id(EventType.REVIEW_OPENED, item.rule, item.user, item.day))
