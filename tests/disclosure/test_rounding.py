"""0 is shown, 1 to 7 is `*`, others are the nearest 5, and a percentage comes from what is shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.disclosure.rounding import HIDDEN, is_protected, percentage, rounded, shown

PROFILE = settings.get_profile("disclosure")
COUNTS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("count", "text"),
    [*((0, "0"), (1, "*"), (7, "*"), (8, "10"), (12, "10"), (13, "15"), (17, "15"), (18, "20"), (1_002, "1000"))],
)
def test_a_count_is_shown_by_the_rule(count: int, text: str) -> None:
    assert shown(count) == text


@settings(PROFILE)
@given(COUNTS)
def test_a_shown_count_is_the_nearest_multiple_of_five(count: int) -> None:
    assert rounded(count) % 5 == 0
    assert abs(rounded(count) - count) <= 2


@settings(PROFILE)
@given(COUNTS)
def test_what_is_shown_is_protected_and_the_count_itself_is_so_only_where_they_are_the_same(count: int) -> None:
    assert is_protected(shown(count))
    assert is_protected(str(count)) == (shown(count) == str(count))


@pytest.mark.parametrize("text", ["5", "3", "12", "010", "-10", "10.0", " 10", "", "**", "²", "\u0661\u0660"])
def test_what_is_not_by_the_rule_is_not_protected(text: str) -> None:
    assert not is_protected(text)


@settings(PROFILE)
@given(part=COUNTS.map(rounded), whole=COUNTS.map(rounded).filter(bool))
def test_a_percentage_has_one_decimal_of_the_shown_counts(part: int, whole: int) -> None:
    exact = Decimal(100 * part) / whole
    assert percentage(str(part), str(whole)) == str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


@pytest.mark.parametrize(("part", "whole"), [(HIDDEN, "100"), ("10", HIDDEN), (HIDDEN, HIDDEN), ("0", "0")])
def test_a_percentage_of_what_is_hidden_or_of_nobody_is_hidden(part: str, whole: str) -> None:
    assert percentage(part, whole) == HIDDEN
