"""Pseudonyms, handles and bands: the same for the same use, nothing outside it."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.pseudonymise import age_band, counts_band, handles, pseudonym_use, pseudonyms
from tests.builders.deliveries import ANNA, BEN

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def test_a_pseudonym_is_the_same_for_the_same_use_and_another_for_any_other() -> None:
    assert pseudonyms([ANNA], KEY) == pseudonyms([ANNA], KEY)
    assert len({*pseudonyms([ANNA, BEN], KEY), *pseudonyms([ANNA, BEN], OTHER_KEY)}) == 4
    uses = {pseudonym_use("A", "06Q", "commissioning"), pseudonym_use("B", "06Q", "commissioning"),
            pseudonym_use("A", "99E", "commissioning"), pseudonym_use("A", "06Q", "research"),
            pseudonym_use("A", "06Q", "commissioning", epoch=2)}  # fmt: skip
    assert len(uses) == 5


def test_a_handle_means_nothing_in_another_practice() -> None:
    assert len({*handles(["Z99001", "Z99002"], [ANNA, ANNA], KEY), *handles(["Z99001"], [BEN], KEY)}) == 3


@given(st.lists(st.from_regex(r"\A[0-9]{10}\Z"), unique=True, max_size=50))
def test_pseudonyms_are_24_letters_with_no_digit_and_never_two_alike(numbers: list[str]) -> None:
    names = pseudonyms(numbers, KEY)
    assert all(re.fullmatch("[A-Z]{24}", name) for name in names)
    assert len(set(names)) == len(numbers)


def test_ages_are_told_in_bands_of_five_years() -> None:
    frame = pl.DataFrame({"age": [0, 4, 5, 89, 90, 110, None]}, schema={"age": pl.Int64})
    assert frame.select(age_band("age")).to_series().to_list() == [
        "0 to 4", "0 to 4", "5 to 9", "85 to 89", "90 and over", "90 and over", "Not known",
    ]  # fmt: skip


@given(st.integers(0, 40), st.lists(st.integers(1, 30), min_size=1, max_size=5, unique=True).map(sorted))
def test_a_count_stands_in_the_band_that_holds_it(count: int, steps: list[int]) -> None:
    named = pl.DataFrame({"count": [count]}).select(counts_band("count", tuple(steps))).item()
    first, _, last = named.removesuffix(" and over").partition(" to ")
    assert int(first) <= count
    assert named.endswith(" and over") == (count >= steps[-1])
    assert named.endswith(" and over") or count <= int(last or first)
