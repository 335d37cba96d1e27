"""No small count can be worked out from everything that is published, totals included: an integer program tries."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.disclosure.lattice import protect
from gateway.disclosure.rounding import SMALLEST_SHOWN, shown
from gateway.intake.pseudonymised_rows import CUTS as RUN_CUTS

PROFILE = settings.get_profile("disclosure")
CUTS = (("a",), ("b",), ("c",), ("a", "b"), ("b", "c"))
ONE_CUT = (("a",),)
KNOWN_SMALL = 7
FULL = os.environ.get("GATEWAY_PROOF") == "full"
Kind = tuple[str, str, str, bool, int]
KINDS = st.tuples(
    st.sampled_from("123"), st.sampled_from("123"), st.sampled_from("12"), st.booleans(), st.integers(1, 9)
)
POPULATIONS = st.lists(KINDS, min_size=1, max_size=9)

# where hiding the small counts alone, none of them lonely in its sum, lets a reader work them out
FIVE: list[Kind] = [("1", "1", "1", False, 8), *((value, "1", "1", False, 1) for value in "2345")]
TWO: list[Kind] = [(value, "1", "1", False, 8 if value in "12345" else 1) for value in "1234567"]
SEVENS: list[Kind] = [(value, "1", "1", False, 7) for value in "1234"]
SEVEN_AT_RISK: list[Kind] = [("1", "1", "1", False, 30), *((value, "2", "1", True, 1) for value in "1234567")]


def people_of(kinds: list[Kind]) -> list[tuple[dict[str, str], bool]]:
    return [({"a": a, "b": b, "c": c}, at_risk) for a, b, c, at_risk, number in kinds for _ in range(number)]


def population(size: int) -> list[tuple[dict[str, str], bool]]:
    """Invented people over the cuts of a real run, few of them at risk and most of those old."""
    chance, practices = np.random.default_rng(size), 2 + size // 1_000
    people = []
    for _ in range(size):
        age = int(chance.triangular(0, 7, 19))
        at_risk = bool(chance.random() < 0.004 * age)
        values = {
            "practice": f"practice {int(chance.triangular(0, 2, practices))}",
            "age_band": f"{5 * age} and on",
            "sex": str(chance.choice(["Female", "Male"])),
            "deprivation": str(int(chance.triangular(1, 4, 11))),
            "band": str(chance.choice(["At risk", "High"])) if at_risk else "Not at risk",
        }
        people.append((values, at_risk))
    return people


@pytest.fixture(scope="session")
def read(truth: Callable[..., Any], texts: Callable[..., Any], pinned: Callable[..., Any]) -> Callable[..., Any]:
    """What a reader works out of the protected lattice. known: what small `*` are known to be at most."""

    def attack(kinds: list[Kind], cuts: Any = CUTS, **known: int) -> Any:
        people = people_of(kinds)
        return pinned(texts(protect(people, cuts)), truth(people, cuts), **known)

    return attack


@pytest.fixture(scope="session")
def bare(truth: Callable[..., Any], pinned: Callable[..., Any]) -> Callable[..., Any]:
    """What a reader works out where small counts are hidden and nothing else is. everything: where nothing is shown."""

    def attack(kinds: list[Kind], cuts: Any = CUTS, *, everything: bool = False, **known: int) -> Any:
        counts = truth(people_of(kinds), cuts)
        return pinned(
            {name: "*" if everything and count else shown(count) for name, count in counts.items()}, counts, **known
        )

    return attack


@pytest.mark.parametrize("kinds", [FIVE, TWO], ids=["8+1+1+1+1", "five 8 and two 1"])
def test_rounding_and_small_counts_alone_would_give_some_back(kinds: list[Kind], bare: Callable[..., Any]) -> None:
    assert bare(kinds, ONE_CUT) >= {
        ("people", "a", value, "", "") for *_, value in [kind[:1] for kind in kinds if kind[4] == 1]
    }


@pytest.mark.parametrize("kinds", [FIVE, TWO], ids=["8+1+1+1+1", "five 8 and two 1"])
def test_what_the_sums_would_give_back_is_protected(kinds: list[Kind], read: Callable[..., Any]) -> None:
    assert not read(kinds, ONE_CUT, most=KNOWN_SMALL)
    assert not read(kinds, most=KNOWN_SMALL)


def test_four_sevens_would_come_back_to_one_who_knows_that_they_are_small(bare: Callable[..., Any]) -> None:
    assert not bare(SEVENS, ONE_CUT)
    assert len(bare(SEVENS, ONE_CUT, most=KNOWN_SMALL)) == len("1234")


def test_four_sevens_are_protected(read: Callable[..., Any]) -> None:
    assert not read(SEVENS, ONE_CUT, most=KNOWN_SMALL)


def test_seven_of_one_in_a_seven_are_safe_from_all_but_those_who_know_the_whole_to_be_small(
    read: Callable[..., Any], bare: Callable[..., Any]
) -> None:
    assert not read(SEVEN_AT_RISK)
    worked_out = read(SEVEN_AT_RISK, most=KNOWN_SMALL)
    assert worked_out
    assert worked_out <= bare(SEVEN_AT_RISK, everything=True, most=KNOWN_SMALL)


@settings(PROFILE)
@given(kinds=POPULATIONS)
def test_no_small_count_comes_back_from_a_lattice(kinds: list[Kind], read: Callable[..., Any]) -> None:
    assert not read(kinds)


@settings(PROFILE)
@given(kinds=POPULATIONS)
def test_who_knows_which_are_small_works_out_no_more_than_from_nothing_but_zeros(
    kinds: list[Kind], read: Callable[..., Any], bare: Callable[..., Any]
) -> None:
    worked_out = read(kinds, most=KNOWN_SMALL)
    assert worked_out <= (bare(kinds, everything=True, most=KNOWN_SMALL) if worked_out else set())


def test_no_small_count_of_a_whole_run_comes_back(
    truth: Callable[..., Any], texts: Callable[..., Any], pinned: Callable[..., Any]
) -> None:
    people = population(20_000 if FULL else 1_000)
    counts = truth(people, RUN_CUTS)
    assert sum(0 < count < SMALLEST_SHOWN for count in counts.values()) > 50
    assert not pinned(texts(protect(people, RUN_CUTS)), counts)
