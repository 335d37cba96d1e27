"""PARR-30: the coefficients that were found, worked by hand, and that nothing makes it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk import parr
from gateway.risk.methods import MADE, PARR_30
from gateway.risk.parr import Discharge

NOBODY = Discharge(age=0, emergency=False, admissions=0, recent=False, deprivation=0)


def log_odds(of: Discharge) -> float:
    chance = parr.chance(of)
    return math.log(chance / (1 - chance))


def test_there_are_22_coefficients_and_none_of_a_hospital() -> None:
    assert len(parr.COEFFICIENTS) == 22
    assert parr.MISSING not in parr.COEFFICIENTS


@pytest.mark.parametrize(
    ("of", "added"),
    [
        (NOBODY, 0.0),
        (Discharge(80, emergency=False, admissions=0, recent=False, deprivation=0), 6400 * 6.0581e-05),
        (Discharge(0, emergency=True, admissions=3, recent=True, deprivation=0), 0.5565 + 3 * 0.1215 + 0.5258),
        (Discharge(0, emergency=False, admissions=0, recent=False, deprivation=45), 0.1017),
        (Discharge(0, False, 0, False, 0, ("chf", "metacanc", "ami")), 0.095 + 0.2762),  # noqa: FBT003 in order
    ],
)
def test_the_terms_are_those_of_the_table(of: Discharge, added: float) -> None:
    assert log_odds(of) == pytest.approx(-2.91821 + added)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "imd_lt10"), (9.99, "imd_lt10"), (10, "imd_10_15"), (15, "imd_15_25"), (25, "imd_25_40"), (40, "imd_40_50"),
        (50, "imd_ge50"), (87, "imd_ge50"),
    ],
)  # fmt: skip
def test_deprivation_is_banded_at_the_table_s_edges(score: float, band: str) -> None:
    assert parr.deprivation_band(score) == band


@given(st.integers(0, 110), st.booleans(), st.integers(0, 30), st.booleans(), st.floats(0, 90))
def test_a_chance_is_between_nothing_and_one_and_rises_with_admissions(
    age: int, emergency: bool, admissions: int, recent: bool, deprivation: float  # noqa: FBT001 given
) -> None:  # fmt: skip
    chance = parr.chance(Discharge(age, emergency, admissions, recent, deprivation))
    assert 0 < chance < parr.chance(Discharge(age, emergency, admissions + 1, recent, deprivation)) < 1


def test_no_run_makes_it() -> None:
    assert PARR_30 not in MADE
