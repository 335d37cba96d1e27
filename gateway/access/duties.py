"""Duties: what has to be so at the time of a request besides the rule (policies/duties.toml).

Each kind is one small check here; a duty not met is a refusal like any other. Keeps ALL-4, RS-5 and IV-1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.access.decision import AccessRequest, ReasonCode

Check = Callable[[AccessRequest, date, Mapping[str, str]], bool]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty by its policy name; kind is one of KINDS."""

    name: str
    kind: str
    line: str

    def met(self, request: AccessRequest, day: date, reasons: Mapping[str, str]) -> bool:
        """Whether it is met on `day`; reasons are the stated reasons that the vocabulary knows."""
        return KINDS[self.kind][0](request, day, reasons)

    @property
    def refusal(self) -> ReasonCode:
        """What is said when it is not met."""
        return KINDS[self.kind][1]


def _professional(request: AccessRequest, _day: date, _reasons: Mapping[str, str]) -> bool:
    return bool(request.subject.professional_number)


def _reason(request: AccessRequest, _day: date, reasons: Mapping[str, str]) -> bool:
    return request.context.reason in reasons


def _attested(request: AccessRequest, _day: date, _reasons: Mapping[str, str]) -> bool:
    return request.context.attested


def _trained(request: AccessRequest, day: date, _reasons: Mapping[str, str]) -> bool:
    until = request.subject.training_until
    return until is not None and day <= until


def _authorised(request: AccessRequest, day: date, _reasons: Mapping[str, str]) -> bool:
    until = request.subject.authorised_until
    return until is not None and day <= until


def _second_person(request: AccessRequest, _day: date, _reasons: Mapping[str, str]) -> bool:
    return request.context.approved_by not in {"", request.subject.user}


def _kept_afterwards(_request: AccessRequest, _day: date, _reasons: Mapping[str, str]) -> bool:
    return True


KINDS: Mapping[str, tuple[Check, ReasonCode]] = {
    "professional_number": (_professional, ReasonCode.NOT_A_PROFESSIONAL),
    "stated_reason": (_reason, ReasonCode.REASON_MISSING),
    "attested_relationship": (_attested, ReasonCode.RELATIONSHIP_NOT_ATTESTED),
    "training_in_date": (_trained, ReasonCode.TRAINING_EXPIRED),
    "authorisation_in_date": (_authorised, ReasonCode.AUTHORISATION_EXPIRED),
    "second_person": (_second_person, ReasonCode.SECOND_PERSON_MISSING),
    "obligation": (_kept_afterwards, ReasonCode.PERMITTED),
}
