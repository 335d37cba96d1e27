"""Casbin, asked every cell once: the one place that knows it. What it answers becomes an immutable PolicySnapshot.

A release that breaks an invariant or differs from the golden table is refused; the one before it goes on.
Keeps ALL-2; the traps of pycasbin stand in the design (decision, 'Casbin decides').
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib import metadata

import casbin

from gateway.access.decision import Decision, ReasonCode
from gateway.access.grant import View
from gateway.access.invariants import Reached
from gateway.access.loading import invariants as invariants_file
from gateway.access.loading import tables
from gateway.access.loading.model import MODEL
from gateway.access.release import GoldenRow, PolicyRelease, Rule
from gateway.access.snapshot import NOT_ANY, Permission, PolicySnapshot
from gateway.access.standing import Timeline, closed_for_good, timeline
from gateway.access.vocabulary import NO_AGREEMENT, Cell
from gateway.errors import PolicyRefused

Ask = Callable[[Cell], tuple[bool, tuple[str, ...]]]
_ALLOW = "allow"
_RIGHT, _WRONG = "pycasbin", "casbin"


def compile_release(
    release: PolicyRelease, *, served: frozenset[str], closed: Mapping[str, date] = NOT_ANY
) -> PolicySnapshot:
    """The snapshot of `release` where the agreements `served` (keys) are served. Raises PolicyRefused.

    closed: agreements that were served here and closed, each with its day (ALL-11).
    """
    canary()
    if unknown := sorted(served - release.agreements.keys()):
        raise PolicyRefused((f"agreements.toml:1: agreement '{unknown[0]}' is served here and not declared: add it",))
    permissions, ambiguous = _answers(release, served, closed)
    barred = frozenset(row.organisation for each in release.agreements.values() for row in each.barred)
    snapshot = PolicySnapshot(release, served, permissions, ambiguous, barred, closed)
    if faults := (*_golden_faults(release, permissions), *_invariant_faults(release, permissions)):
        raise PolicyRefused(faults)
    return snapshot


def asking(model: str, rules: tuple[tuple[str, ...], ...], inherits: tuple[tuple[str, str], ...]) -> Ask:
    """Casbin with these rules, ready to be asked a cell: whether it permits, and every rule that matched."""
    logging.getLogger("casbin").setLevel(logging.ERROR)  # it would warn of each of two thousand refusals
    enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=model))
    matched: list[str] = []

    def note(rule: str) -> bool:
        matched.append(rule)
        return True

    enforcer.add_function("matched", note)
    enforcer.add_policies([list(rule) for rule in rules])
    for role, parent in inherits:
        enforcer.add_grouping_policy(role, parent)

    def ask(cell: Cell) -> tuple[bool, tuple[str, ...]]:
        matched.clear()
        permitted, _ = enforcer.enforce_ex(*cell)
        return bool(permitted), tuple(matched)

    return ask


def casbin_of(release: PolicyRelease) -> Ask:
    """Casbin with the rules of a release."""
    return asking(release.model, tuple(line_of(rule) for rule in release.rules), release.inherits)


def casbin_by_resource(release: PolicyRelease) -> Mapping[str, Ask]:
    """For each resource that has rules, Casbin with these alone.

    The model, which the loader takes in one form only, lets no rule of another resource match: the answers are those of
    the whole release, for a fiftieth of the comparisons. A test asks both every cell.
    """
    found: dict[str, list[tuple[str, ...]]] = {}
    for rule in release.rules:
        found.setdefault(rule.resource, []).append(line_of(rule))
    return {resource: asking(release.model, tuple(rules), release.inherits) for resource, rules in found.items()}


def line_of(rule: Rule) -> tuple[str, ...]:
    """A rule as Casbin's model has it."""
    agreement, duties = rule.agreement or NO_AGREEMENT, ";".join(rule.duties)
    words = (rule.role, rule.purpose, rule.resource, rule.action, rule.scope, rule.view)
    return (rule.id, *words, agreement, duties, _ALLOW)


def canary() -> None:
    """Prove that the right distribution runs, that a deny denies and that every rule that matches is seen.

    Raises PolicyRefused: the distribution named casbin is older and names the wrong rule.
    """
    if _installed(_WRONG) or not _installed(_RIGHT):
        raise PolicyRefused((f"model.conf:1: the distribution {_RIGHT} must run alone: remove {_WRONG}",))
    row = ("r", "p", "t", "a", "s", "v", NO_AGREEMENT, "")
    rules = (("first", *row, _ALLOW), ("second", "u", *row[1:], _ALLOW), ("third", "w", *row[1:], "deny"))
    ask = asking("\n".join(MODEL) + "\n", rules, (("u", "r"), ("w", "r")))
    expected = {
        ("r", "p", "t", "a"): (True, ("first",)),
        ("u", "p", "t", "a"): (True, ("first", "second")),
        ("w", "p", "t", "a"): (False, ("first", "third")),
        ("x", "p", "t", "a"): (False, ()),
        ("*", "p", "t", "a"): (False, ()),
    }
    if any(ask(cell) != answer for cell, answer in expected.items()):
        raise PolicyRefused(("model.conf:1: Casbin does not decide as proved: install the locked pycasbin",))


def _installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _answers(
    release: PolicyRelease, served: frozenset[str], closed: Mapping[str, date]
) -> tuple[dict[Cell, Permission], dict[Cell, tuple[str, ...]]]:
    asked, whole = casbin_by_resource(release), casbin_of(release)
    rules = {rule.id: rule for rule in release.rules}
    timelines = {key: timeline(agreement) for key, agreement in release.agreements.items()}
    timelines |= {key: closed_for_good(on) for key, on in closed.items()}
    permissions: dict[Cell, Permission] = {}
    ambiguous: dict[Cell, tuple[str, ...]] = {}
    for cell in release.vocabulary.cells():
        permitted, matched = asked.get(cell[2], whole)(cell)
        if permitted and len(matched) == 1:
            permissions[cell] = _permission(release, cell[0], rules[matched[0]], served | closed.keys(), timelines)
        elif permitted:
            ambiguous[cell] = matched
    return permissions, ambiguous


def _permission(
    release: PolicyRelease, role: str, rule: Rule, served: frozenset[str], timelines: Mapping[str, Timeline]
) -> Permission:
    return Permission(
        decision=_decision(release, rule),
        scope=release.scopes[rule.scope],
        view=_reading_its_scope(release.views[rule.view], release.scopes[rule.scope].columns),
        duties=tuple(release.duties[name] for name in rule.duties),
        party=release.vocabulary.roles[role].party,
        served=rule.agreement in served,
        timeline=timelines.get(rule.agreement),
    )


def _decision(release: PolicyRelease, rule: Rule) -> Decision:
    return Decision(
        permitted=True,
        reason_code=ReasonCode.PERMITTED,
        rule_id=rule.id,
        matched_rules=(rule.id,),
        scope=rule.scope,
        view=rule.view,
        agreement=release.agreements[rule.agreement].reference if rule.agreement else "",
        duties=rule.duties,
        policy_version=release.version,
        purpose_hl7=release.vocabulary.purposes[rule.purpose].hl7,
    )


def _reading_its_scope(view: View, columns: tuple[str, ...]) -> View:
    """The view whose parts may read their scope's columns, and show none of them for it."""
    parts = tuple(
        dataclasses.replace(part, uses=(*part.uses, *(f"{part.table}.{column}" for column in columns)))
        for part in view.parts
    )
    return dataclasses.replace(view, parts=parts)


def _golden_faults(release: PolicyRelease, permissions: Mapping[Cell, Permission]) -> Iterator[str]:
    listed = {row.cell: row for row in release.golden}
    for cell in sorted(permissions.keys() - listed.keys()):
        mend = f"add {','.join(_golden_cells(release, cell, permissions[cell]))}, or remove the rule"
        yield f"{tables.GOLDEN}:1: rule '{permissions[cell].decision.rule_id}' permits what is not listed: {mend}"
    for row in release.golden:
        permission = permissions.get(row.cell)
        if permission is None:
            yield f"{tables.GOLDEN}:{row.line}: no rule, or more than one, permits this: correct policy.csv or the row"
        elif not _agrees(release, row, permission):
            right = ",".join(_golden_cells(release, row.cell, permission))
            yield f"{tables.GOLDEN}:{row.line}: the policy permits this otherwise: write {right}, or correct policy.csv"


def _agrees(release: PolicyRelease, row: GoldenRow, permission: Permission) -> bool:
    written = (*row.cell, row.scope, row.view, row.agreement or NO_AGREEMENT)
    return written == _golden_cells(release, row.cell, permission)


def _golden_cells(release: PolicyRelease, cell: Cell, permission: Permission) -> tuple[str, ...]:
    agreement = release.vocabulary.stores[permission.view.store].agreement or NO_AGREEMENT
    return (*cell, permission.scope.name, permission.view.name, agreement)


def _invariant_faults(release: PolicyRelease, permissions: Mapping[Cell, Permission]) -> Iterator[str]:
    reached = [
        Reached(
            role=cell[0],
            barred=release.vocabulary.roles[cell[0]].barred,
            rule=permission.decision.rule_id,
            view=permission.view,
            scope=permission.scope.name,
            duties=permission.decision.duties,
        )
        for cell, permission in permissions.items()
    ]
    for invariant in release.invariants:
        for breach in invariant.breaches(reached):
            rule = f"{invariant.sentence.removesuffix('.')}; broken by {breach}"
            yield f"{invariants_file.FILE}:{invariant.line}: {rule}: correct the rule, its view or its duties"
