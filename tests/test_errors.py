"""Each error has one status, one exit code and a public sentence that names no data."""

from __future__ import annotations

import pytest

from gateway import errors
from gateway.errors import AccessDenied, GatewayError, PolicyRefused

KINDS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, GatewayError) and kind is not GatewayError
}
EXPECTED = {
    "AccessDenied": (403, 1), "NotFound": (404, 1), "BadRequest": (400, 2), "Conflict": (409, 1),
    "TooManyAttempts": (429, 1), "DeliveryRefused": (422, 1), "PolicyRefused": (500, 1), "SettingsInvalid": (503, 2),
    "StoreUnavailable": (503, 3), "AuditUnavailable": (503, 3), "LogInvalid": (500, 1),
}  # fmt: skip


def test_every_error_has_its_status_and_its_exit_code() -> None:
    assert {name: (kind.status, kind.exit_code) for name, kind in KINDS.items()} == EXPECTED


def test_every_error_has_a_public_sentence_of_its_own() -> None:
    sentences = [kind.public for kind in KINDS.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize("name", sorted({*KINDS} - {"AccessDenied", "PolicyRefused"}))
def test_an_error_says_its_detail_or_else_its_public_sentence(name: str) -> None:
    kind = KINDS[name]
    assert str(kind()) == kind.public
    assert str(kind("the mend", event=3)) == "the mend"
    assert kind("the mend", event=3).event == 3
    assert kind().event is None


def test_a_refusal_carries_its_reason_and_its_event() -> None:
    refusal = AccessDenied("no_rule", event=7)
    assert (str(refusal), refusal.reason_code, refusal.event) == ("no_rule", "no_rule", 7)


def test_a_refused_release_names_every_fault_on_a_line() -> None:
    refused = PolicyRefused(("policy.csv:1: column: mend", "policy.csv:2: word: mend"))
    assert refused.faults == tuple(str(refused).splitlines())


def test_a_fault_that_nobody_foresaw_is_a_500_and_an_exit_code_of_3() -> None:
    assert (GatewayError.status, GatewayError.exit_code) == (500, 3)
    assert str(GatewayError()) == GatewayError.public
