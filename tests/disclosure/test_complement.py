"""What is hidden besides the small counts, and that it is the least that does."""

from __future__ import annotations

from gateway.disclosure.complement import hidden_cells, with_companions
from gateway.disclosure.doubt import Tables

ONE_SUM = [{"a": 1, "b": 1, "c": 1, "all": -1}]


def test_the_smallest_other_goes_with_a_hidden_count_that_stands_alone() -> None:
    tables = Tables({"a": 3, "b": 40, "c": 20, "all": 63}, ONE_SUM)
    assert with_companions(frozenset("a"), tables) == {"a", "c"}


def test_two_hidden_counts_need_no_companion() -> None:
    tables = Tables({"a": 3, "b": 4, "c": 20, "all": 27}, ONE_SUM)
    assert with_companions(frozenset("ab"), tables) == {"a", "b"}


def test_a_hidden_sum_whose_parts_are_all_shown_has_a_part_go_too() -> None:
    tables = Tables({"a": 30, "b": 40, "c": 20, "all": 90}, ONE_SUM)
    assert with_companions(frozenset({"all"}), tables) == {"all", "c"}


def test_a_part_that_is_its_whole_sum_has_the_sum_go_too_and_a_zero_never_goes() -> None:
    tables = Tables({"a": 20, "b": 0, "c": 0, "all": 20}, ONE_SUM)
    assert with_companions(frozenset("a"), tables) == {"a", "all"}


def test_a_companion_in_one_sum_finds_its_own_in_another() -> None:
    crossed = [{"a": 1, "b": 1, "row": -1}, {"b": 1, "c": 1, "column": -1}]
    tables = Tables({"a": 3, "b": 20, "c": 30, "row": 23, "column": 50}, crossed)
    assert with_companions(frozenset("a"), tables) == {"a", "b", "c"}


def test_the_choice_looks_at_what_is_shown_and_not_at_the_count() -> None:
    """Which of two that read alike is the smaller stays unknown: the first in the order of the lattice goes."""
    for b, c in ((21, 19), (19, 21)):
        tables = Tables({"a": 3, "b": b, "c": c, "all": 43}, ONE_SUM)
        assert with_companions(frozenset("a"), tables) == {"a", "b"}


def test_sums_with_a_count_that_is_shown_nowhere_ask_for_no_companion() -> None:
    tables = Tables({"people": 40, "ill": 3, "well": 37}, [{"people": -1, "ill": 1, "well": 1}], {"well"})
    assert with_companions(frozenset({"ill"}), tables) == {"ill"}


def test_where_rounding_leaves_no_room_the_cell_of_the_fewest_people_goes_too() -> None:
    counts = {"a": 8, "b": 1, "c": 1, "d": 1, "e": 1, "all": 12}
    tables = Tables(counts, [dict.fromkeys("abcde", 1) | {"all": -1}])
    people = [frozenset({cell, "all"}) for cell in "abcde"]
    assert hidden_cells(tables, people) == {"a", "b", "c", "d", "e"}


def test_where_small_counts_alone_leave_no_room_nothing_more_can_be_hidden() -> None:
    tables = Tables(dict.fromkeys("abcdefg", 1) | {"all": 7}, [dict.fromkeys("abcdefg", 1) | {"all": -1}])
    people = [frozenset({cell, "all"}) for cell in "abcdefg"]
    assert hidden_cells(tables, people) == {*"abcdefg", "all"}


def test_a_lattice_without_small_counts_hides_nothing() -> None:
    assert hidden_cells(Tables({"a": 30, "b": 40, "c": 20, "all": 90}, ONE_SUM), []) == frozenset()
