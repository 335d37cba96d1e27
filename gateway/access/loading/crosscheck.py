"""What no file can say of itself: that the files of a release fit one another.

Keeps ALL-1 (each rule's agreement is its store's), ALL-5 and RS-11.
"""

from __future__ import annotations

from gateway.access.loading import invariants as invariants_file
from gateway.access.loading import rules as rules_file
from gateway.access.loading import scopes as scopes_file
from gateway.access.loading import views as views_file
from gateway.access.loading import vocabulary as vocabulary_file
from gateway.access.loading.documents import Document
from gateway.access.loading.faults import Faults
from gateway.access.loading.rules import Inheritance, ancestors
from gateway.access.release import PolicyRelease, Rule


def check(
    release: PolicyRelease, inherits: tuple[Inheritance, ...], documents: dict[str, Document], faults: Faults
) -> None:
    """Note every misfit of a release whose files are each right by themselves."""
    for rule in release.rules:
        _rule_fits(rule, release, faults)
    _all_used(release, documents)
    _stores_are_of_known_agreements(release, documents)
    _invariants_speak_of_every_class(release, documents)
    _nobody_inherits_across(release, inherits, faults)


def _rule_fits(rule: Rule, release: PolicyRelease, faults: Faults) -> None:
    store = release.views[rule.view].store
    role = release.vocabulary.roles[rule.role]
    held = release.vocabulary.stores[store].agreement

    def fault(text: str, mend: str) -> None:
        faults.add(rules_file.FILE, rule.line, text, mend)

    if store not in release.scopes[rule.scope].stores:
        fault(f"scope '{rule.scope}' is not legal in store '{store}'", "choose a scope of that store")
    if rule.agreement != held:
        fault(f"store '{store}' is under agreement '{held or 'none'}'", f"write {held or 'none'} as the agreement")
    if role.barred:
        fault(f"role '{rule.role}' is barred", "remove the line")
    if rule.agreement and not role.data:
        fault(f"role '{rule.role}' reaches no data of an agreement", "say data = true in vocabulary.toml, or remove it")
    if rule.agreement and not _purpose_allowed(rule, release):
        fault(f"no term of agreement '{rule.agreement}' allows '{rule.purpose}'", "correct the purpose or the term")


def _purpose_allowed(rule: Rule, release: PolicyRelease) -> bool:
    agreement = release.agreements.get(rule.agreement)
    return agreement is not None and any(rule.purpose in term.purposes for term in agreement.terms)


def _all_used(release: PolicyRelease, documents: dict[str, Document]) -> None:
    for file, section, names, used in (
        (scopes_file.FILE, "scope", release.scopes, {rule.scope for rule in release.rules}),
        (views_file.FILE, "view", release.views, {rule.view for rule in release.rules}),
    ):
        for name in sorted(names.keys() - used):
            rule = f"no rule uses {section} '{name}'"
            documents[file].fault((section, name), rule, "remove it, or name it in policy.csv")


def _stores_are_of_known_agreements(release: PolicyRelease, documents: dict[str, Document]) -> None:
    document = documents[vocabulary_file.FILE]
    for store in release.vocabulary.stores.values():
        if store.agreement:
            at = document.at("store", store.name, "agreement")
            document.faults.unless_known(store.agreement, release.agreements, "agreement", at)


def _invariants_speak_of_every_class(release: PolicyRelease, documents: dict[str, Document]) -> None:
    """Note each role whose class no invariant names: a class misspelt would slip through them all in silence."""
    rows = documents[invariants_file.FILE].data["invariant"]
    named = {name for row in rows for name in row.get("role_classes", ())}
    document = documents[vocabulary_file.FILE]
    for role in release.vocabulary.roles.values():
        at = document.at("role", role.name, "class")
        document.faults.unless_known(role.role_class, named, "class of role in invariants.toml", at)


def _nobody_inherits_across(release: PolicyRelease, inherits: tuple[Inheritance, ...], faults: Faults) -> None:
    parents: dict[str, set[str]] = {}
    for row in inherits:
        parents.setdefault(row.role, set()).add(row.parent)
    for row in inherits:
        held = ancestors(row.role, parents)
        for rule in release.separations:
            if held & rule.one and held & rule.other:
                text = f"'{row.role}' holds by inheritance what '{rule.id}' keeps apart"
                faults.add(rules_file.FILE, row.line, text, "remove the line")
        barred = sorted(role for role in held if release.vocabulary.roles[role].barred)
        if barred:
            faults.add(rules_file.FILE, row.line, f"role '{barred[0]}' is barred", "remove the line")
