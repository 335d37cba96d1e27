"""Lists as one line each: what a query string asks, and that pages and API stand at the same paths."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gateway.errors import BadRequest
from gateway.http.lists import LISTS, LONGEST, listing_of, question_of

WORD = st.text("abcdefgh", min_size=1, max_size=8)


def test_an_empty_choice_is_no_filter() -> None:
    assert question_of(MultiDict([("band", ""), ("sort", "-score")])) == {"sort": "-score"}


def test_a_filter_given_twice_means_either() -> None:
    assert question_of(MultiDict([("band", "High"), ("band", ""), ("band", "At risk")])) == {
        "band": ("High", "At risk")
    }


def test_the_address_is_part_of_the_question_and_filters_come_on_top() -> None:
    assert question_of(MultiDict([("page", "2")]), {"user": "gp"}) == {"user": "gp", "page": 2}


@given(st.lists(st.tuples(WORD.filter("page".__ne__), WORD), max_size=6))
def test_nothing_that_is_asked_is_lost_or_added(pairs: list[tuple[str, str]]) -> None:
    question = question_of(MultiDict(pairs))
    told = [(name, one) for name, many in question.items() for one in ((many,) if isinstance(many, str) else many)]
    assert sorted(told) == sorted(pairs)


@given(st.integers(0, 9_999_999))
def test_a_page_is_a_whole_number(page: int) -> None:
    assert question_of(MultiDict([("page", str(page))])) == {"page": page}


@pytest.mark.parametrize("page", ["-1", "1.5", "x", "٣", "12345678", " 1", "1e3"])
def test_a_page_that_is_none_is_not_understood(page: str) -> None:
    with pytest.raises(BadRequest):
        question_of(MultiDict([("page", page)]))


def test_a_filter_that_is_too_long_is_not_understood() -> None:
    assert question_of(MultiDict([("user", "x" * LONGEST)]))
    with pytest.raises(BadRequest):
        question_of(MultiDict([("user", "x" * (LONGEST + 1))]))


def test_a_resource_that_is_no_list_has_none() -> None:
    with pytest.raises(KeyError):
        listing_of("practice.record")


def test_every_list_stands_at_the_same_path_as_page_and_below_the_api(house: Any) -> None:
    rules = {str(rule) for rule in house.app.url_map.iter_rules()}
    for listing in LISTS:
        assert {listing.path, f"/api/v1{listing.path}"} <= rules
        assert (f"/api/v1{listing.path.rstrip('/')}.csv" in rules) == listing.exports


def test_every_list_asks_what_the_policy_knows(house: Any) -> None:
    words = house.desk.policy.vocabulary
    for listing in LISTS:
        assert listing.purpose in words.purposes
        assert listing.action in words.resources[listing.resource].actions
        assert ("export" in words.resources[listing.resource].actions) == listing.exports
