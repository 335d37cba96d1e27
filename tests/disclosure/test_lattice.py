"""The lattice of a run: every whole value of every cut, shown by the rule, the same whatever the order of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.disclosure.lattice import ProtectedCell, protect
from gateway.disclosure.rounding import percentage, rounded

PROFILE = settings.get_profile("disclosure")
CUTS = (("age",), ("sex",), ("age", "sex"))
PERSON = st.tuples(
    st.sampled_from(["0 to 4", "5 to 9", "90 and over"]), st.sampled_from(["Female", "Male"]), st.booleans()
)
PEOPLE = st.lists(PERSON, max_size=60).map(lambda all_: [({"age": age, "sex": sex}, ill) for age, sex, ill in all_])
Person = tuple[dict[str, str], bool]


def many(number: int, age: str, sex: str, *, at_risk: int = 0) -> list[Person]:
    return [({"age": age, "sex": sex}, place < at_risk) for place in range(number)]


def test_every_cell_of_every_cut_is_there_with_its_margins() -> None:
    people = many(40, "0 to 4", "Male", at_risk=20) + many(20, "5 to 9", "Female")
    assert protect(people, CUTS) == [
        ProtectedCell("age", "0 to 4", "", "", "40", "20", "50.0"),
        ProtectedCell("age", "0 to 4", "sex", "Male", "40", "20", "50.0"),
        ProtectedCell("age", "5 to 9", "", "", "20", "0", "0.0"),
        ProtectedCell("age", "5 to 9", "sex", "Female", "20", "0", "0.0"),
        ProtectedCell("everyone", "everyone", "", "", "60", "20", "33.3"),
        ProtectedCell("sex", "Female", "", "", "20", "0", "0.0"),
        ProtectedCell("sex", "Male", "", "", "40", "20", "50.0"),
    ]


def test_a_small_count_is_hidden_with_the_smallest_other_and_with_its_percentage() -> None:
    people = [
        person
        for age, number in (("0 to 4", 3), ("5 to 9", 30), ("90 and over", 50))
        for person in many(number, age, "Male")
    ]
    told = {cell.value: (cell.people, cell.percentage) for cell in protect(people, (("age",),))}
    assert told == {"0 to 4": ("*", "*"), "5 to 9": ("*", "*"), "90 and over": ("50", "0.0"), "everyone": ("85", "0.0")}


def test_nobody_makes_an_empty_lattice() -> None:
    assert protect([], CUTS) == []


@pytest.mark.parametrize("cuts", [(("age", "sex"),), (("age",), ("age", "sex")), (("sex",), ("age", "sex"))])
def test_a_table_of_two_dimensions_needs_both_margins(cuts: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match="cuts of their own"):
        protect([], cuts)


@settings(PROFILE)
@given(people=PEOPLE)
def test_zero_is_shown_small_is_hidden_and_the_rest_is_rounded_or_hidden(
    people: list[Person], truth: Callable[..., Any], texts: Callable[..., Any]
) -> None:
    counts = truth(people, CUTS)
    for name, text in texts(protect(people, CUTS)).items():
        allowed = {"0"} if not counts[name] else {"*"} if counts[name] < 8 else {"*", str(rounded(counts[name]))}
        assert text in allowed


@settings(PROFILE)
@given(people=PEOPLE)
def test_percentages_come_from_what_is_shown(people: list[Person]) -> None:
    for cell in protect(people, CUTS):
        assert cell.percentage == percentage(cell.at_risk, cell.people)


@settings(PROFILE)
@given(people=PEOPLE, chance=st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(people: list[Person], chance: Any) -> None:
    other = list(people)
    chance.shuffle(other)
    assert protect(other, CUTS) == protect(people, CUTS)
