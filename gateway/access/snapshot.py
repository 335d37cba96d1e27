"""A policy release, compiled: every cell that Casbin permits, looked up ever after. Immutable; swapped by reference.

`decide` asks in this order: rule → agreement served → term and approvals → parties → membership → contract → duties.
Keeps ALL-1, ALL-2, ALL-8, ALL-12, ALL-13, RS-11 and IV-1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.access import sentences
from gateway.access.agreements import Agreement
from gateway.access.decision import AccessRequest, Decision, Membership, ReasonCode, Subject
from gateway.access.duties import Duty
from gateway.access.grant import Grant, Scope, View
from gateway.access.release import PolicyRelease, ScopeTemplate
from gateway.access.separation import Act, follows, separated
from gateway.access.standing import Timeline
from gateway.access.vocabulary import Cell, Vocabulary

LONDON = ZoneInfo("Europe/London")  # an agreement's days are days in England
NOT_ANY: Mapping[str, date] = MappingProxyType({})
PERSONNEL = frozenset({"employee", "agent", "contractor"})  # Data Sharing Framework Contract

Refusal = tuple[ReasonCode, str]


@dataclass(frozen=True, slots=True)
class Permission:
    """What Casbin permits in one cell, with everything a decision needs; `decision` is the one made when all holds."""

    decision: Decision
    scope: ScopeTemplate
    view: View
    duties: tuple[Duty, ...]
    party: str
    served: bool
    timeline: Timeline | None


@dataclass(frozen=True, slots=True)
class PolicySnapshot:
    """The policy in force. ambiguous: cells that two rules permit, which are refused, with the rules' ids.

    closed: agreements that were served here and closed, each with its day; nothing is held under them (ALL-11).
    """

    release: PolicyRelease
    served: frozenset[str]
    permissions: Mapping[Cell, Permission]
    ambiguous: Mapping[Cell, tuple[str, ...]]
    barred: frozenset[str]
    closed: Mapping[str, date] = field(default_factory=lambda: NOT_ANY)

    @property
    def version(self) -> str:
        """SHA-256, in hexadecimal, over policies/."""
        return self.release.version

    @property
    def vocabulary(self) -> Vocabulary:
        """Every word of the policy."""
        return self.release.vocabulary

    @property
    def agreements(self) -> Mapping[str, Agreement]:
        """Agreements by key."""
        return self.release.agreements

    @property
    def views(self) -> Mapping[str, View]:
        """Views by name, as declared."""
        return self.release.views

    def decide(self, request: AccessRequest, at: datetime) -> Decision:
        """Whether `request` is permitted at the instant `at` (aware), duties included; unknown words are refused."""
        subject = request.subject
        cell = (subject.role, request.purpose, request.resource, request.action)
        permission = self.permissions.get(cell)
        if permission is None:
            return self._without_rule(cell, ReasonCode.NO_RULE if subject.membership else ReasonCode.ROLE_NOT_HELD)
        refusal = self._refusal(permission, request, at.astimezone(LONDON).date())
        return permission.decision if refusal is None else _refused(permission.decision, refusal)

    def decide_cell(self, cell: Cell, day: date) -> Decision:
        """What would be decided for `cell` on `day`, whoever asks: rule and agreement alone, for explanations."""
        permission = self.permissions.get(cell)
        if permission is None:
            return self._without_rule(cell, ReasonCode.NO_RULE)
        refusal = _by_agreement(permission, cell[1], day)
        return permission.decision if refusal is None else _refused(permission.decision, refusal)

    def grant(self, request: AccessRequest, decision: Decision) -> Grant:
        """The Grant of a permitted decision, its scope bound to the subject. Raises KeyError for any other decision."""
        cell = (request.subject.role, request.purpose, request.resource, request.action)
        permission = self.permissions[cell]
        if decision != permission.decision:
            raise KeyError(cell)
        scope = permission.scope
        bound = {name: str(getattr(request.subject, attribute)) for name, attribute in scope.parameters.items()}
        return Grant(request, decision, Scope(scope.name, f"({scope.where})", bound), permission.view)

    def is_breach(self, subject: Subject) -> bool:
        """Whether the subject's role, organisation or employer is barred: a request is a suspected breach (RS-11)."""
        role = self.vocabulary.roles.get(subject.role)
        return (role is not None and role.barred) or not self.barred.isdisjoint(
            (subject.organisation, subject.employer)
        )

    def may_hold(self, existing: Iterable[Membership], new: Membership) -> ReasonCode:
        """Whether a holder of `existing` memberships, ended ones too, may be granted `new`: PERMITTED, or why not."""
        role = self.vocabulary.roles.get(new.role)
        if role is None:
            return ReasonCode.NO_RULE
        if role.barred or new.organisation in self.barred:
            return ReasonCode.ORGANISATION_BARRED
        held = (membership.role for membership in existing)
        return ReasonCode.SEPARATION_OF_DUTY if separated(held, new.role, self.release.separations) else _PERMITTED

    def may_follow(self, done: Iterable[tuple[Act, str]], act: Act, user: str) -> ReasonCode:
        """Whether `user` may do `act` ((resource, action)) to an object, given all ((act, user)) done to it before."""
        rule = follows(done, act, user, self.release.sequences)
        return ReasonCode.SEPARATION_OF_DUTY if rule else _PERMITTED

    def sentence(self, reason_code: str) -> str:
        """What people are told for a reason code."""
        return sentences.sentence(reason_code)

    def agreement_of(self, store: str) -> str:
        """Key of the agreement whose data the store holds, or ''. Raises KeyError for an unknown store."""
        return self.vocabulary.stores[store].agreement

    def stores(self, served: Iterable[str]) -> frozenset[str]:
        """Names of the stores that an installation has which serves the agreements `served`."""
        keys = {"", *served}
        return frozenset(store.name for store in self.vocabulary.stores.values() if store.agreement in keys)

    def _without_rule(self, cell: Cell, reason: ReasonCode) -> Decision:
        rules, purpose = self.ambiguous.get(cell, ()), self.vocabulary.purposes.get(cell[1])
        return Decision(
            permitted=False,
            reason_code=ReasonCode.AMBIGUOUS if rules else reason,
            rule_id="",
            matched_rules=rules,
            scope="",
            view="",
            agreement="",
            duties=(),
            policy_version=self.version,
            purpose_hl7=purpose.hl7 if purpose else "",
        )

    def _refusal(self, permission: Permission, request: AccessRequest, day: date) -> Refusal | None:
        subject = request.subject
        return (
            _by_agreement(permission, request.purpose, day)
            or _by_party(permission, subject, day, self.barred)
            or _by_membership(subject, day)
            or _by_contract(subject, day)
            or self._by_duty(permission, request, day)
        )

    def _by_duty(self, permission: Permission, request: AccessRequest, day: date) -> Refusal | None:
        for duty in permission.duties:
            if not duty.met(request, day, self.vocabulary.reasons):
                return duty.refusal, ""
        return None


_PERMITTED = ReasonCode.PERMITTED


def _by_agreement(permission: Permission, purpose: str, day: date) -> Refusal | None:
    if permission.timeline is None:
        return None
    if not permission.served:
        return ReasonCode.AGREEMENT_NOT_SERVED, ""
    standing = permission.timeline.on(day)
    if standing.refusal is not None:
        return standing.refusal, standing.lapsed
    return None if purpose in standing.purposes else (ReasonCode.PURPOSE_NOT_IN_AGREEMENT, "")


def _by_party(permission: Permission, subject: Subject, day: date, barred: frozenset[str]) -> Refusal | None:
    if subject.organisation in barred or subject.employer in barred:
        return ReasonCode.ORGANISATION_BARRED, ""
    if permission.timeline is None:
        return None
    listed = permission.timeline.on(day).listed.get(permission.party, ())
    return None if subject.organisation in listed else (ReasonCode.ORGANISATION_NOT_LISTED, "")


def _by_membership(subject: Subject, day: date) -> Refusal | None:
    membership = subject.membership
    if membership is None or day < membership.valid_from:
        return ReasonCode.ROLE_NOT_HELD, ""
    return None if membership.holds_on(day) else (ReasonCode.ROLE_EXPIRED, "")


def _by_contract(subject: Subject, day: date) -> Refusal | None:
    """Employees, agents and contractors only, within the dates of their contract (ALL-12)."""
    first, last = subject.contract_from, subject.contract_until
    within = first is not None and first <= day and (last is None or day <= last)
    return None if within and subject.employer and subject.status in PERSONNEL else (ReasonCode.NOT_PERSONNEL, "")


def _refused(permitted: Decision, refusal: Refusal) -> Decision:
    reason, lapsed = refusal
    return Decision(
        permitted=False,
        reason_code=reason,
        rule_id=permitted.rule_id,
        matched_rules=permitted.matched_rules,
        scope=permitted.scope,
        view=permitted.view,
        agreement=permitted.agreement,
        duties=permitted.duties,
        policy_version=permitted.policy_version,
        purpose_hl7=permitted.purpose_hl7,
        lapsed=lapsed,
    )
