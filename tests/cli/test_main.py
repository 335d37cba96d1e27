"""How the command line words an error: a sentence, and of a refusal its reason code and its event."""

from __future__ import annotations

import pytest

from gateway.cli import told
from gateway.errors import AccessDenied, BadRequest, GatewayError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadRequest("page must be a whole number from 1"), "page must be a whole number from 1"),
        (AccessDenied("agreement_not_in_force", event=7), "(agreement_not_in_force, event 7)"),
        (AccessDenied("role_not_held"), "(role_not_held)"),
    ],
)
def test_an_error_is_a_sentence(error: GatewayError, words: str) -> None:
    assert told(error).endswith(words)
    assert told(error)[0].isalpha()


def test_a_refusal_is_told_as_on_the_page() -> None:
    assert told(AccessDenied("role_not_held")) != "(role_not_held)"
    assert len(told(AccessDenied("role_not_held"))) > 30
