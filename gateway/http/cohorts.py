"""Cohorts as pages and API ask for them: the signed-in subject's three questions, and the answer's event (RS-6)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access.decision import AccessRequest, Value
from gateway.audit.event import EventType
from gateway.enforcement import cohorts
from gateway.enforcement.answer import Answer, Render
from gateway.enforcement.cohorts import Asked, CohortOpened
from gateway.http import egress
from gateway.http.asking import desk, note, request_for

CARE = "direct_care"


def listed(
    action: str, question: Mapping[str, Value], _kind: EventType | None = None, _render: Render | None = None
) -> Answer:
    """Every cohort with how many of the own patients meet it. Raises BadRequest for any filter or sort."""
    criteria = request_for(CARE, "practice.cohorts", action, question=question)
    answered = cohorts.cohorts(_asked(criteria, request_for(CARE, "practice.cohort", "list")), desk=desk())
    note(answered.receipt.index)
    return answered


def opened(
    action: str, question: Mapping[str, Value], kind: EventType | None = None, render: Render | None = None
) -> CohortOpened:
    """The own patients of the cohort whose number `question` has. Raises NotFound where it does not stand."""
    people = request_for(CARE, "practice.cohort", action, question=question)
    asked = _asked(request_for(CARE, "practice.cohorts", "read"), people)
    number = str(question[cohorts.COHORT])
    answered = cohorts.opened(number, asked, desk=desk(), kind=kind or EventType.COHORT_OPENED, render=render)
    egress.may_show(answered.grant.view.field_classes)
    note(answered.receipt.index)
    return answered


def _asked(criteria: AccessRequest, people: AccessRequest) -> Asked:
    return Asked(criteria, people, request_for(CARE, "practice.marks", "list"))
