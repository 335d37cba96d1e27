"""What no policy may break: the shipped one keeps it by a plain reading, and breaking any one of it is refused."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from gateway.access.compiler import compile_release
from gateway.access.grant import Column, View, ViewPart
from gateway.access.invariants import Invariant
from gateway.access.loader import load
from gateway.access.release import PolicyRelease, Rule
from gateway.errors import PolicyRefused
from gateway.settings import read_policies, shipped_policies
from tests.oracles.plain_policy import Line, PlainPolicy, cells_of

RELEASE = load(read_policies(shipped_policies()))
HOSPITAL = {"hospital_code", "hospital_date"}
PERSON = {"nhs_number", "handle", "pseudonym", "activity", *HOSPITAL}
# role → classes of field and stores that it never reaches, in other words: RS-2 to RS-5, IV-1 to IV-5, ALL-3 to ALL-5
NEVER = {
    "gp": ({"pseudonym", "activity", "cohort_keeping"}, {"risk_pseudonymised", "invoices"}),
    "practice_staff": ({"pseudonym", "activity", "cohort_keeping", *HOSPITAL}, {"risk_pseudonymised", "invoices"}),
    "commissioner_analyst": ({"nhs_number", "handle", "activity", *HOSPITAL}, {"risk_identifiable", "invoices"}),
    "commissioner_lead": (PERSON, {"risk_identifiable", "practice_work", "invoices"}),
    "ccg_finance": (PERSON, {"risk_identifiable", "risk_pseudonymised", "practice_work", "population_work"}),
    "ceff_validator": ({"pseudonym", "handle"}, {"risk_identifiable", "risk_pseudonymised", "practice_work"}),
    "ceff_approver": ({"pseudonym", "handle"}, {"risk_identifiable", "risk_pseudonymised", "practice_work"}),
    "data_processor_operator": (PERSON, {"risk_pseudonymised", "population_work", "invoices"}),
    "nhs_digital_auditor": ({*PERSON, "gp_term"}, {"risk_identifiable", "risk_pseudonymised", "invoices"}),
    "privacy_officer": ({*PERSON, "gp_term"}, {"risk_identifiable", "risk_pseudonymised", "invoices", "practice_work"}),
    "access_administrator": ({*PERSON, "gp_term"}, {"risk_identifiable", "risk_pseudonymised", "invoices"}),
}


@pytest.fixture(scope="module")
def views(texts: Mapping[str, str]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = tomllib.loads(texts["views.toml"])["view"]
    return found


def reached(texts: Mapping[str, str], *roles: str) -> list[Line]:
    plain = PlainPolicy(texts["policy.csv"])
    lines = (plain.permits(cell) for cell in cells_of(texts["vocabulary.toml"]) if not roles or cell[0] in roles)
    return [line for line in lines if line]


def classes(view: Mapping[str, Any]) -> set[str]:
    return {column["class"] for part in view.get("part", ()) for column in part["columns"]}


@pytest.mark.parametrize("role", sorted(NEVER))
def test_no_role_reaches_what_the_agreements_keep_from_it(
    texts: Mapping[str, str], views: Mapping[str, Any], role: str
) -> None:
    fields, stores = NEVER[role]
    lines = reached(texts, role)
    assert lines
    assert not [line["id"] for line in lines if classes(views[line["view"]]) & fields]
    assert not [line["id"] for line in lines if views[line["view"]]["store"] in stores]


def test_every_role_with_a_permission_is_spoken_of_here(texts: Mapping[str, str]) -> None:
    roles = tomllib.loads(texts["vocabulary.toml"])["role"]
    assert {role for role in roles if reached(texts, role)} == NEVER.keys()


def test_a_hospital_record_comes_after_reason_and_attestation_and_aggregates_are_protected(
    texts: Mapping[str, str], views: Mapping[str, Any]
) -> None:
    asked = {"professional", "reason", "attestation"}
    for line in reached(texts):
        shown, duties = classes(views[line["view"]]), set(line["duties"].split(";"))
        assert not shown & HOSPITAL or duties >= asked, line["id"]
        assert not shown & {"people", "percentage"} or "disclosure_control" in duties, line["id"]
        assert "activity" not in shown or duties >= {"training", "authorisation"}, line["id"]


def broken(invariant: Invariant) -> PolicyRelease:
    """The shipped release, changed in one rule and its view so that it breaks the invariant."""
    rule = next(rule for rule in RELEASE.rules if not invariant.roles or rule.role in invariant.roles)
    barred = next(name for name, role in RELEASE.vocabulary.roles.items() if role.barred)
    role = barred if invariant.kind == "barred_reach_nothing" else rule.role
    scope = next(name for name in RELEASE.scopes if name not in invariant.scopes)
    new = dataclasses.replace(rule, role=role, scope=scope, duties=())
    return _with(rule, new, _showing(RELEASE.views[rule.view], invariant))


def _showing(view: View, invariant: Invariant) -> View:
    shown = tuple(Column(name, name) for name in sorted(invariant.field_classes))
    store = next(iter(sorted(invariant.stores)), view.store)
    return View(view.name, store, (*view.parts, ViewPart("planted", "planted", shown)))


def _with(old: Rule, new: Rule, view: View) -> PolicyRelease:
    """Only the words of that rule are asked, so that Casbin is asked few cells."""
    words = RELEASE.vocabulary
    few = dataclasses.replace(
        words,
        purposes={new.purpose: words.purposes[new.purpose]},
        resources={new.resource: words.resources[new.resource]},
    )
    rules = tuple(new if rule == old else rule for rule in RELEASE.rules)
    return dataclasses.replace(RELEASE, vocabulary=few, rules=rules, views={**RELEASE.views, view.name: view})


@pytest.mark.parametrize("invariant", RELEASE.invariants, ids=lambda invariant: invariant.id)
def test_a_release_that_breaks_an_invariant_is_refused_with_its_sentence(invariant: Invariant) -> None:
    with pytest.raises(PolicyRefused) as told:
        compile_release(broken(invariant), served=frozenset())
    sentence = f"invariants.toml:{invariant.line}: {invariant.sentence.removesuffix('.')}; broken by "
    assert any(fault.startswith(sentence) for fault in told.value.faults)


def test_the_shipped_invariants_are_those_that_the_agreements_ask_for() -> None:
    assert {invariant.id for invariant in RELEASE.invariants} >= {
        "commissioners-see-no-nhs-number",
        "leads-see-no-person",
        "practice-staff-see-no-hospital-record",
        "practices-see-no-pseudonym",
        "oversight-sees-no-patient",
        "barred-reach-nothing",
        "risk-roles-reach-no-invoices",
        "ceff-reaches-no-risk-store",
        "commissioners-reach-no-identifiable-store",
        "identifiable-roles-reach-no-pseudonymised-store",
        "oversight-reaches-no-data-store",
        "hospital-record-after-reason",
        "ceff-trained-and-authorised",
        "aggregates-are-protected",
        "practices-see-their-own",
        "pseudonymised-rows-are-not-counted",
    }
