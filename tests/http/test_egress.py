"""The third wall: no NHS number leaves where the view has none, however it is written; references are no numbers."""

from __future__ import annotations

import hashlib
import os
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.http.egress import STOPPED, holds_nhs_number

ADMINISTRATOR = ("access_administrator", "06Q")
PLANTED = "999 000 0018"
SIZES = settings(max_examples=5_000 if os.environ.get("GATEWAY_PROOF") == "full" else 100, deadline=None)
GAPS = st.sampled_from(["", " ", "-", "&nbsp;", "\u00a0"])
AROUND = st.text(st.characters(blacklist_categories=["Nd", "Cs"], blacklist_characters="-,;"), max_size=40)


def with_check_digit(nine: str) -> str:
    """The number that begins so (NHS data dictionary: weights 10 to 2, modulus 11), '' where there is none."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return "" if rest == 10 or len(set(nine)) == 1 else f"{nine}{rest % 11}"


NUMBERS = st.from_regex(r"[0-9]{9}", fullmatch=True).map(with_check_digit).filter(bool)


@SIZES
@given(NUMBERS, GAPS, GAPS, AROUND, AROUND)
def test_a_number_is_found_in_any_text_and_spacing(number: str, one: str, two: str, before: str, after: str) -> None:
    written = f"{number[:3]}{one}{number[3:6]}{two}{number[6:]}"
    assert holds_nhs_number(f"{before} {written} {after}".encode())


@SIZES
@given(NUMBERS, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_number(number: str, added: int) -> None:
    assert not holds_nhs_number(f"{number[:9]}{(int(number[9]) + added) % 10}".encode())


@SIZES
@given(NUMBERS, st.from_regex(r"[1-9]{1,6}", fullmatch=True))
def test_ten_digits_within_a_longer_run_are_no_number(number: str, more: str) -> None:
    assert not holds_nhs_number(f"{number}{more}".encode())


@SIZES
@given(st.binary(min_size=1))
def test_a_hash_is_no_number(content: bytes) -> None:
    reference = hashlib.sha256(content).hexdigest()
    assume(re.search("[a-f]", reference))
    assert not holds_nhs_number(f"leaf {reference}, next".encode())


def test_a_number_beside_a_hash_is_found_all_the_same() -> None:
    assert holds_nhs_number(f"{'ab' * 32} {PLANTED}".encode())


@pytest.mark.parametrize(
    ("path", "kind"), [("/account", "text/html"), ("/api/v1/administration/users", "problem+json")]
)
def test_an_answer_with_a_number_in_it_is_replaced_counted_and_told_to_the_log(
    house: Any, path: str, kind: str
) -> None:
    browser = house.signed_in("max", ADMINISTRATOR, employer=PLANTED)
    before, counted = len(house.events()), STOPPED._value.get()
    answer = browser.get(path)
    assert (answer.status_code, kind in answer.content_type) == (500, True)
    assert not re.search(r"999.?000.?0018", answer.text)
    events = house.events()
    assert [event["type"] for event in events[before:]] == ["access.permitted", "breach.suspected"]
    assert (events[-1]["fault"], events[-1]["channel"]) == ("nhs_number_in_answer", "api" if "api" in path else "web")
    assert answer.headers["Gateway-Event"] == f"{before}, {before + 1}"
    assert STOPPED._value.get() == counted + 1
    assert PLANTED not in str(events)


def test_an_answer_without_one_is_left_as_it_is(house: Any) -> None:
    browser = house.signed_in("max", ADMINISTRATOR, employer="999 000 0019")
    assert "999 000 0019" in browser.get("/account").text
