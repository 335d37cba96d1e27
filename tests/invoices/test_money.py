from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.invoices.money import factor_of, millionths, pence


@given(st.integers(-99_999_999_999, 99_999_999_999))
def test_every_amount_of_pounds_is_its_pence(amount: int) -> None:
    assert pence(f"{Decimal(amount) / 100:f}") == amount


@given(st.integers(0, 999_999_999))
def test_a_factor_is_its_millionths_and_back(amount: int) -> None:
    assert millionths(factor_of(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", "1.", ".5", "1.005", "1,000", "+1", "1e2", "£1", " 1", "1\n", "1234567890", "\u0661"]
)
def test_what_is_no_amount_of_pounds_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not an amount of pounds with at most two decimals$"):
        pence(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0000001", "1000", "1.", "1\n"])
def test_what_is_no_factor_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a factor with at most six decimals$"):
        millionths(text)
