"""What else the snapshot answers: grants of rows, who may hold what, who may do what next, what an installation has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from gateway.access.decision import AccessRequest, Membership, ReasonCode
from gateway.access.release import PolicyRelease
from gateway.access.snapshot import PolicySnapshot

Asks = Callable[..., AccessRequest]
IN_FORCE = datetime(2021, 6, 1, 12, tzinfo=UTC)
WORKLIST = ("gp", "Z99001", "direct_care", "practice.worklist", "list")
RECORD = ("gp", "Z99001", "direct_care", "practice.record", "read")


def membership(role: str, first: date, last: date | None = None, organisation: str = "Z99001") -> Membership:
    return Membership(role, organisation, first, last, "asked", "approved")


def test_a_grant_binds_the_scope_to_the_subject_and_lets_the_view_read_the_scopes_columns(
    policy: PolicySnapshot, asks: Asks
) -> None:
    request = asks(*WORKLIST)
    grant = policy.grant(request, policy.decide(request, IN_FORCE))
    assert grant.scope.where == "(practice_code = :organisation AND at_risk = 1)"
    assert grant.scope.parameters == {"organisation": "Z99001"}
    assert grant.view.parts[0].uses == ("worklist.practice_code", "worklist.at_risk")


def test_no_grant_is_made_of_a_refusal_or_of_another_requests_decision(policy: PolicySnapshot, asks: Asks) -> None:
    request = asks(*WORKLIST)
    permitted = policy.decide(request, IN_FORCE)
    for decision in (
        policy.decide(request, datetime(2026, 1, 1, tzinfo=UTC)),
        dataclasses.replace(permitted, rule_id="another"),
    ):
        with pytest.raises(KeyError):
            policy.grant(request, decision)
    with pytest.raises(KeyError):
        policy.grant(asks("practice_staff", *RECORD[1:]), permitted)


def test_nobody_is_granted_roles_that_are_kept_apart_even_after_the_first_ended(policy: PolicySnapshot) -> None:
    ended = [membership("gp", date(2019, 1, 1), date(2019, 12, 31))]
    new = membership("commissioner_analyst", date(2021, 1, 1), organisation="06Q")
    assert policy.may_hold(ended, new) is ReasonCode.SEPARATION_OF_DUTY
    assert policy.may_hold([], new) is ReasonCode.PERMITTED


def test_nobody_is_granted_a_barred_role_a_role_at_a_barred_organisation_or_an_unknown_one(
    policy: PolicySnapshot,
) -> None:
    day = date(2021, 1, 1)
    assert policy.may_hold([], membership("hosting_operator", day)) is ReasonCode.ORGANISATION_BARRED
    assert policy.may_hold([], membership("gp", day, organisation="ZZH")) is ReasonCode.ORGANISATION_BARRED
    assert policy.may_hold([], membership("king", day)) is ReasonCode.NO_RULE


def test_who_asked_for_a_grant_never_approves_it(policy: PolicySnapshot) -> None:
    create, approve = ("administration.grants", "create"), ("administration.grants", "approve")
    assert policy.may_follow([(create, "ann")], approve, "ann") is ReasonCode.SEPARATION_OF_DUTY
    assert policy.may_follow([(create, "ann")], approve, "bob") is ReasonCode.PERMITTED


def test_an_installation_has_the_stores_of_the_agreements_it_serves_and_those_of_none(policy: PolicySnapshot) -> None:
    assert policy.stores({"IV"}) == {"accounts", "audit_log", "invoices"}
    assert policy.agreement_of("invoices") == "IV"
    assert policy.agreement_of("accounts") == ""


def test_what_the_snapshot_tells_is_what_the_release_holds(policy: PolicySnapshot, release: PolicyRelease) -> None:
    assert policy.views is release.views
    assert policy.agreements is release.agreements
    assert policy.vocabulary is release.vocabulary


def test_what_is_told_for_a_reason_is_its_public_sentence(policy: PolicySnapshot) -> None:
    assert policy.sentence("reason_missing") == "Say why you need this."


def test_a_cell_is_decided_by_rule_and_agreement_alone_whoever_asks(policy: PolicySnapshot) -> None:
    cell = ("gp", *RECORD[2:])
    assert policy.decide_cell(cell, date(2021, 6, 1)).permitted
    refused = policy.decide_cell(cell, date(2022, 10, 1))
    assert (refused.reason_code, refused.rule_id) == (ReasonCode.AGREEMENT_NOT_IN_FORCE, "gp:practice.record:read")
    assert policy.decide_cell(("practice_staff", *RECORD[2:]), date(2021, 6, 1)).reason_code is ReasonCode.NO_RULE
