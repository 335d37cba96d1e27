"""What no rule of form can check: that the shipped words mean what the agreements and the standards say."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from gateway.access.release import PolicyRelease

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
Toml = Mapping[str, Any]


@pytest.fixture(scope="module")
def read(texts: Mapping[str, str]) -> Mapping[str, Toml]:
    return {name: tomllib.loads(text) for name, text in texts.items() if name.endswith(".toml")}


def columns(read: Mapping[str, Toml]) -> Iterator[tuple[str, str, str]]:
    """Store and table, name and class of every column of every view."""
    for view in read["views.toml"]["view"].values():
        for part in view.get("part", ()):
            for column in part["columns"]:
                yield f"{view['store']}.{part['table']}", column["name"], column["class"]


def test_purposes_are_coded_in_hl7s_purpose_of_use(read: Mapping[str, Toml]) -> None:
    purposes = read["vocabulary.toml"]["purpose"]
    assert {name: purpose["hl7"] for name, purpose in purposes.items()} == {
        "direct_care": "TREAT",
        "emergency_direct_care": "ETREAT",
        "commissioning": "HOPERAT",
        "invoice_validation": "HPAYMT",
        "audit": "HCOMPL",
        "administration": "HSYSADMIN",
    }
    assert {purpose["system"] for purpose in purposes.values()} == {ACT_REASON}


def test_only_the_hosting_company_is_barred_and_oversight_has_no_data(read: Mapping[str, Toml]) -> None:
    roles = read["vocabulary.toml"]["role"]
    assert [name for name, role in roles.items() if role["barred"]] == ["hosting_operator"]
    assert {name for name, role in roles.items() if not role["data"]} == {
        "nhs_digital_auditor",
        "privacy_officer",
        "access_administrator",
        "hosting_operator",
    }
    assert len({role["code"] for role in roles.values()}) == len(roles)


@pytest.mark.parametrize(
    ("scope", "where", "binds"),
    [
        ("own_practice_at_risk", "practice_code = :organisation AND at_risk = 1", {"organisation": "organisation"}),
        ("own_account", "user = :user", {"user": "user"}),
        ("no_rows", "0", {}),
        ("counts_of_scores", "place > 0", {}),
        ("standing_cohorts", "withdrawn_on IS NULL", {}),
    ],
)
def test_a_scope_that_narrows_does_so(release: PolicyRelease, scope: str, where: str, binds: dict[str, str]) -> None:
    assert release.scopes[scope].where == where
    assert release.scopes[scope].parameters == binds


def test_an_identifiable_store_is_never_read_whole(release: PolicyRelease) -> None:
    whole = {name for name, scope in release.scopes.items() if scope.where == "1"}
    views = [release.views[rule.view] for rule in release.rules if rule.scope in whole]
    assert "risk_identifiable" not in {view.store for view in views}
    assert all(view.field_classes <= {"method", "model_report"} for view in views if view.store == "practice_work")


def test_what_a_practice_reads_of_the_commissioners_store_is_criteria_and_nothing_else(release: PolicyRelease) -> None:
    rules = [rule for rule in release.rules if release.views[rule.view].store == "population_work"]
    practice = [rule for rule in rules if release.vocabulary.roles[rule.role].role_class == "practice"]
    assert {(rule.action, rule.scope) for rule in practice} == {
        ("list", "standing_cohorts"),
        ("read", "standing_cohorts"),
    }
    assert {name for rule in practice for name in release.views[rule.view].field_classes} == {"cohort"}
    assert {name for rule in rules for name in release.views[rule.view].field_classes} == {"cohort", "cohort_keeping"}


def test_each_duty_is_of_the_kind_that_its_name_says(read: Mapping[str, Toml]) -> None:
    kinds = {name: duty["kind"] for name, duty in read["duties.toml"]["duty"].items()}
    assert (
        kinds.items()
        >= {
            "professional": "professional_number",
            "reason": "stated_reason",
            "attestation": "attested_relationship",
            "training": "training_in_date",
            "authorisation": "authorisation_in_date",
            "four_eyes": "second_person",
            "disclosure_control": "obligation",
        }.items()
    )


def test_a_column_has_one_class_wherever_it_is_shown(read: Mapping[str, Toml]) -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, name, field_class in columns(read):
        found[table, name].add(field_class)
    assert {column: kinds for column, kinds in found.items() if len(kinds) > 1} == {}


def test_what_names_a_person_is_classed_as_such_and_nothing_else_is(read: Mapping[str, Toml]) -> None:
    telling = {"nhs_number", "handle", "pseudonym"}
    shown = {(name, field_class) for _, name, field_class in columns(read)}
    assert {pair for pair in shown if telling & set(pair)} == {(name, name) for name in telling}


def test_one_persons_rows_are_asked_for_by_a_key_and_pseudonymised_ones_are_never_counted(
    read: Mapping[str, Toml],
) -> None:
    views = read["views.toml"]["view"]
    by_handle = [part for name in ("practice_patient", "practice_record") for part in views[name]["part"]]
    by_pseudonym = views["population_patient"]["part"]
    assert {tuple(part["keys"]) for part in by_handle} == {("handle",)}
    assert {tuple(part["keys"]) for part in by_pseudonym} == {("pseudonym",)}
    assert not [part for part in (*by_pseudonym, *views["population_patients"]["part"]) if part.get("counted", True)]


def test_a_rules_id_says_whom_it_permits_what(release: PolicyRelease) -> None:
    assert not [rule.id for rule in release.rules if rule.id != f"{rule.role}:{rule.resource}:{rule.action}"]


def test_the_sensitive_list_covers_each_topic_and_the_whole_of_its_chapters(release: PolicyRelease) -> None:
    codes = {code.code for code in release.sensitive_codes}
    assert {code.topic for code in release.sensitive_codes} == {
        "HIV",
        "sexual health",
        "fertility",
        "termination",
        "gender",
    }
    assert codes >= {f"B{n}" for n in range(20, 25)} | {f"A{n}" for n in range(50, 61)} | {
        f"O0{n}" for n in range(4, 9)
    }
    assert codes >= {"N97", "Z31", "F64", "Z21", "R75"}
