"""The frailty score against a plain reading of the published table, against pycomorb, and what it says of the young."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycomorb import comorbidity

import gateway.risk
from gateway.risk import hfrs
from gateway.risk.methods import POINT
from gateway.risk.score import Status

TABLE = Path(gateway.risk.__file__).parent / "data" / "hfrs.csv"
PEOPLE = 100_000 if os.environ.get("GATEWAY_PROOF") == "full" else 3_000
OTHERS = ["A000", "C509", "Z999", "I50", "U80X", "F0", ""]
CODES = st.lists(st.sampled_from([*hfrs.POINTS, "A000", "C509", "Z999"]), max_size=30)


def plainly(codes: list[str]) -> Fraction:
    """Every line of the table whose category somebody has, added up."""
    total = Fraction(0)
    for line in TABLE.read_text("utf-8").splitlines()[2:]:
        category, points = line.split(",")[0], line.split(",")[-1]
        if any(code.startswith(category) for code in codes):
            total += Fraction(points)
    return total


@pytest.fixture(scope="module")
def people() -> dict[int, list[str]]:
    chance = random.Random(1775)  # noqa: S311 the same people every time
    table = [*hfrs.POINTS, *(f"{code}{chance.randrange(100)}" for code in hfrs.POINTS)]
    return {who: [*chance.sample(table, chance.randrange(12)), chance.choice(OTHERS), "R99"] for who in range(PEOPLE)}


def test_it_agrees_with_a_plain_reading_of_the_table(people: dict[int, list[str]]) -> None:
    some = {who: codes for who, codes in people.items() if who < 500}
    assert {who: Fraction(hfrs.hospital_frailty_risk(codes, 80).points, POINT) for who, codes in some.items()} == {
        who: plainly(codes) for who, codes in some.items()
    }


def test_it_agrees_with_pycomorb_over_thousands_of_people(people: dict[int, list[str]]) -> None:
    rows = [(who, code) for who, codes in people.items() for code in codes]
    told = comorbidity("hfrs", pl.DataFrame(rows, schema=["id", "code"], orient="row"))
    theirs = {who: round(score * POINT) for who, score in told.iter_rows()}
    assert theirs == {who: hfrs.hospital_frailty_risk(codes, 80).points for who, codes in people.items()}
    assert len(set(theirs.values())) > 100


def test_the_table_has_the_paper_s_109_categories_and_their_sum() -> None:
    assert len(hfrs.POINTS) == 109
    assert sum(hfrs.POINTS.values()) == 173_200


@pytest.mark.parametrize(("code", "points"), [("F00", 7100), ("G81", 4400), ("W19", 3200), ("R31", 3000)])
def test_points_are_those_of_the_published_table(code: str, points: int) -> None:
    assert hfrs.POINTS[code] == points


def test_each_category_counts_once_however_often_it_is_coded() -> None:
    score = hfrs.hospital_frailty_risk(["F000", "F009", "F00", "W19", "W190"], age=80)
    assert score.points == 10_300
    assert [term.code for term in score.terms] == ["F00", "W19"]


@pytest.mark.parametrize(
    ("age", "status"), [(None, Status.INCOMPLETE), (74, Status.NOT_APPLICABLE), (75, Status.COMPLETE)]
)
def test_whoever_is_younger_than_75_gets_no_low_score_but_none(age: int | None, status: Status) -> None:
    score = hfrs.hospital_frailty_risk(["F00"], age=age)
    assert score.status is status
    assert bool(score.band) == bool(score.terms) == (status is Status.COMPLETE)


@pytest.mark.parametrize(
    ("points", "band"), [(0, "Low"), (4900, "Low"), (5000, "Intermediate"), (15_000, "Intermediate"), (15_100, "High")]
)
def test_bands_are_the_paper_s(points: int, band: str) -> None:
    assert hfrs.band(points) == band


@given(CODES)
def test_the_terms_add_up_and_order_and_repeats_change_nothing(codes: list[str]) -> None:
    score = hfrs.hospital_frailty_risk(codes, age=90)
    assert score.points == sum(term.points for term in score.terms)
    assert score == hfrs.hospital_frailty_risk(sorted(codes * 2), age=90)
