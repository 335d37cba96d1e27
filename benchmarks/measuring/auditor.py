"""NHS Digital's auditor, as a request names them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gateway.access.decision import NOTHING, AccessRequest, Context, Membership, Subject, Value

SUBJECT = Subject(
    user="somebody",
    membership=Membership("nhs_digital_auditor", "X26", date(2000, 1, 1), None, "one", "another"),
    session="a" * 64,
    signed_in_by="password",
    employer="X26",
    contract_from=date(2000, 1, 1),
)


def request(resource: str, question: Mapping[str, Value] = NOTHING, action: str = "list") -> AccessRequest:
    """What the auditor asks."""
    return AccessRequest(SUBJECT, "audit", resource, action, Context("abcdefgh"), question)
