"""The snapshot decides: one request, one day, and every reason that a decision can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest, Membership, ReasonCode, Subject
from gateway.access.loader import load
from gateway.access.release import PolicyRelease
from gateway.access.snapshot import PolicySnapshot

Asks = Callable[..., AccessRequest]
People = Callable[..., Subject]
Noon = Callable[[date], datetime]
Facts = dict[str, Any]

IN_FORCE = datetime(2021, 6, 1, 12, tzinfo=UTC)
WORKLIST = ("gp", "Z99001", "direct_care", "practice.worklist", "list")
RECORD = ("gp", "Z99001", "direct_care", "practice.record", "read")
LINE = ("ceff_validator", "06Q", "invoice_validation", "invoices.line", "read")
EVENTS = ("nhs_digital_auditor", "X26", "audit", "audit.events", "list")
WHY = {"reason": "planned_review", "attested": True}


def membership(role: str, first: date, last: date | None = None, organisation: str = "Z99001") -> Membership:
    return Membership(role, organisation, first, last, "asked", "approved")


def test_a_gp_lists_her_own_practice_while_the_agreement_is_in_force(policy: PolicySnapshot, asks: Asks) -> None:
    decision = policy.decide(asks(*WORKLIST), IN_FORCE)
    assert (decision.permitted, decision.reason_code) == (True, "permitted")
    assert decision.agreement == "DARS-NIC-226296-S7T2Y"
    assert decision.matched_rules == ("practice_staff:practice.worklist:list",)
    assert decision.policy_version == policy.version


def test_every_refusal_after_the_rule_names_the_rule_that_would_have_permitted(
    policy: PolicySnapshot, asks: Asks
) -> None:
    decision = policy.decide(asks(*WORKLIST), datetime(2026, 1, 1, tzinfo=UTC))
    assert not decision.permitted
    assert decision.rule_id == "practice_staff:practice.worklist:list"
    assert decision.lapsed == "the term ended on 2022-09-30"


def test_words_that_nobody_knows_are_refused_and_never_raise(policy: PolicySnapshot, asks: Asks) -> None:
    for words in (("nobody", "06Q", "audit", "audit.events", "list"), ("gp", "Z99001", "", "x.y", "*")):
        assert policy.decide(asks(*words), IN_FORCE).reason_code is ReasonCode.NO_RULE


def test_somebody_without_an_acting_role_does_not_hold_one(policy: PolicySnapshot, asks: Asks) -> None:
    request = asks(*WORKLIST, membership=None)
    assert policy.decide(request, IN_FORCE).reason_code is ReasonCode.ROLE_NOT_HELD


def test_practice_staff_never_open_a_record(policy: PolicySnapshot, asks: Asks) -> None:
    request = asks("practice_staff", *RECORD[1:], context=WHY)
    assert policy.decide(request, IN_FORCE).reason_code is ReasonCode.NO_RULE


@pytest.mark.parametrize(
    ("given", "context", "reason"),
    [
        ({}, WHY, ReasonCode.PERMITTED),
        ({"professional_number": None}, WHY, ReasonCode.NOT_A_PROFESSIONAL),
        ({"professional_number": ""}, WHY, ReasonCode.NOT_A_PROFESSIONAL),
        ({}, {"attested": True}, ReasonCode.REASON_MISSING),
        ({}, {"attested": True, "reason": "curiosity"}, ReasonCode.REASON_MISSING),
        ({}, {"reason": "planned_review"}, ReasonCode.RELATIONSHIP_NOT_ATTESTED),
    ],
)
def test_a_record_comes_to_a_professional_after_reason_and_attestation(
    policy: PolicySnapshot, asks: Asks, given: Facts, context: Facts, reason: ReasonCode
) -> None:
    assert policy.decide(asks(*RECORD, context=context, **given), IN_FORCE).reason_code is reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"training_until": date(2021, 6, 1), "authorised_until": date(2021, 6, 1)}, ReasonCode.PERMITTED),
        ({"training_until": date(2021, 5, 31)}, ReasonCode.TRAINING_EXPIRED),
        ({"training_until": None}, ReasonCode.TRAINING_EXPIRED),
        ({"authorised_until": date(2021, 5, 31)}, ReasonCode.AUTHORISATION_EXPIRED),
        ({"authorised_until": None}, ReasonCode.AUTHORISATION_EXPIRED),
    ],
)
def test_the_ceff_admits_only_staff_in_training_and_authorised(
    policy: PolicySnapshot, asks: Asks, given: Facts, reason: ReasonCode
) -> None:
    assert policy.decide(asks(*LINE, **given), IN_FORCE).reason_code is reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"contract_from": date(2021, 6, 1), "contract_until": date(2021, 6, 1)}, ReasonCode.PERMITTED),
        ({"contract_from": None}, ReasonCode.NOT_PERSONNEL),
        ({"contract_from": date(2021, 6, 2)}, ReasonCode.NOT_PERSONNEL),
        ({"contract_until": date(2021, 5, 31)}, ReasonCode.NOT_PERSONNEL),
        ({"employer": ""}, ReasonCode.NOT_PERSONNEL),
        ({"status": "visitor"}, ReasonCode.NOT_PERSONNEL),
        ({"status": "contractor"}, ReasonCode.PERMITTED),
    ],
)
def test_only_personnel_within_their_contract_are_permitted(
    policy: PolicySnapshot, asks: Asks, given: Facts, reason: ReasonCode
) -> None:
    assert policy.decide(asks(*EVENTS, **given), IN_FORCE).reason_code is reason


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2021, 6, 1), date(2021, 6, 1), ReasonCode.PERMITTED),
        (date(2021, 6, 2), None, ReasonCode.ROLE_NOT_HELD),
        (date(2020, 1, 1), date(2021, 5, 31), ReasonCode.ROLE_EXPIRED),
    ],
)
def test_a_membership_holds_from_its_first_to_its_last_day(
    policy: PolicySnapshot, asks: Asks, first: date, last: date | None, reason: ReasonCode
) -> None:
    request = asks(*WORKLIST, membership=membership("gp", first, last))
    assert policy.decide(request, IN_FORCE).reason_code is reason


def test_a_practice_that_does_not_take_part_is_not_listed(policy: PolicySnapshot, asks: Asks) -> None:
    request = asks("gp", "Z99002", *WORKLIST[2:])
    assert policy.decide(request, IN_FORCE).reason_code is ReasonCode.ORGANISATION_NOT_LISTED


def test_a_controller_is_no_participating_practice_and_a_practice_no_controller(
    policy: PolicySnapshot, asks: Asks
) -> None:
    patients = ("commissioning", "population.patients", "list")
    for words in (("gp", "06Q", *WORKLIST[2:]), ("commissioner_analyst", "Z99001", *patients)):
        assert policy.decide(asks(*words), IN_FORCE).reason_code is ReasonCode.ORGANISATION_NOT_LISTED


def test_the_processor_is_listed_for_risk_stratification_and_the_commissioner_is_no_processor(
    policy: PolicySnapshot, asks: Asks
) -> None:
    intake = ("commissioning", "intake.risk", "create")
    assert policy.decide(asks("data_processor_operator", "ZZP", *intake), IN_FORCE).permitted
    refused = policy.decide(asks("data_processor_operator", "06Q", *intake), IN_FORCE)
    assert refused.reason_code is ReasonCode.ORGANISATION_NOT_LISTED


@pytest.mark.parametrize("day", [date(2022, 6, 30), date(2022, 7, 1)])
def test_the_commissioner_is_the_ccg_to_the_end_of_june_2022_and_the_board_from_july(
    policy: PolicySnapshot, asks: Asks, noon: Noon, day: date
) -> None:
    request = asks("commissioner_lead", "06Q", "commissioning", "population.dashboard", "read")
    assert policy.decide(request, noon(day)).permitted


def test_a_barred_organisation_is_refused_whatever_its_role_and_so_is_its_employee_elsewhere(
    policy: PolicySnapshot, asks: Asks
) -> None:
    for given in ({}, {"employer": "ZZH"}):
        organisation = "06Q" if given else "ZZH"
        request = asks("access_administrator", organisation, "administration", "account.own", "read", **given)
        assert policy.decide(request, IN_FORCE).reason_code is ReasonCode.ORGANISATION_BARRED
        assert policy.is_breach(request.subject)


def test_a_barred_role_is_permitted_nothing_and_each_request_is_a_breach(
    policy: PolicySnapshot, subject: People
) -> None:
    assert not [cell for cell in policy.permissions if cell[0] == "hosting_operator"]
    assert policy.is_breach(subject("hosting_operator", "06Q"))
    assert not policy.is_breach(subject("gp", "Z99001"))
    assert not policy.is_breach(subject("nobody", "Z99001"))


def test_an_agreement_that_is_not_served_here_gives_no_data(release: PolicyRelease, asks: Asks) -> None:
    policy = compile_release(release, served=frozenset({"IV"}))
    assert policy.decide(asks(*WORKLIST), IN_FORCE).reason_code is ReasonCode.AGREEMENT_NOT_SERVED
    assert policy.decide(asks(*LINE), IN_FORCE).permitted


def test_a_term_that_does_not_allow_the_purpose_refuses_it(files: dict[str, bytes], asks: Asks) -> None:
    text = files["agreements.toml"].decode().replace("to = 2022-09-30\npurposes", "to = 2021-01-31\npurposes")
    further = '[[agreement.RS.term]]\nfrom = 2021-02-01\npurposes = ["commissioning"]\nsource = "a test"\n'
    files["agreements.toml"] = f"{text}\n{further}".encode()
    policy = compile_release(load(files), served=frozenset({"RS"}))
    assert policy.decide(asks(*WORKLIST), IN_FORCE).reason_code is ReasonCode.PURPOSE_NOT_IN_AGREEMENT


def test_after_the_term_audit_privacy_and_administration_go_on(policy: PolicySnapshot, asks: Asks) -> None:
    later = datetime(2026, 11, 24, tzinfo=UTC)
    for words in (
        EVENTS,
        ("privacy_officer", "06Q", "audit", "privacy.explain", "read"),
        ("access_administrator", "06Q", "administration", "administration.grants", "approve"),
        ("gp", "Z99001", "administration", "account.own", "read"),
    ):
        assert policy.decide(asks(*words), later).permitted


def test_the_day_is_the_day_in_england(policy: PolicySnapshot, asks: Asks) -> None:
    request = asks(*WORKLIST)
    assert policy.decide(request, datetime(2022, 9, 30, 22, 59, tzinfo=UTC)).permitted
    assert not policy.decide(request, datetime(2022, 9, 30, 23, 0, tzinfo=UTC)).permitted
