"""The catalogue: every method says what it is for and not for, where it comes from, and how its points are shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk import methods
from gateway.risk.methods import BY_KEY, CAMBRIDGE, CHARLSON, EFI, HFRS, MADE, METHODS, Basis, Standing, shown


def test_keys_are_each_s_own_and_every_entry_is_filled_in() -> None:
    assert len(BY_KEY) == len(METHODS)
    assert all(all((one.title, one.use, one.not_for, one.version, one.source)) for one in METHODS)
    assert all(sentence.endswith(".") for one in METHODS for sentence in (one.use, one.not_for))


def test_a_run_tells_the_version_of_every_method_that_it_makes_and_no_other() -> None:
    assert set(methods.versions()) == {one.key for one in MADE}
    assert "parr_30" not in methods.versions()
    assert BY_KEY["parr_30"].standing is Standing.OFF


def test_two_methods_are_of_the_gp_s_record_and_all_others_of_hospitals() -> None:
    assert {one.key for one in METHODS if one.basis is Basis.GP} == {"cambridge", "efi"}


@pytest.mark.parametrize(
    ("points", "method", "text"),
    [
        (10_300, HFRS, "10.3"), (0, HFRS, "0.0"), (5000, CHARLSON, "5"), (-1000, CHARLSON, "-1"),
        (2580, CAMBRIDGE, "2.58"), (80, CAMBRIDGE, "0.08"), (-90, CAMBRIDGE, "-0.09"), (0, EFI, ""),
    ],
)  # fmt: skip
def test_points_are_shown_with_the_method_s_decimals(points: int, method: methods.Method, text: str) -> None:
    assert shown(points, method) == text


@given(st.integers(-10_000, 10_000))
def test_hundredths_are_shown_exactly(hundredths: int) -> None:
    assert Decimal(shown(hundredths * 10, CAMBRIDGE)) == Decimal(hundredths) / 100
