"""LACE: the paper's points at each edge, whom it is not for, whose codes and visits count, and when it is history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.risk import lace
from gateway.risk.lace import Stay, Visit
from gateway.risk.methods import POINT
from gateway.risk.score import Score, Status

CAME = date(2026, 5, 4)
PLANNED = Stay(CAME, CAME, 60, method="11")


def parts(score: Score) -> dict[str, int]:
    return {term.code: term.points // POINT for term in score.terms}


def coded(*codes: str) -> dict[str, int]:
    stay = replace(PLANNED, codes=codes)
    return parts(lace.lace(stay, [stay], []))


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 4), (7, 5), (13, 5), (14, 7), (90, 7)],
)
def test_length_of_stay_is_worth_what_the_paper_says(days: int, points: int) -> None:
    stay = replace(PLANNED, discharged=CAME + timedelta(days=days))
    assert parts(lace.lace(stay, [stay], [])).get("L", 0) == points


@pytest.mark.parametrize(("method", "points"), [("21", 3), ("2A", 3), ("2D", 3), ("11", 0), ("13", 0)])
def test_an_emergency_admission_is_worth_three(method: str, points: int) -> None:
    stay = replace(PLANNED, method=method)
    assert parts(lace.lace(stay, [stay], [])).get("A", 0) == points


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("I21", 1), ("I63", 1), ("I739", 1), ("E119", 1), ("I500", 2), ("E112", 2), ("J449", 2), ("K703", 2),
        ("N183", 2), ("C509", 2), ("F03", 3), ("M069", 3), ("B20", 5), ("K729", 5), ("N184", 5), ("N185", 5),
        ("N19", 5), ("Z490", 5), ("Z992", 5), ("Z940", 5), ("C780", 5), ("K25", 0), ("G81", 0), ("Z999", 0),
    ],
)  # fmt: skip
def test_a_comorbidity_is_worth_what_the_paper_says_and_four_and_more_are_five(code: str, points: int) -> None:
    assert coded(code).get("C", 0) == points


@pytest.mark.parametrize(
    ("codes", "points"),
    [
        (("E119", "E112"), 2), (("N183", "K703"), 2), (("N183", "N185"), 5), (("I21", "I63"), 2),
        (("I21", "I63", "E119"), 3), (("I21", "J449"), 3), (("J449", "I500"), 5),
    ],
)  # fmt: skip
def test_comorbidities_add_up_and_of_a_pair_the_severe_counts(codes: tuple[str, ...], points: int) -> None:
    assert coded(*codes).get("C", 0) == points


@pytest.mark.parametrize(
    ("admitted", "points"),
    [("2024-05-04", 0), ("2024-05-05", 2), ("2026-05-03", 2), ("2026-05-04", 2), ("2026-05-05", 0)],
)
def test_codes_are_those_of_this_stay_and_of_those_that_began_in_the_24_months_before(
    admitted: str, points: int
) -> None:
    other = Stay(date.fromisoformat(admitted), CAME, 60, codes=("J449",))
    assert parts(lace.lace(PLANNED, [PLANNED, other], [])).get("C", 0) == points


@pytest.mark.parametrize(
    ("day", "department", "points"),
    [
        ("2025-11-04", "01", 0), ("2025-11-05", "01", 1), ("2026-05-03", "01", 1), ("2026-05-04", "01", 0),
        ("2026-03-01", "03", 0), ("2026-03-01", "", 0),
    ],
)  # fmt: skip
def test_visits_are_those_to_a_major_department_in_the_six_months_before(
    day: str, department: str, points: int
) -> None:
    visit = Visit(date.fromisoformat(day), department)
    assert parts(lace.lace(PLANNED, [PLANNED], [visit])).get("E", 0) == points


@pytest.mark.parametrize(("visits", "points"), [(0, 0), (1, 1), (3, 3), (4, 4), (9, 4)])
def test_more_than_four_visits_are_worth_four(visits: int, points: int) -> None:
    assert parts(lace.lace(PLANNED, [PLANNED], [Visit(date(2026, 3, 1))] * visits)).get("E", 0) == points


@pytest.mark.parametrize(
    ("method", "destination", "points"), [("21", "306706006", 0), ("21", "306689006", 1), ("11", "306706006", 1)]
)
def test_the_visit_of_the_eve_that_led_to_the_admission_is_not_counted(
    method: str, destination: str, points: int
) -> None:
    stay = replace(PLANNED, method=method)
    eve = Visit(CAME - timedelta(days=1), destination=destination)
    assert parts(lace.lace(stay, [stay], [eve])).get("E", 0) == points


@pytest.mark.parametrize(
    "other",
    [
        {"discharge_method": "4"}, {"discharge_method": "5"}, {"destination": "51"}, {"destination": "87"},
        {"method": "81"}, {"method": "2B", "source": "51"}, {"age": 17}, {"age": 0}, {"classification": "2"},
        {"classification": "3"}, {"classification": "5"}, {"method": "31"}, {"method": "82"}, {"function": "501"},
        {"function": "560"}, {"discharged": None},
    ],
    ids=str,
)  # fmt: skip
def test_it_is_not_for_the_dead_transfers_children_day_cases_maternity_and_open_stays(other: dict[str, object]) -> None:
    stay = replace(PLANNED, **other)  # type: ignore[arg-type]
    assert lace.lace(stay, [stay], []) == Score(0, (), status=Status.NOT_APPLICABLE)


def test_without_emergency_care_data_or_an_age_it_is_incomplete() -> None:
    assert lace.lace(PLANNED, [PLANNED], None).status is Status.INCOMPLETE
    ageless = replace(PLANNED, age=None)
    assert lace.lace(ageless, [ageless], []).status is Status.INCOMPLETE


@pytest.mark.parametrize(("points", "band"), [(0, "Low"), (4, "Low"), (5, "Moderate"), (9, "Moderate"), (10, "High")])
def test_from_ten_it_is_high(points: int, band: str) -> None:
    assert lace.band(points * POINT) == band


@pytest.mark.parametrize(("days", "current"), [(0, True), (30, True), (31, False)])
def test_it_is_current_for_thirty_days_and_history_after(days: int, *, current: bool) -> None:
    assert lace.is_current(PLANNED, CAME + timedelta(days=days)) is current
    assert not lace.is_current(replace(PLANNED, discharged=None), CAME)


@given(
    st.integers(0, 40), st.sampled_from(["21", "11"]),
    st.lists(st.sampled_from(["I21", "N19", "N183", "C780", "C509", "E119", "E112", "B20", "R99"]), max_size=6),
    st.integers(0, 6),
)  # fmt: skip
def test_the_terms_add_up_to_at_most_nineteen(days: int, method: str, codes: list[str], visits: int) -> None:
    stay = Stay(CAME, CAME + timedelta(days=days), 60, method=method, codes=tuple(codes))
    score = lace.lace(stay, [stay], [Visit(date(2026, 3, 1))] * visits)
    assert 0 <= score.points == sum(term.points for term in score.terms) <= 19 * POINT
