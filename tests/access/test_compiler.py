"""Casbin is asked every cell once; what differs from the golden table or breaks an invariant is refused."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import casbin
import pytest

from gateway.access.compiler import asking, canary, casbin_of, compile_release, line_of
from gateway.access.decision import AccessRequest, ReasonCode
from gateway.access.loader import load
from gateway.access.loading.model import MODEL
from gateway.access.release import PolicyRelease, Rule
from gateway.access.snapshot import PolicySnapshot
from gateway.errors import PolicyRefused

Small = Callable[..., dict[str, bytes]]
Compiled = Callable[..., PolicySnapshot]
ASKED = casbin.Enforcer.enforce_ex
AA = frozenset({"AA"})
AGAIN = (
    "policy.csv",
    "g,chief,clerk",
    "p,chief:papers:list,chief,work,papers,list,near,papers,AA,none,allow\ng,chief,clerk",
)
UNLISTED = ("decisions.csv", "chief,work,papers,list,near,papers,AA\n", "")


def refused(release: PolicyRelease) -> tuple[str, ...]:
    with pytest.raises(PolicyRefused) as told:
        compile_release(release, served=AA)
    return told.value.faults


def test_every_cell_that_casbin_permits_is_a_permission_and_no_other(compiled: Compiled) -> None:
    policy = compiled()
    assert sorted(policy.permissions) == [
        ("chief", "work", "papers", "list"),
        ("chief", "work", "papers", "read"),
        ("clerk", "work", "papers", "list"),
        ("watcher", "watching", "log", "list"),
    ]
    assert policy.ambiguous == {}
    assert policy.barred == {"ZZH"}


def test_who_inherits_is_permitted_by_the_inherited_rule_with_its_scope_view_and_duties(compiled: Compiled) -> None:
    permission = compiled().permissions["chief", "work", "papers", "list"]
    assert permission.decision.rule_id == "clerk:papers:list"
    assert permission.decision.agreement == "DARS-NIC-111111-AAAAA"
    assert [duty.name for duty in permission.duties] == ["trained"]
    assert permission.view.parts[0].uses == ("paper.place",)


def test_what_two_rules_permit_is_ambiguous_and_refused_though_one_is_inherited(
    compiled: Compiled, asks: Callable[..., AccessRequest]
) -> None:
    policy = compiled(AGAIN, UNLISTED)
    decision = policy.decide(asks("chief", "06Q", "work", "papers", "list"), datetime(2020, 6, 1, tzinfo=UTC))
    assert (decision.permitted, decision.reason_code) == (False, ReasonCode.AMBIGUOUS)
    assert sorted(decision.matched_rules) == ["chief:papers:list", "clerk:papers:list"]
    assert decision.rule_id == decision.scope == decision.view == ""
    assert policy.decide(asks("clerk", "06Q", "work", "papers", "list"), datetime(2020, 6, 1, tzinfo=UTC)).permitted


def test_an_ambiguous_cell_cannot_stand_in_the_golden_table(small: Small) -> None:
    faults = refused(load(small(AGAIN)))
    assert faults == ("decisions.csv:2: no rule, or more than one, permits this: correct policy.csv or the row",)


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("chief,work,papers,read,all,papers,AA", "chief,work,papers,read,near,papers,AA"),
        ("chief,work,papers,read,near,log,AA", "chief,work,papers,read,near,papers,AA"),
        ("chief,work,papers,read,near,papers,none", "chief,work,papers,read,near,papers,AA"),
    ],
)
def test_a_golden_row_that_says_otherwise_is_refused_with_what_is_right(small: Small, new: str, written: str) -> None:
    faults = refused(load(small(("decisions.csv", "chief,work,papers,read,near,papers,AA", new))))
    assert faults == (f"decisions.csv:3: the policy permits this otherwise: write {written}, or correct policy.csv",)


def test_what_is_permitted_and_not_listed_is_refused_with_the_row_to_add(small: Small) -> None:
    more = ("decisions.csv", "watcher,watching,log,list,all,log,none\n", "")
    told = "decisions.csv:1: rule '{}' permits what is not listed: add {}, or remove the rule"
    assert refused(load(small(UNLISTED, more))) == (
        told.format("clerk:papers:list", "chief,work,papers,list,near,papers,AA"),
        told.format("watcher:log:list", "watcher,watching,log,list,all,log,none"),
    )


def test_a_listed_cell_that_no_rule_permits_is_refused(small: Small) -> None:
    row = "clerk,work,papers,list,near,papers,AA\n"
    files = small(("decisions.csv", row, f"{row}clerk,work,papers,read,near,papers,AA\n"))
    assert refused(load(files))[0].startswith("decisions.csv:5: no rule, or more than one, permits this: ")


def test_an_invariant_that_is_broken_by_inheritance_names_rule_role_and_sentence(small: Small) -> None:
    faults = refused(load(small(("views.toml", 'class = "word"', 'class = "secret"'))))
    broken = "invariants.toml:1: Nobody reaches a secret; broken by {}: correct the rule, its view or its duties"
    cells = ("clerk:papers:list for clerk", "clerk:papers:list for chief", "chief:papers:read for chief")
    assert faults == tuple(broken.format(cell) for cell in cells)


def test_an_agreement_that_is_served_and_not_declared_is_refused(small: Small) -> None:
    with pytest.raises(PolicyRefused, match="agreement 'BB' is served here and not declared: add it"):
        compile_release(load(small()), served=frozenset({"AA", "BB"}))


def test_a_rule_that_denies_is_no_rule_that_permits(small: Small) -> None:
    release = load(small())
    rules = tuple(line_of(rule) for rule in release.rules)
    denied = (*rules, (*rules[0][:-1], "deny"))
    cell = ("clerk", "work", "papers", "list")
    assert casbin_of(release)(cell) == (True, ("clerk:papers:list",))
    assert asking(release.model, denied, release.inherits)(cell)[0] is False


def test_with_another_effect_casbin_would_stop_at_the_first_rule_and_see_no_ambiguity(small: Small) -> None:
    release = load(small(AGAIN))
    first_only = release.model.replace(" && !some(where (p.eft == deny))", "")
    rules, cell = tuple(line_of(rule) for rule in release.rules), ("chief", "work", "papers", "list")
    assert len(asking(first_only, rules, release.inherits)(cell)[1]) == 1
    assert len(casbin_of(release)(cell)[1]) == 2


def test_the_canary_passes_with_the_distribution_that_is_locked() -> None:
    canary()


def test_the_canary_notices_that_the_older_distribution_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "casbin-1.43.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: casbin\nVersion: 1.43.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(PolicyRefused, match="the distribution pycasbin must run alone: remove casbin"):
        canary()


def test_the_canary_notices_that_the_right_distribution_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(PolicyRefused, match="the distribution pycasbin must run alone"):
        canary()


@pytest.mark.parametrize(
    "enforce_ex",
    [
        lambda _enforcer, *_cell: (True, []),
        lambda _enforcer, *_cell: (False, []),
        lambda enforcer, *cell: (bool(ASKED(enforcer, *cell)) and cell[0] != "x", []),
    ],
)
def test_the_canary_notices_a_casbin_that_decides_otherwise(
    monkeypatch: pytest.MonkeyPatch, enforce_ex: Callable[..., object]
) -> None:
    monkeypatch.setattr(casbin.Enforcer, "enforce_ex", enforce_ex)
    with pytest.raises(PolicyRefused, match=r"model.conf:1: Casbin does not decide as proved"):
        canary()


def test_a_barred_role_that_slipped_past_the_loader_still_breaks_an_invariant(release: PolicyRelease) -> None:
    given = next(rule for rule in release.rules if rule.id == "privacy_officer:account.own:read")
    slipped: Rule = dataclasses.replace(given, id="slipped", role="hosting_operator")
    with pytest.raises(PolicyRefused) as told:
        compile_release(dataclasses.replace(release, rules=(*release.rules, slipped)), served=frozenset({"RS"}))
    assert any("A barred role reaches nothing at all (RS-11)" in fault for fault in told.value.faults)


def test_the_model_that_the_canary_proves_is_the_shipped_one(shipped: dict[str, bytes]) -> None:
    lines = shipped["model.conf"].decode().splitlines()
    assert tuple(line for line in lines if line and not line.startswith("#")) == MODEL
