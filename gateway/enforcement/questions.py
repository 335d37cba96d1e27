"""The auditor's questions, each an access with its own event, `audit.searched`: asked by command, page and API alike.

What each means is defined in `audit.facts` and in docs/audit.md; no answer names a patient. Keeps ALL-3.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from gateway.access.decision import AccessRequest
from gateway.access.grant import Column, Grant
from gateway.audit.event import EventType
from gateway.audit.facts import BREAK_GLASS, EXPORTS, REFUSALS, Fact, Tenures, is_out_of_hours, lacks, opened
from gateway.enforcement import events
from gateway.enforcement.auditing import tokens_of
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest, NotFound
from gateway.stores.audit_log.asking import Asking, Days, asking_of
from gateway.stores.outbox import Transaction
from gateway.stores.result import Cell, Rows

PAGE, REPORT_PAGE = 50, 1_000
USUAL = timedelta(days=30)
ALWAYS = Days("0000-00-00", "9999-99-99")
COLUMNS = (
    "idx", "at", "type", "user", "role", "organisation", "purpose", "reason", "resource", "action", "decision",
    "reason_code", "rows", "people", "channel",
)  # fmt: skip
Dated = tuple[str, tuple[Cell, ...]]  # the day it counts for, and the row


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and how many there are on each day, the oldest first, whatever the page."""

    rows: Rows
    days: Mapping[str, int]


def _told(facts: Iterable[Fact]) -> Iterator[Dated]:
    for fact in facts:
        yield fact.day, tuple(getattr(fact, name) for name in COLUMNS)


def _refused(asking: Asking, days: Days) -> Iterator[Dated]:
    return _told(asking.of_types(REFUSALS, days))


def _exports(asking: Asking, days: Days) -> Iterator[Dated]:
    return _told(asking.of_types(EXPORTS, days))


def _break_glass(asking: Asking, days: Days) -> Iterator[Dated]:
    return _told(asking.of_types(BREAK_GLASS, days))


def _out_of_hours(asking: Asking, days: Days) -> Iterator[Dated]:
    return _told(fact for fact in asking.of_days(days) if fact.is_access and is_out_of_hours(fact.at))


def _without_duty(asking: Asking, days: Days) -> Iterator[Dated]:
    tenures = Tenures(asking.held())
    for fact in asking.of_days(days):
        if missing := lacks(fact, tenures):
            day, row = next(_told([fact]))
            yield day, (*row, ", ".join(missing))


def _many_records(asking: Asking, days: Days) -> Iterator[Dated]:
    for one in opened(asking.of_days(days)):
        yield one.day, tuple(one)


_OPENED = ("day", "user", "role", "records", "number_of_colleagues", "colleagues_median")
QUESTIONS: Mapping[str, tuple[Callable[[Asking, Days], Iterator[Dated]], tuple[str, ...]]] = {
    "refused": (_refused, COLUMNS),
    "exports": (_exports, COLUMNS),
    "without-duty": (_without_duty, (*COLUMNS, "lacks")),
    "out-of-hours": (_out_of_hours, COLUMNS),
    "many-records": (_many_records, _OPENED),
    "break-glass": (_break_glass, COLUMNS),
}


def asked(request: AccessRequest, *, desk: Desk) -> Changed[Found]:
    """The question that `request.question` names, for its days and page. Raises NotFound, BadRequest."""
    name = str(request.question.get("question"))
    days = days_of(request, desk)

    def find(asking: Asking) -> Found:
        if name not in QUESTIONS:
            raise NotFound("there is no question of that name")
        answer, columns = QUESTIONS[name]
        return _page(answer(asking, days), columns, _page_of(request), PAGE)

    return _answered(request, name, find, desk=desk)


def of_user(request: AccessRequest, *, desk: Desk) -> Changed[Found]:
    """What the user whom `request.question` names did, newest first."""
    user, days = str(request.question["user"]), days_of(request, desk, usual=ALWAYS)

    def find(asking: Asking) -> Found:
        return _page(_told(asking.of_user(user, days)), COLUMNS, _page_of(request), PAGE)

    return _answered(request, "user", find, desk=desk)


def who_saw(request: AccessRequest, nhs_number: str, *, desk: Desk) -> Changed[Found]:
    """Who looked at one patient (ten digits) since the log began; the number goes to the log's process and no further.

    Raises AuditUnavailable.
    """

    def find(asking: Asking) -> Found:
        return _page(_told(asking.of_people(tokens_of(desk, nhs_number))), COLUMNS, _page_of(request), REPORT_PAGE)

    return _answered(request, "patient", find, desk=desk)


def days_of(request: AccessRequest, desk: Desk, usual: Days | None = None) -> Days:
    """`day_from` to `day_to` of the question; else the last 31 days, or what is usual. Raises BadRequest."""
    given = [request.question.get(name, "") for name in ("day_from", "day_to")]
    try:
        first, last = (date.fromisoformat(str(one)).isoformat() if one else "" for one in given)
    except ValueError as fault:
        raise BadRequest("Write each day as year-month-day, for example 2026-03-31.") from fault
    today = desk.today()
    if usual is None:
        usual = Days((date.fromisoformat(last or today.isoformat()) - USUAL).isoformat(), today.isoformat())
    return Days(first or usual.first, last or usual.last)


def _answered(request: AccessRequest, name: str, find: Callable[[Asking], Found], *, desk: Desk) -> Changed[Found]:
    def act(grant: Grant, transaction: Transaction) -> Outcome[Found]:
        found = find(asking_of(grant, transaction))
        body = json.dumps([[c.name for c in found.rows.columns], found.rows.rows], separators=(",", ":")).encode()
        told = {"question": name, "rows": len(found.rows.rows), "total": found.rows.total, **events.fingerprint(body)}
        return Outcome(found, EventType.AUDIT_SEARCHED, told)

    return change(request, act, desk=desk)


def _page(found: Iterable[Dated], columns: tuple[str, ...], page: int, size: int) -> Found:
    """Counts all, keeps one page: memory does not grow with the log."""
    days: Counter[str] = Counter()

    def counted() -> Iterator[tuple[Cell, ...]]:
        for day, row in found:
            days[day] += 1
            yield row

    each = counted()
    start = (page - 1) * size
    rows = tuple(islice(each, start, start + size))
    for _ in each:
        pass
    total = days.total()
    shown = tuple(Column(name, "event") for name in columns)
    told = Rows(shown, rows, total, page, size, more=total > start + len(rows))
    return Found(told, dict(sorted(days.items())))


def _page_of(request: AccessRequest) -> int:
    page = request.question.get("page", 1)
    if not isinstance(page, int) or page < 1:
        raise BadRequest("page must be a whole number from 1")
    return page
