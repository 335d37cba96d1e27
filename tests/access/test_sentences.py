"""Every reason has its sentence; none names data."""

from __future__ import annotations

from gateway.access.decision import ReasonCode
from gateway.access.sentences import PUBLIC_SENTENCE, sentence


def test_every_reason_has_a_sentence_of_its_own() -> None:
    assert PUBLIC_SENTENCE.keys() == set(ReasonCode)
    assert len(set(PUBLIC_SENTENCE.values())) == len(ReasonCode)
    assert all(told.endswith(".") for told in PUBLIC_SENTENCE.values())


def test_no_sentence_holds_a_digit_or_a_code() -> None:
    assert not [told for told in PUBLIC_SENTENCE.values() if any(letter.isdigit() or letter == "_" for letter in told)]


def test_a_reason_is_told_by_its_code() -> None:
    assert sentence("ambiguous") == sentence(ReasonCode.AMBIGUOUS) == PUBLIC_SENTENCE[ReasonCode.AMBIGUOUS]


def test_a_reason_that_is_not_on_the_list_reads_as_a_refusal_without_a_rule() -> None:
    assert sentence("whatever") == sentence("") == PUBLIC_SENTENCE[ReasonCode.NO_RULE]
