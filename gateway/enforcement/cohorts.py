"""The commissioner's cohorts as a practice's own patients: criteria from one store, patients and marks from two (RS-6).

Each store is asked under a grant of its own and no connection sees two (ALL-5). Criteria go to the practices; no person
and no number comes back. One event tells of the three decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.access.decision import AccessRequest, Value
from gateway.access.grant import Column, Grant
from gateway.access.release import REGISTER
from gateway.audit.event import EventType
from gateway.catalogue import cohort as criteria_words
from gateway.catalogue.cohort import Criteria, CriteriaFault
from gateway.enforcement import events
from gateway.enforcement.answer import Answer, Render, failure_recorded, permitted
from gateway.enforcement.desk import Desk
from gateway.enforcement.work_list import MARKS, PART, Written, both, joined, narrowed
from gateway.errors import BadRequest, NotFound
from gateway.stores.result import Cell, Result, Rows

COHORTS = "cohorts"
COHORT = "cohort"
ASKED = frozenset({COHORT, "sort", "page"})
_DIGITS = 9
COLUMNS = (
    Column("id", "cohort"),
    Column("name", "cohort"),
    Column("criteria", "cohort"),
    Column("saved_on", "cohort"),
    Column("own_patients", "own_people"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One subject's three questions: what the commissioner asks for, whom the practice has, what it wrote of them."""

    criteria: AccessRequest
    people: AccessRequest
    marks: AccessRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """A cohort that is not withdrawn."""

    number: int
    name: str
    criteria: Criteria
    saved_on: str


@dataclass(frozen=True, slots=True)
class CohortOpened(Answer):
    """The own patients of one cohort, and which it is."""

    cohort: Standing | None = None


def cohorts(asked: Asked, *, desk: Desk) -> Answer:
    """Every cohort that stands, in words, with how many of the practice's own patients at risk meet it.

    Raises as answer() does; where one decision is no, nothing of the others is read.
    """
    criteria, people, marks = (permitted(one, desk=desk) for one in (asked.criteria, asked.people, asked.marks))
    with failure_recorded(asked.criteria, criteria.decision, desk=desk):
        held = desk.fetch(criteria).parts[COHORTS]
        written = Written.of(desk.fetch(marks).parts[MARKS])
        found = [one for row in held.rows if (one := _standing(row, desk))]
        told = [_counted(one, _one_row(people), written, desk) for one in found]
        ages = told[0][1] if told else {}
        result = Result(
            people.view.store, {COHORTS: Rows(COLUMNS, tuple(row for row, _ in told), len(told))}, as_of=ages
        )
    receipt = desk.log.append(events.answered(both(both(criteria, people), marks), result))
    return Answer(result, criteria, receipt)


def opened(
    number: str,
    asked: Asked,
    *,
    desk: Desk,
    kind: EventType = EventType.COHORT_OPENED,
    render: Render | None = None,
) -> CohortOpened:
    """The practice's own patients at risk who meet the criteria of one cohort, as the work list shows them.

    kind, render: as for answer(). Raises NotFound where none of that number stands, and as answer() does.
    """
    people, criteria, marks = (permitted(one, desk=desk) for one in (asked.people, asked.criteria, asked.marks))
    with failure_recorded(asked.people, people.decision, desk=desk):
        cohort = _the_one(number, criteria, desk)
        around = _around(asked.people.question)
        written = Written.of(desk.fetch(marks).parts[MARKS])
        narrower = narrowed(_with(people, {**cohort.criteria.question(), **around}), written)
        result = joined(desk.disclose(desk.fetch(narrower), narrower), written)
        body = render(result) if render else b""
    told = _with(people, {COHORT: cohort.number, **cohort.criteria.question(), **around})
    event = events.answered(both(both(told, marks), criteria), result, kind, body)
    receipt = desk.log.append(event, events.subjects_of(result))
    return CohortOpened(result, people, receipt, body, cohort)


def sensitive_registers(desk: Desk) -> frozenset[str]:
    """Registers that stand in no cohort today (RS-5)."""
    return desk.policy.release.sensitive(REGISTER, desk.today())


def _the_one(number: str, grant: Grant, desk: Desk) -> Standing:
    if not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
        raise NotFound
    rows = desk.fetch(_with(grant, {"id": int(number)})).parts[COHORTS].rows
    found = _standing(rows[0], desk) if rows else None
    if found is None:
        raise NotFound
    return found


def _standing(row: tuple[Cell, ...], desk: Desk) -> Standing | None:
    """A cohort of the store's row; None where its criteria may not stand today."""
    number, name, criteria, saved_on = row
    try:
        read = criteria_words.parse(str(criteria), sensitive_registers(desk))
    except CriteriaFault:
        return None
    return Standing(int(str(number)), str(name), read, str(saved_on))


def _counted(
    cohort: Standing, people: Grant, written: Written, desk: Desk
) -> tuple[tuple[Cell, ...], Mapping[str, str]]:
    """The cohort's row of the list, and how old the patients' data is."""
    found = desk.fetch(narrowed(_with(people, cohort.criteria.question()), written))
    told = (cohort.number, cohort.name, cohort.criteria.in_words(), cohort.saved_on, found.parts[PART].total)
    return told, found.as_of


def _one_row(grant: Grant) -> Grant:
    """The grant with a page of one row, where the total alone is wanted."""
    parts = tuple(replace(part, page_size=1) for part in grant.view.parts)
    return replace(grant, view=replace(grant.view, parts=parts))


def _around(question: Mapping[str, Value]) -> dict[str, Value]:
    """Sort and page of the question. Raises BadRequest for a filter: the criteria are the commissioner's."""
    if question.keys() - ASKED:
        raise BadRequest("a cohort is sorted and paged, and filtered by its own criteria alone")
    return {name: value for name, value in question.items() if name != COHORT}


def _with(grant: Grant, question: Mapping[str, Value]) -> Grant:
    return replace(grant, request=replace(grant.request, question=question))
