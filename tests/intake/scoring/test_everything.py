"""Every method over everybody says what a plain reading of its paper says of each person, and its terms add up."""

from __future__ import annotations

import os
from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from gateway.intake.scoring.everything import Scored, score
from gateway.risk import charlson, hfrs, lace
from gateway.risk.methods import MADE
from tests.builders.scoring import People, invented
from tests.oracles import plain_methods as plain

FULL = os.environ.get("GATEWAY_PROOF") == "full"
SIZES = [(date(2026, 10, 31), 100_000 if FULL else 2_000), (date(2024, 2, 29), 700), (date(2025, 2, 28), 700)]
CODES = sorted(
    {
        *hfrs.POINTS,
        *charlson.PREFIXES,
        *charlson.OF_SHMI.prefixes,
        *lace.SEVERE_RENAL,
        "R074",
        "Z960",
        "A41",
        "12",
        "e119",
    }
)
PUBLISHED = {method.key for method in MADE} - {"emergency_admissions", "admission_model"}
Told = dict[tuple[str, str], plain.Result]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: str(size[0]))
def scored(request: pytest.FixtureRequest) -> tuple[People, Scored]:
    as_of, size = request.param
    people = invented(size, 20261124, as_of, CODES)
    return people, score(people.people, people.kept, as_of)


def told(scored: Scored) -> Told:
    terms: dict[tuple[str, str], dict[str, Fraction]] = {}
    for who, method, term, points in scored.terms.select("NHS_Number", "method", "term", "points").iter_rows():
        terms.setdefault((who, method), {})[term] = Fraction(points, 1000)
    return {
        (who, method): (Fraction(points, 1000), band, status, terms.get((who, method), {}))
        for who, method, points, band, status, _remark in scored.scores.iter_rows()
    }


def expected(people: People) -> Told:
    rows, as_of, found = people.rows(), people.as_of, {}
    for who, age, band, index in people.people.iter_rows():
        stays, visits = rows["apc"][who], rows["ec"][who]
        found[who, "hfrs"] = plain.frailty(age, stays, as_of)
        found[who, "charlson"] = plain.charlson(age, stays, as_of, plain.OF_1987)
        found[who, "charlson_2011"] = plain.charlson(age, stays, as_of, plain.OF_2011)
        found[who, "charlson_shmi"] = plain.charlson(age, stays, as_of, plain.OF_SHMI)
        found[who, "cambridge"] = plain.cambridge(age, rows["gp_condition"][who], rows["gp_medication"][who], as_of)
        found[who, "lace"] = plain.lace(stays, visits, as_of)
        found[who, "efi"] = plain.frailty_index(age, band, index)
    return found


def test_every_score_of_everybody_is_that_of_a_plain_reading_of_the_paper(scored: tuple[People, Scored]) -> None:
    people, found = scored
    ours, theirs = told(found), expected(people)
    assert ours.keys() == theirs.keys()
    assert {key: (ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]} == {}


def test_the_terms_of_each_score_add_up_to_it_exactly(scored: tuple[People, Scored]) -> None:
    _people, found = scored
    sums = found.terms.group_by("NHS_Number", "method").agg(pl.col("points").sum().alias("added"))
    both = found.scores.join(sums, on=["NHS_Number", "method"], how="left").with_columns(pl.col("added").fill_null(0))
    assert both.filter(pl.col("points") != pl.col("added")).is_empty()
    assert found.terms.join(found.scores, on=["NHS_Number", "method"], how="anti").is_empty()


def test_each_published_method_has_one_outcome_for_each_person(scored: tuple[People, Scored]) -> None:
    people, found = scored
    counted = dict(found.scores.group_by("method").len().iter_rows())
    assert counted == {key: len(people.people) for key in PUBLISHED}
    assert found.scores.select("NHS_Number", "method").is_unique().all()


def test_every_outcome_is_there_in_the_invented_people(scored: tuple[People, Scored]) -> None:
    _people, found = scored
    statuses = found.scores.group_by("method").agg(pl.col("status").cast(pl.String).unique().sort())
    assert {tuple(many) for many in statuses["status"]} == {("complete", "incomplete", "not_applicable")}
