"""Charlson against pycomorb, an independent implementation, and the rule of mild and severe pairs."""

from __future__ import annotations

import os
import random
from decimal import Decimal

import polars as pl
import pytest
from pycomorb import comorbidity

from gateway.risk import charlson
from gateway.risk.score import Term

PEOPLE = 20_000 if os.environ.get("GATEWAY_PROOF") == "full" else 3_000
NEIGHBOURS = [
    f"{letter}{number:02d}{last}" for letter in "ABCDEFGIJKLMNQZ" for number in range(100) for last in ("", "0", "9")
]


def people() -> dict[int, list[str]]:
    """Random sets of codes: of the table, with a character more, and any others of the same chapters."""
    chance = random.Random(20261124)  # noqa: S311 the same people every time
    table = [*charlson.PREFIXES, *(f"{code}{chance.randrange(10)}" for code in charlson.PREFIXES)]
    return {
        who: [*chance.sample(table, chance.randrange(7)), *chance.sample(NEIGHBOURS, chance.randrange(1, 9))]
        for who in range(PEOPLE)
    }


@pytest.fixture(scope="module")
def codes() -> dict[int, list[str]]:
    return people()


@pytest.mark.parametrize(
    ("weights", "name"), [(charlson.WEIGHTS_1987, "charlson"), (charlson.WEIGHTS_2011, "quan")], ids=["1987", "2011"]
)
def test_it_agrees_with_pycomorb_over_thousands_of_people(
    codes: dict[int, list[str]], weights: dict[str, int], name: str
) -> None:
    frame = pl.DataFrame(
        [(who, code, 40) for who, many in codes.items() for code in many], schema=["id", "code", "age"], orient="row"
    )
    told = comorbidity("charlson", frame, implementation="quan", weights=name)
    theirs = dict(told.select("id", "Charlson Comorbidity Index").iter_rows())
    ours = {who: int(charlson.charlson(many, weights).points) for who, many in codes.items()}
    assert {who: (ours[who], theirs[who], codes[who]) for who in codes if ours[who] != theirs[who]} == {}
    assert len(set(ours.values())) > 10


def test_there_are_seventeen_comorbidities_and_289_codes() -> None:
    assert len(charlson.LABELS) == 17
    assert len(charlson.PREFIXES) == 289


def test_of_a_mild_and_severe_pair_the_severe_counts() -> None:
    score = charlson.charlson(["E119", "E112", "K703", "I850", "C509", "C780"])
    assert [term.code for term in score.terms] == ["diabwc", "metacanc", "msld"]
    assert score.points == Decimal(2 + 6 + 3)


def test_a_weight_of_nothing_is_no_term() -> None:
    score = charlson.charlson(["I21", "I50"], charlson.WEIGHTS_2011)
    assert score.terms == (Term("chf", "Congestive heart failure", Decimal(2)),)


@pytest.mark.parametrize(
    ("points", "band"), [(0, "0"), (1, "1 to 2"), (2, "1 to 2"), (3, "3 to 4"), (4, "3 to 4"), (5, "5 or more")]
)
def test_bands_are_the_paper_s_groups(points: int, band: str) -> None:
    assert charlson.band(Decimal(points)) == band
