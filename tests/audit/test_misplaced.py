"""What `misplaced` tells of a sequence explains all of it: undone, it is the sequence that it ought to be."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.audit.faults import Fault, Finding, misplaced
from gateway.audit.note import Verifier
from gateway.audit.verify import verify
from gateway.recorder.outside.tree import faults_of_order

EXAMPLES = 5000 if os.environ.get("GATEWAY_PROOF") == "full" else 150
SIZE = 9
sequences = st.lists(st.integers(-2, 14), max_size=14)


def told(found: list[Finding], fault: Fault) -> list[int]:
    return [one.index for one in found if one.fault is fault]


@given(first=st.integers(0, 4), length=st.integers(0, 8))
def test_the_right_sequence_has_nothing_wrong_with_it(first: int, length: int) -> None:
    assert misplaced(range(first, first + length), first, first + length) == []


@given(places=sequences, first=st.integers(0, 3), length=st.integers(0, 9))
@settings(max_examples=EXAMPLES)
def test_what_is_told_explains_the_whole_sequence(places: list[int], first: int, length: int) -> None:
    end = first + length
    found = misplaced(places, first, end)
    added = set(told(found, Fault.ADDED))
    kept = [place for position, place in enumerate(places, first) if position not in added]
    cut = [place for start in told(found, Fault.TRUNCATED) for place in range(start, end)]
    assert sorted([*kept, *told(found, Fault.DROPPED), *cut]) == list(range(first, end))
    assert set(told(found, Fault.REORDERED)) == {a for a, b in zip(kept, sorted(kept), strict=True) if a != b}


@given(places=sequences, first=st.integers(0, 3), length=st.integers(0, 9))
@settings(max_examples=EXAMPLES)
def test_verify_py_finds_a_sequence_wrong_when_we_do(places: list[int], first: int, length: int) -> None:
    end = first + length
    theirs = {line.split(":")[0] for line in faults_of_order(places, first, end)}
    assert theirs == {str(one.fault) for one in misplaced(places, first, end)}


@given(places=st.lists(st.integers(0, SIZE - 1), max_size=SIZE + 2))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_sequence_of_its_events_passes_for_the_log(
    a_log: Callable[..., Any], verifier: Verifier, places: list[int]
) -> None:
    log = a_log(SIZE)
    log.rows = [log.rows[place]._replace(place=at) for at, place in enumerate(places)]
    assert verify(log, verifier).ok == (places == list(range(SIZE)))


@given(index=st.integers(0, SIZE - 1), at=st.integers(0, 2**16), bit=st.integers(0, 7))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bit_of_any_leaf_can_be_changed(
    a_log: Callable[..., Any], verifier: Verifier, index: int, at: int, bit: int
) -> None:
    log = a_log(SIZE)
    body = bytearray(log.rows[index].leaf)
    body[at % len(body)] ^= 1 << bit
    log.rows[index] = log.rows[index]._replace(leaf=bytes(body))
    assert not verify(log, verifier).ok
