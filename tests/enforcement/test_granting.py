"""Grants of roles: one person proposes, another approves, and separation of duty is asked both times, over all time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.access.decision import Membership
from gateway.enforcement import granting
from gateway.enforcement.change import Changed, change
from gateway.enforcement.granting import Proposal
from gateway.errors import AccessDenied, BadRequest, Conflict, GatewayError, NotFound
from gateway.stores.accounts import administration, pipeline
from tests.builders.everything import OURS, Everything, asks, subject

FIRST = date(2026, 12, 1)
NURSE = Proposal("nurse", "practice_staff", OURS, FIRST)


@pytest.fixture
def place(everything: Everything) -> Everything:
    everything.add("nurse")
    return everything


def propose(place: Everything, proposal: Proposal = NURSE, by: str = "max") -> Changed[int]:
    asked = asks(subject("access_administrator", "06Q", by), "administration", "administration.grants", "create")
    return change(asked, granting.proposing(proposal, place.desk.policy), desk=place.desk)


def approve(place: Everything, number: int, by: str = "nia") -> Changed[int]:
    asked = asks(subject("access_administrator", "06Q", by), "administration", "administration.grants", "approve")
    return change(asked, granting.approving(number, place.desk.policy), desk=place.desk)


def revoke(place: Everything, number: int) -> Changed[int]:
    asked = asks(subject("access_administrator", "06Q"), "administration", "administration.grants", "revoke")
    return change(asked, granting.revoking(number), desk=place.desk)


def event_of(place: Everything, told: Changed[int]) -> dict[str, Any]:
    return place.events()[told.receipt.index]


def held(place: Everything, user: str = "nurse") -> list[str]:
    return [one.membership.role for one in pipeline.memberships_of(place.accounts, user)]


def test_a_proposed_grant_gives_nothing_until_another_person_approves_it(place: Everything) -> None:
    proposed = propose(place)
    assert held(place) == []
    approved = approve(place, proposed.value)
    assert held(place) == ["practice_staff"]
    details = {"grant": proposed.value, "account": "nurse", "role": "practice_staff", "organisation": OURS}
    for told, kind, state in ((proposed, "access.permitted", "proposed"), (approved, "membership.granted", "approved")):
        event = event_of(place, told)
        assert (event["type"], event["details"]) == (kind, {**details, "dates": ["2026-12-01", ""], "state": state})


def test_a_grant_is_reviewed_within_a_year_unless_another_day_is_named(place: Everything) -> None:
    named = Proposal("nurse", "practice_staff", "Z99002", FIRST, date(2027, 6, 30), date(2027, 3, 1))
    days = {}
    for proposal in (NURSE, named):
        found = administration.grant_of(place.accounts, propose(place, proposal).value)
        assert found is not None
        days[proposal.organisation] = found.held.membership.review_due
    assert days == {OURS: date(2027, 12, 1), "Z99002": date(2027, 3, 1)}


def test_a_grant_ends_at_once_and_once(place: Everything) -> None:
    number = propose(place).value
    approve(place, number)
    revoked = revoke(place, number)
    assert held(place) == []
    assert event_of(place, revoked)["type"] == "membership.revoked"
    with pytest.raises(Conflict):
        revoke(place, number)


@pytest.mark.parametrize("approver", ["max", "nurse"])
def test_neither_who_proposed_a_grant_nor_who_is_to_hold_it_approves_it(place: Everything, approver: str) -> None:
    number = propose(place).value
    with pytest.raises(AccessDenied) as refusal:
        approve(place, number, by=approver)
    assert place.events()[refusal.value.event or 0]["reason_code"] == "separation_of_duty"
    assert held(place) == []


def test_a_grant_is_approved_once(place: Everything) -> None:
    number = propose(place).value
    approve(place, number)
    with pytest.raises(Conflict):
        approve(place, number)


def test_roles_that_exclude_one_another_are_refused_even_where_one_has_ended(place: Everything) -> None:
    number = propose(place, Proposal("nurse", "gp", OURS, FIRST)).value
    approve(place, number)
    revoke(place, number)
    with pytest.raises(AccessDenied, match="separation_of_duty"):
        propose(place, Proposal("nurse", "commissioner_lead", "06Q", FIRST))


def test_two_proposals_that_exclude_one_another_do_not_come_in_force(place: Everything) -> None:
    """The second slipped past the first look; the second look is at the approval."""
    number = propose(place, Proposal("nurse", "gp", OURS, FIRST)).value
    lead = Membership("commissioner_lead", "06Q", FIRST, None, "max", "")
    pipeline.add_membership(place.accounts, "nurse", lead, "proposed")
    with pytest.raises(AccessDenied, match="separation_of_duty"):
        approve(place, number)
    assert held(place) == []


@pytest.mark.parametrize(
    ("proposal", "kind", "told"),
    [
        (Proposal("nurse", "king", OURS, FIRST), BadRequest, "Choose a role of the policy."),
        (Proposal("nurse", "practice_staff", "z99", FIRST), BadRequest, "The organisation is an ODS code"),
        (
            Proposal("nurse", "practice_staff", OURS, FIRST, date(2026, 11, 30)),
            BadRequest,
            "The last day lies before the first.",
        ),
        (Proposal("nobody", "practice_staff", OURS, FIRST), NotFound, "there is no user of that name"),
    ],
)
def test_a_proposal_that_cannot_be_says_why(
    place: Everything, proposal: Proposal, kind: type[GatewayError], told: str
) -> None:
    with pytest.raises(kind) as refusal:
        propose(place, proposal)
    assert str(refusal.value).startswith(told)
    assert place.events()[refusal.value.event or 0]["type"] == "access.failed"


def test_the_same_grant_is_not_proposed_twice_for_one_day(place: Everything) -> None:
    propose(place)
    with pytest.raises(Conflict, match="proposed or in force on some of these days"):
        propose(place, Proposal("nurse", "practice_staff", OURS, date(2027, 1, 1)))


@pytest.mark.parametrize(
    "proposal", [Proposal("nurse", "practice_staff", "ZZH", FIRST), Proposal("nurse", "hosting_operator", "06Q", FIRST)]
)
def test_a_grant_to_a_barred_organisation_or_role_is_a_suspected_breach(place: Everything, proposal: Proposal) -> None:
    with pytest.raises(AccessDenied, match="organisation_barred") as refusal:
        propose(place, proposal)
    assert place.events()[refusal.value.event or 0]["type"] == "breach.suspected"


def test_somebody_whose_employer_is_barred_is_granted_nothing(place: Everything) -> None:
    place.accounts.execute("UPDATE account SET employer = 'ZZH' WHERE user = 'nurse'")
    with pytest.raises(AccessDenied, match="organisation_barred"):
        propose(place)


@pytest.mark.parametrize("step", [approve, revoke])
def test_there_is_no_grant_of_another_number(place: Everything, step: Any) -> None:
    with pytest.raises(NotFound, match="no grant of that number"):
        step(place, 1_000_000)
