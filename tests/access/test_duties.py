"""Each kind of duty, met and not met, against the plain sentence of what it asks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.decision import AccessRequest, ReasonCode
from gateway.access.duties import KINDS, Duty

Asks = Callable[..., AccessRequest]
WORDS = ("gp", "Z99001", "direct_care", "practice.record", "read")
DAYS = st.dates(date(2019, 1, 1), date(2023, 1, 1))
REASONS = {"planned_review": "Planned review"}


def met(kind: str, request: AccessRequest, day: date = date(2021, 6, 1)) -> bool:
    return Duty("d", kind, "l").met(request, day, REASONS)


@pytest.mark.parametrize(
    ("kind", "fact"), [("training_in_date", "training_until"), ("authorisation_in_date", "authorised_until")]
)
@settings(deadline=None, max_examples=50)
@given(until=st.none() | DAYS, day=DAYS)
def test_a_dated_duty_is_met_to_its_last_day(asks: Asks, kind: str, fact: str, until: date | None, day: date) -> None:
    request = asks(*WORDS, **{fact: until})
    assert met(kind, request, day) == (until is not None and (until - day).days >= 0)


@pytest.mark.parametrize(("number", "expected"), [("G9990001", True), ("", False), (None, False)])
def test_a_professional_has_a_number(asks: Asks, number: str | None, *, expected: bool) -> None:
    assert met("professional_number", asks(*WORDS, professional_number=number)) is expected


@pytest.mark.parametrize(("reason", "expected"), [("planned_review", True), ("", False), ("curiosity", False)])
def test_a_reason_is_one_of_those_that_the_vocabulary_knows(asks: Asks, reason: str, *, expected: bool) -> None:
    assert met("stated_reason", asks(*WORDS, context={"reason": reason})) is expected


@pytest.mark.parametrize("attested", [True, False])
def test_a_relationship_is_attested(asks: Asks, *, attested: bool) -> None:
    assert met("attested_relationship", asks(*WORDS, context={"attested": attested})) is attested


@pytest.mark.parametrize(("approver", "expected"), [("another", True), ("user", False), ("", False)])
def test_four_eyes_are_those_of_two_people(asks: Asks, approver: str, *, expected: bool) -> None:
    assert met("second_person", asks(*WORDS, context={"approved_by": approver})) is expected


def test_an_obligation_is_kept_afterwards_and_refuses_nothing(asks: Asks) -> None:
    assert met("obligation", asks(*WORDS, membership=None))


def test_a_duty_not_met_has_a_reason_of_its_own() -> None:
    told = {kind: Duty("d", kind, "l").refusal for kind in KINDS}
    assert told.pop("obligation") is ReasonCode.PERMITTED
    assert len(set(told.values())) == len(told)
    assert ReasonCode.PERMITTED not in told.values()


def test_a_membership_holds_from_its_first_day_to_its_last(asks: Asks) -> None:
    held = asks(*WORDS).subject.membership
    assert held is not None
    ended = dataclasses.replace(held, valid_until=date(2021, 6, 1))
    assert [held.holds_on(day) for day in (date(2018, 12, 31), date(2019, 1, 1), date(2099, 1, 1))] == [
        False,
        True,
        True,
    ]
    assert [ended.holds_on(day) for day in (date(2021, 6, 1), date(2021, 6, 2))] == [True, False]


def test_who_has_chosen_no_role_has_no_role_and_no_organisation(asks: Asks) -> None:
    nobody = asks(*WORDS, membership=None).subject
    assert (nobody.role, nobody.organisation) == ("", "")
