"""What is known at an index date, and no more: every feature beside a plain reading, and nothing from after the day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.learning.features import Past, covered, facts, outcome, usual_registers, years_before
from gateway.risk.admission_model.columns import Use
from gateway.risk.emergency_admissions import is_new_emergency
from tests.builders.populations import frame, past, person, stay

ANNA, BEN = "9990000018", "9990000026"
INDEX, EVERY = date(2025, 3, 31), tuple(Use)
YEAR_AGO, TWO_YEARS_AGO, YEAR_ON = date(2024, 3, 31), date(2023, 3, 31), date(2026, 3, 31)


def counted(**rows: list[tuple[object, ...]]) -> dict[Use, int]:
    found = facts(past(person(ANNA), **rows), INDEX, (), EVERY)
    return dict(zip(EVERY, found.uses[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("on", "use"),
    [(INDEX, Use.EMERGENCIES), (YEAR_AGO + timedelta(1), Use.EMERGENCIES), (YEAR_AGO, Use.EMERGENCIES_BEFORE),
     (TWO_YEARS_AGO + timedelta(1), Use.EMERGENCIES_BEFORE), (TWO_YEARS_AGO, None), (INDEX + timedelta(1), None)],
)  # fmt: skip
def test_an_emergency_admission_counts_in_the_year_that_it_is_in(on: date, use: Use | None) -> None:
    told = counted(apc=[stay(ANNA, on)])
    assert {name for name, many in told.items() if many} == ({use} if use else set())


def test_a_stay_that_goes_on_from_another_provider_is_no_new_emergency() -> None:
    assert not any(counted(apc=[stay(ANNA, INDEX, method="2B", source="51")]).values())


def test_an_elective_admission_is_no_emergency() -> None:
    told = counted(apc=[stay(ANNA, INDEX, method="11")])
    assert (told[Use.ELECTIVES], told[Use.EMERGENCIES]) == (1, 0)


@pytest.mark.parametrize(
    ("begin", "days", "counts"),
    [(date(2025, 1, 1), 5, 5), (date(2025, 3, 29), 40, 2), (date(2024, 3, 25), 10, 4), (date(2024, 1, 1), 10, 0)],
)
def test_days_in_hospital_are_those_within_the_year_to_the_index_date(begin: date, days: int, counts: int) -> None:
    assert counted(apc=[stay(ANNA, begin, days)])[Use.DAYS] == counts


def test_a_stay_without_an_end_lasts_to_the_index_date() -> None:
    assert counted(apc=[(ANNA, date(2025, 3, 21), None, "21", "19")])[Use.DAYS] == 10


def test_attendances_count_and_appointments_only_where_somebody_came() -> None:
    kept, missed = (ANNA, INDEX, "5"), (ANNA, INDEX, "3")
    told = counted(ec=[(ANNA, INDEX), (ANNA, YEAR_AGO), (ANNA, INDEX + timedelta(1))], op=[kept, missed])
    assert (told[Use.ATTENDANCES], told[Use.APPOINTMENTS]) == (1, 1)


@pytest.mark.parametrize(("recorded", "there"), [(INDEX, True), (INDEX + timedelta(1), False), (None, False)])
def test_a_register_counts_from_the_day_it_was_recorded(recorded: date | None, *, there: bool) -> None:
    found = facts(past(person(ANNA), gp_condition=[(ANNA, "DM", recorded)]), INDEX, ("COPD", "DM"), ())
    assert found.registers.tolist() == [[False, there]]
    assert found.uses.shape == (1, 0)


def test_what_is_not_known_is_said_to_be_so() -> None:
    found = facts(past(person(ANNA, None, sex="X", decile="Not known"), person(BEN, 1900)), INDEX, (), ())
    assert np.isnan(found.age).tolist() == [True, False]
    assert (np.isnan(found.decile).tolist(), found.sex.tolist(), found.age[1]) == ([True, False], [0, 2], 110)


def test_whoever_came_or_was_born_later_is_not_known_on_the_day() -> None:
    people = past(
        person(BEN), person(ANNA, since=None), person("a", born=2026), person("b", since=INDEX + timedelta(1))
    )
    assert people.known_at(INDEX).people["NHS_Number"].to_list() == [ANNA, BEN]


@pytest.mark.parametrize(
    ("on", "method", "found"),
    [(INDEX, "21", 0), (INDEX + timedelta(1), "21", 1), (YEAR_ON, "21", 1), (YEAR_ON + timedelta(1), "21", 0),
     (YEAR_ON, "11", 0)],
)  # fmt: skip
def test_the_outcome_is_a_new_emergency_in_the_year_after(on: date, method: str, found: int) -> None:
    assert outcome(past(person(ANNA), apc=[stay(ANNA, on, method=method)]), INDEX, YEAR_ON).tolist() == [found]


DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
STAYS = st.lists(
    st.tuples(st.sampled_from([ANNA, BEN]), DAYS, st.integers(0, 40), st.sampled_from(["11", "21", "2B", "31", "81"]),
              st.sampled_from(["19", "51"])),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(STAYS)
def test_counts_are_those_of_a_plain_reading(rows: list[tuple[str, date, int, str, str]]) -> None:
    found = facts(past(person(ANNA), person(BEN), apc=[stay(*row) for row in rows]), INDEX, (), EVERY)
    for who, told in zip((ANNA, BEN), found.uses.tolist(), strict=True):
        mine = [row for row in rows if row[0] == who]
        new = [on for _, on, _, method, source in mine if is_new_emergency(method, source)]
        nights = [on + timedelta(night) for _, on, days, _, _ in mine for night in range(days)]
        assert told == [
            sum(YEAR_AGO < on <= INDEX for on in new),
            sum(TWO_YEARS_AGO < on <= YEAR_AGO for on in new),
            sum(YEAR_AGO < on <= INDEX for _, on, _, method, _ in mine if method.startswith("1")),
            sum(YEAR_AGO <= night < INDEX for night in nights),
            0,
            0,
        ]


@settings(max_examples=30, deadline=None)
@given(STAYS)
def test_nothing_from_after_the_index_date_changes_what_is_known(rows: list[tuple[str, date, int, str, str]]) -> None:
    known = [row for row in rows if row[1] <= INDEX]
    whole, before = (past(person(ANNA), apc=[stay(*row) for row in some]) for some in (rows, known))
    assert np.array_equal(facts(whole, INDEX, (), EVERY).uses, facts(before, INDEX, (), EVERY).uses)


def test_a_window_is_covered_where_data_begin_no_more_than_a_month_into_it() -> None:
    late = timedelta(31)
    some = past(person(), apc=[stay(ANNA, YEAR_AGO + late)], ec=[(ANNA, YEAR_AGO + late + timedelta(1))])
    assert covered(some, INDEX) == (Use.EMERGENCIES, Use.ELECTIVES, Use.DAYS)
    assert Use.EMERGENCIES_BEFORE in covered(
        Past(some.people, {**some.frames, "apc": frame("apc", stay(ANNA, TWO_YEARS_AGO))}), INDEX
    )


def test_a_leap_day_has_a_year_before_it() -> None:
    assert years_before(date(2024, 2, 29), 2) == date(2022, 2, 28)


def test_a_sensitive_register_is_not_read() -> None:
    assert "DM" in usual_registers(frozenset())
    assert "ALC" not in usual_registers(frozenset({"ALC"}))
