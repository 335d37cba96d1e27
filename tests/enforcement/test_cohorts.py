"""A cohort's patients: exactly the own patients at risk who meet its criteria by a plain reading, and nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.decision import Subject
from gateway.audit.event import EventType
from gateway.catalogue import worklist as words
from gateway.catalogue.cohort import ADMISSIONS, CHOICES, Criteria, of
from gateway.enforcement import cohorts
from gateway.enforcement.cohorts import Asked
from gateway.errors import AccessDenied, BadRequest, NotFound
from gateway.stores.population_work import cohorts as store
from gateway.stores.vault import writing
from tests.builders.everything import OURS, THEIRS, Everything, asks, opened, subject
from tests.builders.listed import PEOPLE, Person, listed, mark, people

EXAMPLES = 300 if os.environ.get("GATEWAY_PROOF") == "full" else 30
DAY = "2026-11-24"
GPS = {practice: subject("gp", practice) for practice in (OURS, THEIRS)}
SAID = {**CHOICES, "condition": ("COPD", "AST", "HF", "DM"), "age_band": ("5 to 9", "40 to 44", "Not known", "0 to 4")}
VALUES = {name: st.lists(st.sampled_from(legal), min_size=1, max_size=3) for name, legal in SAID.items()}
CRITERIA = st.fixed_dictionaries({}, optional={**VALUES, ADMISSIONS: st.integers(1, 6)}).filter(bool).map(of)
NUMBERS = count(1)
WORSE = of({"condition": ["COPD"], "admissions": 2})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with opened(listed(tmp_path_factory.mktemp("cohorts") / "installation")) as place:
        yield place


@pytest.fixture
def worse(place: Everything) -> Iterator[int]:
    """A cohort that stands until the test is over."""
    number = saved(place, WORSE)
    yield number
    withdrawn(place, number)


def saved(place: Everything, criteria: Criteria | str) -> int:
    connection = place.desk.stores["population_work"].connection()  # type: ignore[attr-defined]
    text = criteria if isinstance(criteria, str) else criteria.canonical()
    with writing(connection):
        return store.add(connection, f"Cohort {next(NUMBERS)}", text, "ann", DAY)


def withdrawn(place: Everything, number: int) -> None:
    connection = place.desk.stores["population_work"].connection()  # type: ignore[attr-defined]
    with writing(connection):
        store.withdraw(connection, number, "ann", DAY)


def asked(who: Subject, action: str = "list", criteria: str = "read", **question: Any) -> Asked:
    return Asked(
        asks(who, "direct_care", "practice.cohorts", criteria),
        asks(who, "direct_care", "practice.cohort", action, question),
        asks(who, "direct_care", "practice.marks", "list"),
    )


def numbers(place: Everything, who: Subject, cohort: int) -> list[str]:
    """Every NHS number of the cohort, page after page; the total of each page is as many."""
    found: list[str] = []
    for page in range(1, PEOPLE):
        question = {"cohort": str(cohort), "page": page}
        rows = cohorts.opened(str(cohort), asked(who, **question), desk=place.desk).result.parts["patients"]
        found += [str(row["nhs_number"]) for row in rows.records()]
        if not rows.more:
            assert rows.total == len(found)
            return found
    raise AssertionError("the pages have no end")


def meets(person: Person, criteria: Criteria) -> bool:
    """By a plain reading, with nothing of the gateway's own."""
    had = {
        **{name: {person[name]} for name in ("age_band", "sex", "band")},
        "condition": {code for code, told in words.REGISTERS.items() if told in person["gp_reasons"].split("; ")},
        "use": set(person["hospital_use"].split("; ")),
    }
    any_of = all(had[name] & set(values) for name, values in criteria.any_of.items())
    return any_of and person["emergency_admissions"] >= criteria.admissions


@given(CRITERIA)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_cohort_is_exactly_those_of_each_practices_list_who_meet_it_and_nobody_elses(
    place: Everything, criteria: Criteria
) -> None:
    number = saved(place, criteria)
    for practice, gp in GPS.items():
        mine = [one for one in people() if one["practice_code"] == practice and one["at_risk"]]
        wanted = {one["nhs_number"] for one in mine if meets(one, criteria)}
        found = numbers(place, gp, number)
        assert (set(found), len(found)) == (wanted, len(wanted))
        counted = cohorts.cohorts(asked(gp, criteria="list"), desk=place.desk).result.parts["cohorts"].records()
        told = {row["id"]: (row["own_patients"], row["criteria"]) for row in counted}
        assert told[number] == (len(wanted), criteria.in_words())
    withdrawn(place, number)


def test_the_plain_reading_finds_some_and_not_all() -> None:
    at_risk = [one for one in people() if one["at_risk"]]
    assert 5 < sum(meets(one, WORSE) for one in at_risk) < len(at_risk)


def test_whoever_was_marked_as_not_ours_is_left_out_as_on_the_work_list(place: Everything) -> None:
    number = saved(place, WORSE)
    gone, *_ = (one for one in people() if one["practice_code"] == OURS and one["at_risk"] and meets(one, WORSE))
    before = numbers(place, GPS[OURS], number)
    mark(place.desk, words.CORRECTION, [str(gone["handle"])], "moved_away")
    assert set(before) - set(numbers(place, GPS[OURS], number)) == {gone["nhs_number"]}
    mark(place.desk, words.CORRECTION, [str(gone["handle"])], "")
    withdrawn(place, number)


def test_the_event_names_three_rules_and_views_the_criteria_and_nobody(place: Everything, worse: int) -> None:
    answered = cohorts.opened(str(worse), asked(GPS[OURS], cohort=str(worse), sort="-score"), desk=place.desk)
    event = place.events()[answered.receipt.index]
    assert (event["type"], event["resource"]) == ("cohort.opened", "practice.cohort")
    assert event["view"] == "practice_worklist+practice_marks+practice_cohort_criteria"
    assert [rule.rpartition(":")[0] for rule in event["rules"]] == [
        f"practice_staff:practice.{name}" for name in ("cohort", "marks", "cohorts")
    ]
    assert event["query"] == {"admissions": 2, "cohort": worse, "condition": ["COPD"], "sort": "-score"}
    assert event["subjects"]["n"] == event["rows"] > 0
    assert "HANDLE" not in str(event)


def test_the_list_of_cohorts_is_on_the_log_and_is_about_nobody(place: Everything, worse: int) -> None:
    answered = cohorts.cohorts(asked(GPS[OURS], criteria="list"), desk=place.desk)
    event = place.events()[answered.receipt.index]
    assert (event["type"], event["resource"], event["rows"]) == ("access.permitted", "practice.cohorts", 1)
    assert event.get("subjects", {}).get("n", 0) == 0
    assert [row["id"] for row in answered.result.parts["cohorts"].records()] == [worse]
    assert answered.result.as_of == {"SUS+ to": "2026-09-30"}


def test_where_no_cohort_stands_the_list_is_empty_and_still_on_the_log(place: Everything) -> None:
    answered = cohorts.cohorts(asked(GPS[OURS], criteria="list"), desk=place.desk)
    assert (answered.result.count, place.events()[answered.receipt.index]["type"]) == (0, "access.empty")


def test_a_file_has_every_row_and_is_an_export(place: Everything, worse: int) -> None:
    question = asked(GPS[OURS], "export", cohort=str(worse))
    made = cohorts.opened(
        str(worse), question, desk=place.desk, kind=EventType.EXPORT_CREATED, render=lambda told: b"%d" % told.count
    )
    assert made.body == b"%d" % len(numbers(place, GPS[OURS], worse))
    assert place.events()[made.receipt.index]["type"] == "export.created"


@pytest.mark.parametrize("number", ["0", "999999999", "1" * 20, "-1", "²", "one", ""])
def test_a_cohort_that_there_is_not_is_not_found_and_the_log_has_it(place: Everything, number: str) -> None:
    with pytest.raises(NotFound) as told:
        cohorts.opened(number, asked(GPS[OURS], cohort=number), desk=place.desk)
    assert place.events()[told.value.event or 0]["type"] == "access.failed"


def test_a_withdrawn_cohort_is_found_by_nobody(place: Everything, worse: int) -> None:
    withdrawn(place, worse)
    with pytest.raises(NotFound):
        numbers(place, GPS[OURS], worse)


def test_criteria_that_may_not_stand_today_are_evaluated_for_nobody(place: Everything) -> None:
    """A register can become sensitive after it was saved; so would any text read that is no criteria."""
    number = saved(place, '{"condition":["HIV"]}')
    with pytest.raises(NotFound):
        numbers(place, GPS[OURS], number)
    assert cohorts.cohorts(asked(GPS[OURS], criteria="list"), desk=place.desk).result.count == 0
    withdrawn(place, number)


def test_a_cohort_takes_no_filter_of_the_practices_own(place: Everything, worse: int) -> None:
    with pytest.raises(BadRequest, match="its own criteria alone") as told:
        cohorts.opened(str(worse), asked(GPS[OURS], cohort=str(worse), sex="Female"), desk=place.desk)
    assert place.events()[told.value.event or 0]["type"] == "access.failed"


@pytest.mark.parametrize("at", range(3))
def test_where_one_of_the_three_is_refused_nothing_is_shown(place: Everything, worse: int, at: int) -> None:
    analyst, gp = (asked(who, cohort=str(worse)) for who in (subject("commissioner_analyst", "06Q"), GPS[OURS]))
    parts = [
        getattr(analyst if place_of == at else gp, name)
        for place_of, name in enumerate(("criteria", "people", "marks"))
    ]
    with pytest.raises(AccessDenied) as told:
        cohorts.opened(str(worse), Asked(*parts), desk=place.desk)
    assert place.events()[told.value.event or 0]["decision"] == "deny"
