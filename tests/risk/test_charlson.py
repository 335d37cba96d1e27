"""Charlson against pycomorb, an independent implementation, under each weighting; pairs, floor and whom it is for."""

from __future__ import annotations

import os
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycomorb import comorbidity

from gateway.risk import charlson
from gateway.risk.charlson import OF_1987, OF_2011, OF_SHMI, Weighting
from gateway.risk.methods import POINT
from gateway.risk.score import Status, Term

PEOPLE = 100_000 if os.environ.get("GATEWAY_PROOF") == "full" else 3_000
NEIGHBOURS = [
    f"{letter}{number:02d}{last}" for letter in "ABCDEFGIJKLMNQZ" for number in range(100) for last in ("", "0", "9")
]
# weighting, and pycomorb's names of its codes and weights
THEIRS = [
    pytest.param(OF_1987, "quan", "charlson", id="1987"),
    pytest.param(OF_2011, "quan", "quan", id="2011"),
    pytest.param(OF_SHMI, "uk_shmi", "uk_shmi", id="SHMI"),
]


def people() -> dict[int, list[str]]:
    """Random sets of codes: of both tables, with a character more, and any others of the same chapters."""
    chance = random.Random(20261124)  # noqa: S311 the same people every time
    prefixes = [*charlson.PREFIXES, *OF_SHMI.prefixes]
    table = [*prefixes, *(f"{code}{chance.randrange(10)}" for code in prefixes)]
    return {
        who: [*chance.sample(table, chance.randrange(7)), *chance.sample(NEIGHBOURS, chance.randrange(1, 9))]
        for who in range(PEOPLE)
    }


@pytest.fixture(scope="module")
def codes() -> dict[int, list[str]]:
    return people()


@pytest.mark.parametrize(("by", "implementation", "weights"), THEIRS)
def test_it_agrees_with_pycomorb_over_thousands_of_people(
    codes: dict[int, list[str]], by: Weighting, implementation: str, weights: str
) -> None:
    frame = pl.DataFrame(
        [(who, code, 40) for who, many in codes.items() for code in many], schema=["id", "code", "age"], orient="row"
    )
    told = comorbidity("charlson", frame, implementation=implementation, weights=weights)
    theirs = dict(told.select("id", "Charlson Comorbidity Index").iter_rows())
    ours = {who: charlson.charlson(many, 40, by).points / POINT for who, many in codes.items()}
    assert {who: (ours[who], theirs[who], codes[who]) for who in codes if ours[who] != theirs[who]} == {}
    assert len(set(ours.values())) > 10


def test_there_are_seventeen_comorbidities_289_codes_and_229_of_the_shmi() -> None:
    assert len(charlson.LABELS) == 17
    assert (len(charlson.PREFIXES), len(OF_SHMI.prefixes)) == (289, 229)
    assert {tuple(by.weights) for by in charlson.WEIGHTINGS} >= {tuple(charlson.LABELS)}


@pytest.mark.parametrize(
    ("by", "weights"),
    [
        (OF_1987, {"ami": 1, "chf": 1, "diab": 1, "diabwc": 2, "hp": 2, "msld": 3, "metacanc": 6, "aids": 6}),
        (OF_2011, {"ami": 0, "chf": 2, "diab": 0, "diabwc": 1, "hp": 2, "msld": 4, "metacanc": 6, "aids": 4}),
        (OF_SHMI, {"ami": 5, "chf": 13, "diab": 3, "diabwc": -1, "hp": 1, "msld": 18, "metacanc": 14, "aids": 2}),
    ],
    ids=["1987", "2011", "SHMI"],
)
def test_weights_are_those_of_the_published_tables(by: Weighting, weights: dict[str, int]) -> None:
    assert {name: by.weights[name] for name in weights} == {name: worth * POINT for name, worth in weights.items()}


@pytest.mark.parametrize("by", charlson.WEIGHTINGS, ids=lambda by: by.method)
def test_of_a_mild_and_severe_pair_the_severe_counts(by: Weighting) -> None:
    score = charlson.charlson(["E119", "E112", "K703", "K729", "C509", "C780"], 60, by)
    assert [term.code for term in score.terms] == ["diabwc", "metacanc", "msld"]


def test_a_weight_of_nothing_is_no_term() -> None:
    score = charlson.charlson(["I21", "I50"], 60, OF_2011)
    assert score.terms == (Term("chf", "Congestive heart failure", 2 * POINT),)


def test_a_sum_below_nothing_is_raised_to_nothing_by_a_term_of_its_own() -> None:
    score = charlson.charlson(["E112"], 60, OF_SHMI)
    assert [(term.code, term.points) for term in score.terms] == [("diabwc", -POINT), ("floor", POINT)]
    assert (score.points, score.band) == (0, "0")


@pytest.mark.parametrize(
    ("age", "status"), [(None, Status.INCOMPLETE), (17, Status.NOT_APPLICABLE), (18, Status.COMPLETE)]
)
def test_a_child_has_no_low_score_but_none(age: int | None, status: Status) -> None:
    score = charlson.charlson(["I21"], age)
    assert score.status is status
    assert bool(score.terms) == bool(score.band) == (status is Status.COMPLETE)


@pytest.mark.parametrize(
    ("points", "band"), [(0, "0"), (1, "1 to 2"), (2, "1 to 2"), (3, "3 to 4"), (4, "3 to 4"), (5, "5 or more")]
)
def test_bands_are_the_paper_s_groups(points: int, band: str) -> None:
    assert charlson.band(points * POINT) == band


@pytest.mark.parametrize(("points", "band"), [(0, "0"), (1, "1 to 5"), (5, "1 to 5"), (6, "6 or more")])
def test_bands_of_the_shmi_are_its_own(points: int, band: str) -> None:
    assert charlson.band(points * POINT, OF_SHMI.bands) == band


@given(st.lists(st.sampled_from([*charlson.PREFIXES, *OF_SHMI.prefixes, "Z999"])), st.sampled_from(charlson.WEIGHTINGS))
def test_the_terms_add_up_and_order_and_repeats_change_nothing(codes: list[str], by: Weighting) -> None:
    score = charlson.charlson(codes, 60, by)
    assert score.points == sum(term.points for term in score.terms) >= 0
    assert score == charlson.charlson(sorted(codes * 2), 60, by)
