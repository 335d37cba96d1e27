"""The work list with what the practice wrote about its patients: two stores, two decisions, one answer, one event.

No connection sees both (ALL-5). What is written is asked first; what follows from it narrows the list by handle, within
the scope. The event names both views and both rules, and has the filters as they were asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from gateway.access.decision import AccessRequest, Value
from gateway.access.grant import Column, Grant, Narrowing
from gateway.audit.event import EventType
from gateway.catalogue import worklist as words
from gateway.enforcement import events
from gateway.enforcement.answer import Answer, Render, failure_recorded, permitted
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest
from gateway.stores.result import Result, Rows

PART = "patients"
MARKS = "marks"
CHANGES = "changes"
YES, NO = "yes", "no"
ME, NOBODY = "me", "nobody"
IN_SHORT = {  # a filter's name for people → the store's
    "condition": "gp_reasons",
    "use": "hospital_use",
    "admissions": "emergency_admissions_from",
    "since": "change_kind",
}
OF_MARKS = ("reviewed", "assigned", "correction")
ADDED = tuple(Column(name, "mark") for name in ("review", "reviewed_on", "reviewed_by", "assigned_to", "correction"))


@dataclass(slots=True)
class Written:
    """What holds now of each patient, by kind and handle: code, by whom, when."""

    by_kind: dict[str, dict[str, tuple[str, str, str]]] = field(
        default_factory=lambda: {kind: {} for kind in words.KINDS}
    )

    @classmethod
    def of(cls, rows: Rows) -> Written:
        """Of the view's rows, the oldest first."""
        found = cls()
        for handle, kind, code, by, at in rows.rows:
            found.by_kind[str(kind)][str(handle)] = (str(code), str(by), str(at))
        return found

    def cells(self, handle: str) -> tuple[str, str, str, str, str]:
        """What the list says of one patient, in the order of ADDED."""
        code, by, at = self.by_kind[words.REVIEW].get(handle, ("", "", ""))
        assigned = self.by_kind[words.ASSIGNMENT].get(handle, ("",))[0]
        wrong = self.by_kind[words.CORRECTION].get(handle, ("",))[0]
        return words.told(words.REVIEW, code), at[:10], by, assigned, words.told(words.CORRECTION, wrong)

    def whose(self) -> tuple[str, ...]:
        """Everybody who has been given a patient."""
        return tuple(sorted({code for code, _, _ in self.by_kind[words.ASSIGNMENT].values()}))


@dataclass(frozen=True, slots=True)
class WorkListed(Answer):
    """An answer, and who has been given patients of the practice, for the choice of a filter."""

    whose: tuple[str, ...] = ()


def work_list(  # noqa: PLR0913 three questions and what becomes of the answer, each by its name
    request: AccessRequest,
    beside: AccessRequest,
    *,
    desk: Desk,
    counts: AccessRequest | None = None,
    kind: EventType | None = None,
    render: Render | None = None,
) -> WorkListed:
    """The list as it is asked, and what was written about whoever is on it. beside: the request for what was written.

    counts: the request for how many joined and left, where that is wanted too. kind, render: as for answer(). Raises as
    answer() does; where any decision is no, nothing of the others is read.
    """
    grants = [permitted(one, desk=desk) for one in (request, beside, counts) if one]
    with failure_recorded(request, grants[0].decision, desk=desk):
        written = Written.of(desk.fetch(grants[1]).parts[MARKS])
        narrower = narrowed(grants[0], written)
        result = joined(desk.disclose(desk.fetch(narrower), narrower), written)
        for grant in grants[2:]:
            told = desk.disclose(desk.fetch(grant), grant).parts[CHANGES]
            result = replace(result, parts={**result.parts, CHANGES: told})
        body = render(result) if render else b""
    event = events.answered(reduce(both, grants), result, kind, body)
    receipt = desk.log.append(event, events.subjects_of(result, request.question))
    return WorkListed(result, grants[0], receipt, body, written.whose())


def both(one: Grant, other: Grant) -> Grant:
    """What the event tells of an answer that two grants made."""
    rules = (*one.decision.matched_rules, *other.decision.matched_rules)
    view = replace(one.view, name=f"{one.view.name}+{other.view.name}")
    return replace(one, decision=replace(one.decision, matched_rules=rules), view=view)


def joined(result: Result, written: Written) -> Result:
    """The rows with ADDED at their end."""
    rows = result.parts[PART]
    at = [column.name for column in rows.columns].index("handle")
    more = tuple((*row, *written.cells(str(row[at]))) for row in rows.rows)
    return replace(result, parts={**result.parts, PART: replace(rows, columns=(*rows.columns, *ADDED), rows=more)})


def narrowed(grant: Grant, written: Written) -> Grant:
    """The grant with the question in the store's words, and only whom the filters on what was written leave.

    Whoever is said not to be the practice's patient is left out unless they are asked for. Raises BadRequest.
    """
    question = grant.request.question
    inside, outside = _chosen(question, written, grant.request.subject.user)
    rest = {IN_SHORT.get(name, name): value for name, value in question.items() if name not in OF_MARKS}
    if inside is not None:
        to = Narrowing("handle", tuple(sorted(inside - outside)), within=True)
    else:
        to = Narrowing("handle", tuple(sorted(outside)), within=False)
    asked = replace(grant.request, question=rest)
    return replace(grant, request=asked, narrowed=to if to.within or to.values else None)


def _chosen(question: Mapping[str, Value], written: Written, user: str) -> tuple[set[str] | None, set[str]]:
    """Handles that the list is to stay within (None for no such bound), and those that it leaves out."""
    bounds: list[tuple[set[str], bool]] = [
        _reviewed(question.get("reviewed"), written.by_kind[words.REVIEW]),
        _assigned(question.get("assigned"), written.by_kind[words.ASSIGNMENT], user),
        _corrected(question.get("correction"), written.by_kind[words.CORRECTION]),
    ]
    within = [found for found, inside in bounds if inside]
    outside = set().union(*(found for found, inside in bounds if not inside))
    return (set.intersection(*within) if within else None), outside


def _reviewed(asked: Value | None, marks: Mapping[str, tuple[str, str, str]]) -> tuple[set[str], bool]:
    """`yes`, `no`, or outcomes by their code."""
    if asked is None:
        return set(), False
    if asked in {YES, NO}:
        return set(marks), asked == YES
    return _of(marks, _known("reviewed", asked, words.OUTCOMES)), True


def _assigned(asked: Value | None, marks: Mapping[str, tuple[str, str, str]], user: str) -> tuple[set[str], bool]:
    """`nobody`, `me`, or colleagues by their user name."""
    if asked is None:
        return set(), False
    if asked == NOBODY:
        return set(marks), False
    return _of(marks, {user if one == ME else one for one in _texts(asked)}), True


def _corrected(asked: Value | None, marks: Mapping[str, tuple[str, str, str]]) -> tuple[set[str], bool]:
    """`yes`, or corrections by their code; nothing asked leaves them all out."""
    if asked is None:
        return set(marks), False
    if asked == YES:
        return set(marks), True
    return _of(marks, _known("correction", asked, words.CORRECTIONS)), True


def _of(marks: Mapping[str, tuple[str, str, str]], codes: Iterable[str]) -> set[str]:
    wanted = set(codes)
    return {handle for handle, (code, _, _) in marks.items() if code in wanted}


def _known(name: str, asked: Value, known: Mapping[str, str]) -> tuple[str, ...]:
    found = _texts(asked)
    if not set(found) <= known.keys():
        raise BadRequest(f"{name} is yes, no, or one of {', '.join(known)}")
    return found


def _texts(asked: Value) -> tuple[str, ...]:
    return asked if isinstance(asked, tuple) else (str(asked),)
