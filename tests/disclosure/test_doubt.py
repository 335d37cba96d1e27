"""A hidden count is in doubt where other tables add up and read the same; where there are none it is not."""

from __future__ import annotations

import sys

import pytest

from gateway.disclosure.doubt import Tables

SUM = {"a": 1, "b": 1, "c": 1, "all": -1}


def tables(**counts: int) -> Tables[str]:
    """Three counts and their sum."""
    return Tables({**counts, "all": sum(counts.values())}, [SUM])


@pytest.mark.parametrize(
    ("count", "by", "same"),
    [(8, -1, False), (8, 1, True), (12, 1, False), (12, -1, True), (0, 1, False)],
)
def test_a_shown_count_reads_the_same_within_its_five(count: int, by: int, *, same: bool) -> None:
    assert tables(a=count, b=20, c=20).reads_the_same(("a", by), frozenset()) == same


@pytest.mark.parametrize(
    ("count", "by", "same"), [(1, -1, False), (1, 1, True), (7, 1, False), (7, -1, True), (8, -1, True), (30, 1, True)]
)
def test_a_hidden_count_reads_the_same_as_any_other_that_would_be_hidden(count: int, by: int, *, same: bool) -> None:
    assert tables(a=count, b=20, c=20).reads_the_same(("a", by), {"a"}) == same


def test_a_small_count_may_be_larger_where_nobody_knows_it_for_small() -> None:
    assert tables(a=7, b=20, c=20).reads_the_same(("a", 1), {"a"}, sys.maxsize)


def test_a_count_that_is_shown_nowhere_may_be_any_that_people_can_have() -> None:
    parted = Tables({"all": 20, "in": 20, "out": 0}, [{"all": -1, "in": 1, "out": 1}], {"out"})
    assert parted.reads_the_same(("out", 1), frozenset())
    assert not parted.reads_the_same(("out", -1), frozenset())


def test_small_counts_are_one_to_seven_of_those_that_are_shown_somewhere() -> None:
    assert Tables({"a": 1, "b": 7, "c": 8, "d": 0, "out": 3}, [], {"out"}).small() == ["a", "b"]


def test_two_hidden_counts_of_a_sum_can_change_places() -> None:
    assert tables(a=2, b=3, c=20).in_doubt("a", {"a", "b"})


def test_a_count_that_the_sum_leaves_no_room_is_not_in_doubt() -> None:
    known = Tables({"a": 1, "b": 1, "c": 0, "all": 2}, [SUM, {"all": 1, "twice": -1}, {"twice": 1, "a": -2}])
    assert not Tables({**known.counts, "twice": 2}, known.sums).in_doubt("a", {"a", "b"})


def test_a_hidden_count_alone_is_in_doubt_only_while_rounding_leaves_room() -> None:
    assert tables(a=3, b=20, c=20).in_doubt("a", {"a"})
    tight = Tables(
        {"a": 1, "b": 8, "c": 8, "d": 8, "e": 8, "f": 8, "all": 41}, [dict.fromkeys("abcdef", 1) | {"all": -1}]
    )
    assert tight.in_doubt("a", {"a"})
    tighter = Tables({**tight.counts, "g": 1, "all": 42}, [dict.fromkeys("abcdefg", 1) | {"all": -1}])
    assert not tighter.in_doubt("a", {"a", "g"})


def test_a_chain_through_several_sums_is_found() -> None:
    """Rows and columns of a square whose margins are known: a cell changes only with the three others."""
    margins = ("1.", "2.", ".1", ".2")
    rows = [{"11": 1, "12": 1, "1.": -1}, {"21": 1, "22": 1, "2.": -1}]
    columns = [{"11": 1, "21": 1, ".1": -1}, {"12": 1, "22": 1, ".2": -1}]
    known = [{margin: 1, "nobody": 1} for margin in margins]
    counts = {"11": 1, "12": 2, "21": 2, "22": 12, "1.": 3, "2.": 14, ".1": 3, ".2": 14, "nobody": 0}
    square, hidden = Tables(counts, rows + columns + known), {"11", "12", "21", *margins}
    assert square.in_doubt("11", {*hidden, "22"})
    assert not square.in_doubt("11", hidden)


def test_a_search_that_finds_nothing_ends() -> None:
    """Forty counts that could all be one more, and a sum that none of them can mend: not proved is not in doubt."""
    names = [f"n{place}" for place in range(40)]
    pairs = [{one: 1, other: -1} for one in names for other in names if one < other]
    locked = Tables(dict.fromkeys(names, 3) | {"zero": 0}, [*pairs, {names[-1]: 1, "zero": 1}])
    assert not locked.in_doubt("n0", set(names))
