"""Identifiers are parsed once, refuse what is not one, and never show an NHS number by accident."""

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identifiers import (
    AgreementReference,
    NHSNumber,
    OrganisationCode,
    PracticeCode,
    Pseudonym,
    check_digit,
    holds_nhs_number,
    is_nhs_number,
)

TEN_DIGITS = st.text("0123456789", min_size=10, max_size=10)


@given(TEN_DIGITS)
def test_a_check_digit_is_judged_as_by_the_nhs_number_package(text: str) -> None:
    expected = str(nhs_number.calculate_checksum(text[:9])) == text[9] and len(set(text)) > 1
    assert is_nhs_number(text) == expected


@pytest.mark.parametrize(
    ("run", "held"),
    [
        ("9990000018", True), ("999 000 0018", True), ("12 999-000-0018 7", True), ("9990000019", False),
        ("19990000018", False), ("99900000180", False), ("999 000 00187", False), ("", False),
    ],
)  # fmt: skip
def test_a_run_holds_a_number_where_ten_digits_begin_and_end_with_a_group(run: str, *, held: bool) -> None:
    assert holds_nhs_number(run) is held


@given(st.text("0123456789", min_size=9, max_size=9))
def test_at_most_one_of_ten_last_digits_is_right(text: str) -> None:
    right = [digit for digit in "0123456789" if is_nhs_number(text + digit)]
    assert right == ([] if check_digit(text) is None or len(set(text + str(check_digit(text)))) == 1 else right[:1])


@pytest.mark.parametrize(
    "text", ["", "999", "99900000189", "\uff19\uff19\uff190000018", "9990000019", "0000000000", "abcdefghij"]
)
def test_what_is_no_nhs_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a valid NHS number$"):
        NHSNumber.parse(text)


def test_an_nhs_number_shows_no_digit_unless_asked() -> None:
    number = NHSNumber.parse("999-000 0018")
    assert not any(digit in f"{number} {number!r} {[number]}" for digit in "0123456789")
    assert number.for_display() == "999 000 0018"
    assert number.for_storage() == "9990000018"


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (OrganisationCode, "06Q", "06q"),
        (PracticeCode, "Z99001", "Z9900"),
        (Pseudonym, "A" * 24, "A" * 23),
        (AgreementReference, "DARS-NIC-226296-S7T2Y", "DARS-226296"),
    ],
)
def test_a_code_is_of_its_shape_or_refused(kind: type, right: str, wrong: str) -> None:
    assert str(kind.parse(right)) == right
    with pytest.raises(ValueError, match="not a valid"):
        kind.parse(wrong)
