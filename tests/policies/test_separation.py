"""Separation of duty as sod.toml says it: every pair of roles in both orders, and every pair of acts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from gateway.access.decision import Membership, ReasonCode
from gateway.access.snapshot import PolicySnapshot

PRACTICE = ("gp", "practice_staff")
COMMISSIONER = ("commissioner_analyst", "commissioner_lead")
CEFF = ("ceff_validator", "ceff_approver")
OVERSIGHT = ("access_administrator", "privacy_officer", "nhs_digital_auditor")
WITH_DATA = (*PRACTICE, *COMMISSIONER, *CEFF, "ccg_finance", "data_processor_operator")
BARRED = "hosting_operator"


@pytest.fixture(scope="module")
def rules(texts: Mapping[str, str]) -> Mapping[str, list[dict[str, Any]]]:
    return tomllib.loads(texts["sod.toml"])


def held(role: str) -> Membership:
    """One that ended long ago: separation is over all time."""
    return Membership(role, "06Q", date(2000, 1, 1), date(2000, 12, 31), "asked", "approved")


def may_hold(policy: PolicySnapshot, first: str, then: str) -> ReasonCode:
    return policy.may_hold([held(first)], held(then))


def test_every_pair_of_roles_is_kept_apart_or_not_as_the_file_says(
    policy: PolicySnapshot, rules: Mapping[str, list[dict[str, Any]]]
) -> None:
    roles = policy.vocabulary.roles
    data = [name for name, role in roles.items() if role.data]
    pairs = {
        frozenset((one, other))
        for rule in rules["static"]
        for one, other in product(rule["one"], rule.get("other", data))
    }
    for first, then in product(roles, roles):
        apart = ReasonCode.SEPARATION_OF_DUTY if frozenset((first, then)) in pairs else ReasonCode.PERMITTED
        expected = ReasonCode.ORGANISATION_BARRED if then == BARRED else apart
        assert may_hold(policy, first, then) is expected, (first, then)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *product(PRACTICE, COMMISSIONER),
        *product(CEFF, (*COMMISSIONER, "ccg_finance")),
        *product(OVERSIGHT, WITH_DATA),
        *product(("data_processor_operator",), (*COMMISSIONER, *CEFF, "ccg_finance")),
    ],
)
def test_what_the_agreements_keep_apart_is_kept_apart_in_both_orders(
    policy: PolicySnapshot, one: str, other: str
) -> None:
    assert may_hold(policy, one, other) is ReasonCode.SEPARATION_OF_DUTY
    assert may_hold(policy, other, one) is ReasonCode.SEPARATION_OF_DUTY


def test_one_of_many_memberships_is_enough_to_keep_apart(policy: PolicySnapshot) -> None:
    many = [held("practice_staff"), held("gp"), held("ccg_finance")]
    assert policy.may_hold(many, held("ceff_validator")) is ReasonCode.SEPARATION_OF_DUTY
    assert policy.may_hold(many[:2], held("gp")) is ReasonCode.PERMITTED


def test_every_pair_of_acts_is_kept_apart_in_its_order_and_for_one_person(
    policy: PolicySnapshot, rules: Mapping[str, list[dict[str, Any]]]
) -> None:
    acts = [(resource.name, act) for resource in policy.vocabulary.resources.values() for act in resource.actions]
    pairs = {
        tuple((rule[key]["resource"], rule[key]["action"]) for key in ("first", "then")) for rule in rules["dynamic"]
    }
    for first, then in product(acts, acts):
        expected = ReasonCode.SEPARATION_OF_DUTY if (first, then) in pairs else ReasonCode.PERMITTED
        assert policy.may_follow([(first, "ann")], then, "ann") is expected
        assert policy.may_follow([(first, "bob")], then, "ann") is ReasonCode.PERMITTED
        assert policy.may_follow([], then, "ann") is ReasonCode.PERMITTED


def test_who_validated_a_line_or_asked_for_a_grant_is_kept_from_approving(policy: PolicySnapshot) -> None:
    validate, approve = ("invoices.line", "validate"), ("invoices.invoice", "approve")
    ask, grant = ("administration.grants", "create"), ("administration.grants", "approve")
    done = [(validate, "ann"), (ask, "bob"), (("invoices.line", "read"), "eve")]
    told = {(act, who): policy.may_follow(done, act, who) for act in (approve, grant) for who in ("ann", "bob", "eve")}
    assert {pair for pair, reason in told.items() if reason is ReasonCode.SEPARATION_OF_DUTY} == {
        (approve, "ann"),
        (grant, "bob"),
    }
