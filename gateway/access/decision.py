"""What is asked and what is answered: the request, its subject and context, and the decision (XACML's words)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

Value = str | int | tuple[str, ...]
NOTHING: Mapping[str, Value] = MappingProxyType({})


class ReasonCode(StrEnum):
    """The closed list of what a decision can say; `PUBLIC_SENTENCE` words each for people."""

    PERMITTED = "permitted"
    NO_RULE = "no_rule"
    AMBIGUOUS = "ambiguous"
    AGREEMENT_NOT_SERVED = "agreement_not_served"
    AGREEMENT_CLOSED = "agreement_closed"
    AGREEMENT_NOT_IN_FORCE = "agreement_not_in_force"
    APPROVAL_LAPSED = "approval_lapsed"
    ORGANISATION_NOT_LISTED = "organisation_not_listed"
    ORGANISATION_BARRED = "organisation_barred"
    PURPOSE_NOT_IN_AGREEMENT = "purpose_not_in_agreement"
    ROLE_NOT_HELD = "role_not_held"
    ROLE_EXPIRED = "role_expired"
    NOT_PERSONNEL = "not_personnel"
    TRAINING_EXPIRED = "training_expired"
    AUTHORISATION_EXPIRED = "authorisation_expired"
    NOT_A_PROFESSIONAL = "not_a_professional"
    RELATIONSHIP_NOT_ATTESTED = "relationship_not_attested"
    REASON_MISSING = "reason_missing"
    SEPARATION_OF_DUTY = "separation_of_duty"
    SESSION_TOO_WEAK = "session_too_weak"
    OBJECT_OUT_OF_SCOPE = "object_out_of_scope"
    SECOND_PERSON_MISSING = "second_person_missing"


@dataclass(frozen=True, slots=True)
class Membership:
    """A dated grant of one role at one organisation; `valid_until` is the last day, inclusive, or None."""

    role: str
    organisation: str
    valid_from: date
    valid_until: date | None
    granted_by: str
    approved_by: str
    review_due: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the grant is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: an account acting in one role at one organisation, with the dated facts that duties look at."""

    user: str
    membership: Membership | None
    session: str  # hash of the session's id; "" on the command line
    signed_in_by: str  # "password", or "service" for the operating-system user of gateway.env
    professional_number: str | None = None
    employer: str = ""  # ODS code
    status: str = "employee"  # employee, agent or contractor (Data Sharing Framework Contract: Personnel)
    contract_from: date | None = None
    contract_until: date | None = None
    training_until: date | None = None
    authorised_until: date | None = None  # CEfF authorisation

    @property
    def role(self) -> str:
        """The acting role, or '' before one is chosen."""
        return self.membership.role if self.membership else ""

    @property
    def organisation(self) -> str:
        """The acting role's organisation, or ''."""
        return self.membership.organisation if self.membership else ""


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a request: why, through which door, and under which number it can be traced."""

    request_id: str
    channel: str = "web"  # web, api or cli
    method: str = ""  # GET, POST; the command's name on the command line
    route: str = ""  # the route's rule, never a path with a value in it
    reason: str = ""  # a code of policies/vocabulary.toml [reason.…]
    attested: bool = False  # a legitimate relationship, attested by the subject
    approved_by: str = ""  # the second person, where four eyes are asked
    host: str = ""
    address: str = ""  # the client's, as the network tells it


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One question: may this subject, for this purpose, do this to that?

    question: the filters, sort, page and object handle asked for, by the view's own column names plus
    'sort', 'page' and 'handle'; what it may hold is fixed by the view, never by the asker.
    """

    subject: Subject
    purpose: str
    resource: str
    action: str
    context: Context
    question: Mapping[str, Value] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with every reason for it; scope, view, agreement and duties are empty on a refusal without a rule."""

    permitted: bool
    reason_code: ReasonCode
    rule_id: str
    matched_rules: tuple[str, ...]
    scope: str
    view: str
    agreement: str  # the register's reference, or '' where the resource holds no data of an agreement
    duties: tuple[str, ...]
    policy_version: str
    purpose_hl7: str = ""  # HL7 v3 ActReason code of the purpose, '' for a purpose that there is not
    lapsed: str = ""  # which dated row of the agreement is not in force, in words, and since when
