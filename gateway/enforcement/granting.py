"""Dated grants of roles as acts for change(): one person proposes, another approves, anybody who may revokes at once.

Separation of duty is asked over all time, when proposed and again when approved. A barred organisation's grant is
refused as a suspected breach. Keeps ALL-5, IV-2 and RS-11; docs/accounts.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.access import grant as access
from gateway.access.decision import Membership, ReasonCode, Subject
from gateway.access.snapshot import PolicySnapshot
from gateway.audit.event import EventType
from gateway.enforcement.change import Act, Outcome
from gateway.errors import AccessDenied, BadRequest, Conflict, NotFound
from gateway.identifiers import OrganisationCode
from gateway.stores.accounts import administration
from gateway.stores.accounts.administration import Account, Grant
from gateway.stores.outbox import Transaction
from gateway.stores.vault import Connection

REVIEW = timedelta(days=365)
CREATE, APPROVE = ("administration.grants", "create"), ("administration.grants", "approve")
REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A role for somebody at an organisation. valid_until: the last day, or None; review_due: a year on if None."""

    user: str
    role: str
    organisation: str
    valid_from: date
    valid_until: date | None = None
    review_due: date | None = None


def proposing(proposal: Proposal, policy: PolicySnapshot) -> Act[int]:
    """Put the proposal down; the grant's number. Raises BadRequest, NotFound or AccessDenied when it acts."""

    def act(grant: access.Grant, transaction: Transaction) -> Outcome[int]:
        new = _membership(proposal, policy, grant.request.subject.user)
        account = _account(transaction.connection, proposal.user)
        _refuse_what_may_not_be(transaction.connection, policy, account, new)
        if administration.overlaps(transaction.connection, account.user, new):
            raise Conflict("the same grant is proposed or in force on some of these days")
        number = administration.propose(transaction.connection, account.user, new)
        return Outcome(number, EventType.ACCESS_PERMITTED, _details(number, account.user, new, "proposed"))

    return act


def approving(number: int, policy: PolicySnapshot) -> Act[int]:
    """Put a proposed grant in force, by another person than who proposed it or is to hold it."""

    def act(grant: access.Grant, transaction: Transaction) -> Outcome[int]:
        connection, approver = transaction.connection, grant.request.subject.user
        found = _grant(connection, number)
        new, account = found.held.membership, _account(connection, found.user)
        done = [(CREATE, new.granted_by), (CREATE, found.user)]  # whoever is to hold it counts as asking for it
        _raise_unless_permitted(policy.may_follow(done, APPROVE, approver))
        _refuse_what_may_not_be(connection, policy, account, new)
        if not administration.approve(connection, number, approver):
            raise Conflict
        return Outcome(number, EventType.MEMBERSHIP_GRANTED, _details(number, found.user, new, "approved"))

    return act


def revoking(number: int) -> Act[int]:
    """End a grant; it holds at its holder's next request."""

    def act(_grant_to_act: access.Grant, transaction: Transaction) -> Outcome[int]:
        found = _grant(transaction.connection, number)
        if not administration.revoke(transaction.connection, number):
            raise Conflict
        details = _details(number, found.user, found.held.membership, REVOKED)
        return Outcome(number, EventType.MEMBERSHIP_REVOKED, details)

    return act


def _membership(proposal: Proposal, policy: PolicySnapshot, granted_by: str) -> Membership:
    if proposal.role not in policy.vocabulary.roles:
        raise BadRequest("Choose a role of the policy.")
    try:
        organisation = OrganisationCode.parse(proposal.organisation).value
    except ValueError as fault:
        raise BadRequest("The organisation is an ODS code: three to six capital letters or digits.") from fault
    if proposal.valid_until is not None and proposal.valid_until < proposal.valid_from:
        raise BadRequest("The last day lies before the first.")
    review = proposal.review_due or proposal.valid_from + REVIEW
    dates = (proposal.valid_from, proposal.valid_until)
    return Membership(proposal.role, organisation, *dates, granted_by, "", review)


def _refuse_what_may_not_be(connection: Connection, policy: PolicySnapshot, account: Account, new: Membership) -> None:
    holder = Subject(account.user, new, session="", signed_in_by="", employer=account.employer)
    if policy.is_breach(holder):
        raise AccessDenied(ReasonCode.ORGANISATION_BARRED)
    _raise_unless_permitted(policy.may_hold(administration.ever_held(connection, account.user), new))


def _raise_unless_permitted(reason: ReasonCode) -> None:
    if reason != ReasonCode.PERMITTED:
        raise AccessDenied(reason)


def _account(connection: Connection, user: str) -> Account:
    account = administration.account_of(connection, user)
    if account is None:
        raise NotFound("there is no user of that name")
    return account


def _grant(connection: Connection, number: int) -> Grant:
    found = administration.grant_of(connection, number)
    if found is None:
        raise NotFound("there is no grant of that number")
    return found


def _details(number: int, user: str, membership: Membership, state: str) -> dict[str, object]:
    days = (membership.valid_from, membership.valid_until)
    return {
        "grant": number,
        "account": user,
        "role": membership.role,
        "organisation": membership.organisation,
        "dates": [day.isoformat() if day else "" for day in days],
        "state": state,
    }
