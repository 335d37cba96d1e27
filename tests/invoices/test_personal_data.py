from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identifiers import is_nhs_number
from gateway.invoices.personal_data import MAY_HOLD_NUMBER, holds_nhs_number, personal_columns

PEOPLE = st.integers(990_000_000, 999_999_999).map(str)
BETWEEN = st.sampled_from(["", " ", "-", ".", "/", "  ", "\u2013", "\u00a0"])
AROUND = st.text("ABCxyz :;,()#", max_size=8)


def with_check_digit(nine: str) -> str:
    """The NHS number of these nine digits, or '' where none has them."""
    return next((nine + digit for digit in "0123456789" if is_nhs_number(nine + digit)), "")


@given(PEOPLE.map(with_check_digit).filter(bool), BETWEEN, BETWEEN, AROUND, AROUND)
def test_an_nhs_number_is_found_however_it_is_spelt(ten: str, one: str, two: str, before: str, after: str) -> None:
    text = f"{before}{ten[:3]}{one}{ten[3:6]}{two}{ten[6:]}{after}"
    assert holds_nhs_number(text)
    assert re.search(MAY_HOLD_NUMBER, text)


@given(st.text("0123456789 -./_A", max_size=25))
def test_whatever_holds_a_number_may_hold_one(text: str) -> None:
    assert re.search(MAY_HOLD_NUMBER, text) or not holds_nhs_number(text)


@pytest.mark.parametrize("spelt", ["999_000_0018", "999, 000, 0018", "(999) 000 0018", "999\u2014000\u20140018"])
def test_three_three_and_four_digits_are_found_between_any_signs(spelt: str) -> None:
    assert holds_nhs_number(spelt)


@pytest.mark.parametrize(
    "text",
    ["", "9990000019", "19990000018", "99900000181", "999000001", "0000000000", "1111111111", "PO 12345",
     "999000A0018", "1,999 000 00181", "\u0669\u0669\u0669\u0660\u0660\u0660\u0660\u0660\u0661\u0668"],
)  # fmt: skip
def test_what_is_no_nhs_number_is_not_found(text: str) -> None:
    assert not holds_nhs_number(text)


@pytest.mark.parametrize(
    "name",
    ["date_of_birth", "PERSON BIRTH DATE", "dob", "Patient DOB", "D.O.B", "postcode", "Post Code", "post-code",
     "postal_code", "postcode_of_usual_address", "pcd2", "birthdate"],
)  # fmt: skip
def test_a_column_of_a_birth_date_or_a_postcode_is_known_by_its_name(name: str) -> None:
    assert personal_columns(["invoice_number", name]) == (name,)


@pytest.mark.parametrize("name", ["age_on_admission", "position", "activity_start_date", "point_of_delivery_code"])
def test_other_columns_are_not(name: str) -> None:
    assert personal_columns([name]) == ()
