from __future__ import annotations

import nhs_number
import numpy as np
import pytest

from gateway.synthetic.numbers import IN_999, nhs_numbers, with_wrong_check_digit


def test_numbers_are_distinct_valid_and_from_the_range_that_is_never_issued() -> None:
    numbers = [str(number) for number in nhs_numbers(20_000, np.random.default_rng(3))]
    assert len(set(numbers)) == 20_000
    assert all(number.startswith("999") for number in numbers)
    assert all(nhs_number.is_valid(number) for number in numbers[:2_000])


def test_the_whole_range_is_enough_for_what_is_promised() -> None:
    assert len(set(nhs_numbers(IN_999, np.random.default_rng(1)).tolist())) == IN_999


def test_more_than_the_range_holds_begin_elsewhere_and_are_still_valid() -> None:
    numbers = nhs_numbers(IN_999 + 100, np.random.default_rng(1))
    assert len(np.unique(numbers)) == IN_999 + 100
    assert all(nhs_number.is_valid(str(number)) for number in numbers[:500])


def test_no_more_than_there_are_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="90 million"):
        nhs_numbers(IN_999 * 100 + 1, np.random.default_rng(1))


def test_a_wrong_check_digit_is_wrong() -> None:
    wrong = with_wrong_check_digit(nhs_numbers(500, np.random.default_rng(2)))
    assert not any(nhs_number.is_valid(str(number)) for number in wrong)


def test_ten_equal_digits_are_nobodys_number_even_where_the_range_is_used_up() -> None:
    assert 9_999_999_999 not in nhs_numbers(900_000, np.random.default_rng(1))
