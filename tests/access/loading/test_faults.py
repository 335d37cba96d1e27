"""Faults are collected, told once each, in the order of files and lines, and each on one line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.loading.faults import Faults
from gateway.errors import PolicyRefused

FOUND = st.lists(st.tuples(st.sampled_from(["a.csv", "b.toml"]), st.integers(1, 99), st.text(max_size=5)))


@settings(deadline=None, max_examples=50)
@given(FOUND)
def test_each_fault_is_told_once_and_on_one_line(found: list[tuple[str, int, str]]) -> None:
    faults = Faults()
    for file, line, rule in found:
        faults.add(file, line, rule, "mend it")
    assert len(faults.lines) == len(set(found))
    assert all(fault.isprintable() for fault in faults.lines)
    assert [tuple(fault.split(":", 2)[:2]) for fault in faults.lines] == [
        (file, str(line)) for file, line, _ in sorted(set(found))
    ]


def test_the_first_mend_of_a_fault_is_the_one_told() -> None:
    faults = Faults()
    faults.add("a.csv", 1, "wrong", "mend it")
    faults.add("a.csv", 1, "wrong", "or leave it")
    assert faults.lines == ("a.csv:1: wrong: mend it",)


def test_nothing_wrong_stops_nothing_and_one_fault_stops_with_all() -> None:
    faults = Faults()
    faults.stop_if_any()
    faults.add("b.csv", 2, "wrong", "mend it")
    faults.add("a.csv", 3, "wrong", "mend it")
    with pytest.raises(PolicyRefused) as refused:
        faults.stop_if_any()
    assert refused.value.faults == ("a.csv:3: wrong: mend it", "b.csv:2: wrong: mend it")


@pytest.mark.parametrize(
    ("word", "known", "told"),
    [
        ("practise_staff", ("gp", "practice_staff"), "'practise_staff' is no known role: write 'practice_staff'"),
        ("king", ("gp", "nurse"), "'king' is no known role: use one of: gp, nurse"),
        ("king", (), "'king' is no known role: use one of: none are declared"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_known_one(word: str, known: tuple[str, ...], told: str) -> None:
    faults = Faults()
    assert not faults.unless_known(word, known, "role", ("a.csv", 1))
    assert faults.lines == (f"a.csv:1: {told}",)


def test_a_known_word_is_no_fault() -> None:
    faults = Faults()
    assert faults.unless_known("gp", ("gp",), "role", ("a.csv", 1))
    assert faults.lines == ()
