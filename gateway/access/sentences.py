"""What people are told for each reason code: a sentence that names no data and says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.access.decision import ReasonCode

PUBLIC_SENTENCE: Mapping[ReasonCode, str] = {
    ReasonCode.PERMITTED: "You have access to this.",
    ReasonCode.NO_RULE: "Your role does not have access to this.",
    ReasonCode.AMBIGUOUS: "Two rules disagree about your access, so it is refused. Tell your access administrator.",
    ReasonCode.AGREEMENT_NOT_SERVED: "The data sharing agreement for this is not served here.",
    ReasonCode.AGREEMENT_CLOSED: (
        "The data sharing agreement was closed, and the data held under it was destroyed. Nothing is left to show."
    ),
    ReasonCode.AGREEMENT_NOT_IN_FORCE: (
        "The data sharing agreement is not in force today, so nobody has access to its data. "
        "Your access administrator can tell you whether it is being renewed."
    ),
    ReasonCode.APPROVAL_LAPSED: (
        "An approval that the data sharing agreement needs is not in force today, so nobody has access to its data."
    ),
    ReasonCode.ORGANISATION_NOT_LISTED: "Your organisation is not listed in the data sharing agreement today.",
    ReasonCode.ORGANISATION_BARRED: "Your organisation is barred from access. This request has been reported.",
    ReasonCode.PURPOSE_NOT_IN_AGREEMENT: "The data sharing agreement does not allow this purpose.",
    ReasonCode.ROLE_NOT_HELD: "You do not hold this role today. Choose a role, or ask your access administrator.",
    ReasonCode.ROLE_EXPIRED: "Your role has ended. Ask your access administrator to renew it.",
    ReasonCode.NOT_PERSONNEL: "Your contract dates do not cover today. Ask your access administrator to check them.",
    ReasonCode.TRAINING_EXPIRED: "Your training is not in date. Renew it, then ask your access administrator.",
    ReasonCode.AUTHORISATION_EXPIRED: (
        "Your authorisation to work in the Controlled Environment for Finance is not in date."
    ),
    ReasonCode.NOT_A_PROFESSIONAL: "Only a registered health professional has access to this.",
    ReasonCode.RELATIONSHIP_NOT_ATTESTED: "Confirm that you have a legitimate relationship with the patient.",
    ReasonCode.REASON_MISSING: "Say why you need this.",
    ReasonCode.SEPARATION_OF_DUTY: "One person may not do both of these. Ask somebody else to do it.",
    ReasonCode.SESSION_TOO_WEAK: "Sign in again in a stronger way to have access to this.",
    ReasonCode.OBJECT_OUT_OF_SCOPE: "There is nothing here that you can see.",
    ReasonCode.SECOND_PERSON_MISSING: "A second person has to approve this.",
}


def sentence(reason_code: str) -> str:
    """The public sentence of a reason code; a code that is not on the list reads as a refusal without a rule."""
    known = reason_code in ReasonCode.__members__.values()
    return PUBLIC_SENTENCE[ReasonCode(reason_code) if known else ReasonCode.NO_RULE]
