"""What goes from the log in its time: an erased person's sealed number, and bodies whose retention has ended.

Two people each time, both permitted the same. The sequencer takes it away with the event that tells of it; the tree
stays as it was signed (ALL-3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from gateway.access.decision import AccessRequest, Subject
from gateway.access.grant import Grant, View
from gateway.audit.event import EventType, Subjects
from gateway.enforcement.answer import permitted
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest
from gateway.stores.audit_log import stream_of
from gateway.stores.outbox import Transaction

MOST_AT_ONCE = 5_000  # bodies that go with one event, so that nobody else waits for long
_NUMBER = "nhs_number"  # the class of field, in policies/views.toml


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one event took away: the bodies of so many events, the last of them before `end`; 0 when none is left."""

    events: int
    end: int


def seconded(request: AccessRequest, second: Subject, *, desk: Desk) -> AccessRequest:
    """The request as a second person approved it, who may do the same. Raises AccessDenied, on the log already."""
    context = replace(request.context, approved_by=request.subject.user)
    permitted(replace(request, subject=second, context=context), desk=desk)
    return replace(request, context=replace(request.context, approved_by=second.user))


def erased(request: AccessRequest, nhs_number: str, *, desk: Desk) -> list[Changed[str]]:
    """Blank what is sealed of one patient (ten digits), and never seal it again; an event for each store."""
    stores = sorted({view.store for view in desk.policy.views.values() if _holds_numbers(view)} & desk.stores.keys())

    def act_on(store: str) -> Changed[str]:
        outcome = Outcome(store, EventType.SEAL_ERASED, {"store": store}, Subjects(store, (nhs_number,)))
        return change(request, lambda _grant, _transaction: outcome, desk=desk)

    return [act_on(store) for store in stores]


def pruned(request: AccessRequest, before: date, *, desk: Desk, most: int = MOST_AT_ONCE) -> Iterator[Changed[Pruned]]:
    """Take the bodies of the events before a day away, so many at a time, until none is left.

    Raises BadRequest while the retention of any of them has not ended.
    """

    def act(grant: Grant, transaction: Transaction) -> Outcome[Pruned]:
        _refuse_too_young(before, desk=desk)
        first, end = stream_of(grant, transaction).bodies_before(before.isoformat(), most)
        told = {"before": before.isoformat(), "end": end, "events": end - first}
        return Outcome(Pruned(end - first, end), EventType.LOG_PRUNED, told)

    last = most
    while last == most:
        done = change(request, act, desk=desk)
        last = done.value.events
        yield done


def _refuse_too_young(before: date, *, desk: Desk) -> None:
    today, years = desk.today(), desk.settings.retention_years
    if (before.year + years, before.month, before.day) > (today.year, today.month, today.day):
        raise BadRequest(f"an event keeps its body for {years} years: choose an earlier day")


def _holds_numbers(view: View) -> bool:
    return _NUMBER in view.field_classes
