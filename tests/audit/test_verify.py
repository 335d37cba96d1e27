"""A log is as it was signed, or each thing that is wrong with it has its name and its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.audit.faults import Fault
from gateway.audit.merkle import leaf_hash
from gateway.audit.note import Signer, Verifier
from gateway.audit.verify import Report, verify
from tests.oracles import plain_merkle as rfc

SIZE = 12
Log = Any  # the class is in conftest, where no test imports from
Build = Callable[..., Log]


def found(report: Report) -> list[tuple[str, int]]:
    return [(str(one.fault), one.index) for one in report.findings]


@pytest.mark.parametrize("size", [1, 2, 7, 12])
def test_a_good_log_verifies_down_to_its_root(a_log: Build, verifier: Verifier, size: int) -> None:
    log = a_log(size, kept=[1, size])
    report = verify(log, verifier, [log.note(size // 2)])
    assert report.ok
    assert (report.size, report.checkpoints) == (size, 4)
    assert report.root == rfc.mth([row.leaf for row in log.rows])


def test_a_log_that_holds_nothing_yet_verifies(a_log: Build, verifier: Verifier) -> None:
    log = a_log(0)
    log.top = (0, "")
    assert verify(log, verifier).ok
    assert verify(log, verifier, [log.note(0)]).ok


def test_a_leaf_that_was_changed_is_named(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    row = log.rows[4]
    log.rows[4] = row._replace(leaf=row.leaf.replace(b'"n":4', b'"n":5'))
    assert found(verify(log, verifier)) == [("changed", 4)]


def test_a_leaf_that_was_changed_with_its_hash_is_found_by_the_root(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE, kept=[3, 9])
    log.replace(4, n=99)
    report = verify(log, verifier)
    assert found(report) == [("changed", 3)]
    assert "from 3 up to 9" in report.findings[0].detail


def test_a_leaf_that_cannot_be_read_is_changed(a_log: Build, verifier: Verifier) -> None:
    for body in (b"no json", b"[]", b'{"index":4}', b'{"index":"4","subjects":{"hash":""}}', b'{"index":-1}'):
        log = a_log(SIZE)
        log.rows[4] = log.rows[4]._replace(leaf=body)
        assert ("changed", 4) in found(verify(log, verifier))


def test_what_stands_beside_a_leaf_is_compared_with_it(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    row = log.rows[4]
    log.rows[4] = row._replace(columns=(*row.columns[:-1], "web"))
    report = verify(log, verifier)
    assert found(report) == [("changed", 4)]
    assert "searched by" in report.findings[0].detail


@pytest.mark.parametrize("about", [[], [(4, "two")], [(4, "one"), (4, "two")]])
def test_subjects_that_are_not_those_of_the_leaf_are_named(
    a_log: Build, verifier: Verifier, about: list[tuple[int, str]]
) -> None:
    log = a_log(SIZE)
    log.about = sorted([*(one for one in log.about if one[0] != 4), *about])
    report = verify(log, verifier)
    assert found(report) == [("changed", 4)]
    assert "subjects" in report.findings[0].detail


@pytest.mark.parametrize("index", [-1, SIZE])
def test_subjects_without_their_event_are_added(a_log: Build, verifier: Verifier, index: int) -> None:
    log = a_log(SIZE)
    log.about = sorted([*log.about, (index, "one")])
    assert found(verify(log, verifier)) == [("added", index)]


def test_an_event_that_was_dropped_is_named_and_its_subjects_stand_alone(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    del log.rows[4]
    report = verify(log, verifier)
    assert found(report) == [("dropped", 4), ("added", 4)]


def test_the_first_and_several_events_that_were_dropped_are_named(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    log.rows = [row for row in log.rows if row.place not in {0, 6, 9}]
    assert found(verify(log, verifier))[:3] == [("dropped", 0), ("dropped", 6), ("dropped", 9)]


def test_events_that_changed_places_are_named(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    a, b = log.rows[3], log.rows[6]
    log.rows[3], log.rows[6] = b._replace(place=3), a._replace(place=6)
    assert found(verify(log, verifier)) == [("reordered", 6), ("reordered", 3)]


def test_events_behind_the_signed_head_are_added(a_log: Build, verifier: Verifier) -> None:
    log, longer = a_log(SIZE), a_log(SIZE + 2)
    log.rows, log.about = longer.rows, longer.about
    assert found(verify(log, verifier)) == [("added", SIZE), ("added", SIZE + 1)]


def test_an_event_that_stands_there_twice_is_added(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    log.rows.insert(5, log.rows[4]._replace(place=5))
    assert ("added", 5) in found(verify(log, verifier))


def test_events_cut_off_at_the_end_are_named(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    log.rows, log.about = log.rows[:8], [one for one in log.about if one[0] < 8]
    assert found(verify(log, verifier)) == [("truncated", 8)]


def test_a_log_set_back_to_an_earlier_signed_head_is_told_by_a_checkpoint_kept_outside(
    a_log: Build, verifier: Verifier
) -> None:
    log = a_log(SIZE)
    seen = log.top[1]
    log.rows, log.about = log.rows[:8], [one for one in log.about if one[0] < 8]
    log.sign()
    assert verify(log, verifier).ok
    assert found(verify(log, verifier, [seen])) == [("truncated", 8)]


def test_a_log_without_its_head_is_not_taken_for_an_empty_one(a_log: Build, verifier: Verifier) -> None:
    log = a_log(2)
    log.top = (0, "")
    assert found(verify(log, verifier)) == [("added", 0), ("added", 1)]


@pytest.mark.parametrize("at", [5, SIZE])
def test_a_log_forked_by_somebody_with_its_key_is_told_by_a_checkpoint_kept_outside(
    a_log: Build, verifier: Verifier, at: int
) -> None:
    log = a_log(SIZE)
    seen = log.note(at)
    log.replace(4, n=99)
    log.sign()
    assert verify(log, verifier).ok
    assert {fault for fault, _ in found(verify(log, verifier, [seen]))} == {Fault.FORKED}


def test_a_log_signed_again_with_another_key_is_told_by_a_checkpoint_kept_outside(
    a_log: Build, outsider: Signer
) -> None:
    log = a_log(SIZE)
    seen = log.top[1]
    log.sign(by=outsider)
    assert verify(log, outsider.verifier()).ok
    report = verify(log, outsider.verifier(), [seen])
    assert found(report) == [("re-signed", 0)]
    assert "not signed by the key" in report.findings[0].detail


def test_a_log_signed_again_is_told_by_the_key_that_was_published(
    a_log: Build, verifier: Verifier, outsider: Signer
) -> None:
    log = a_log(SIZE)
    log.sign(by=outsider)
    assert found(verify(log, verifier)) == [("changed", 0)]


def test_a_kept_checkpoint_that_was_altered_is_told(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE, kept=[6])
    log.kept = [(6, log.kept[0][1].replace("\n6\n", "\n5\n"))]
    assert found(verify(log, verifier)) == [("changed", 0)]


def test_a_hash_beside_a_leaf_that_was_changed_is_named(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    log.rows[4] = log.rows[4]._replace(hash=leaf_hash(b"another"))
    assert found(verify(log, verifier)) == [("changed", 4)]


def test_what_a_leaf_says_of_itself_is_what_was_built(a_log: Build) -> None:
    told = a_log(SIZE).leaf_of(4)
    assert (told["index"], told["n"], told["subjects"]["n"]) == (4, 4, 1)
    assert json.dumps(told["type"]) == '"access.permitted"'


def test_a_run_that_a_store_found_agreeing_is_looked_at_by_its_hashes_alone(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE, kept=[3, 9])
    log.alike = [(2, [row.hash for row in log.rows[2:8]])]
    log.rows[4] = log.rows[4]._replace(leaf=b"never looked at")
    assert verify(log, verifier).ok
    log.rows[9] = log.rows[9]._replace(hash=leaf_hash(b"another"))
    assert found(verify(log, verifier)) == [("changed", 9)]
    log.rows[9] = a_log(SIZE).rows[9]
    log.alike = [(2, [row.hash for row in [*log.rows[2:7], log.rows[2]]])]
    assert found(verify(log, verifier)) == [("changed", 3)]


def test_a_tile_that_was_altered_is_named_where_nothing_else_is_wrong(a_log: Build, verifier: Verifier) -> None:
    log = a_log(SIZE)
    log.kept_tiles = [(1, 0, bytes(32))]
    report = verify(log, verifier)
    assert found(report) == [("changed", 0)]
    assert report.findings[0].detail == "the tile 1/000 of hashes is not what the events give"
    log.replace(4, n=99)
    assert len(verify(log, verifier).findings) == 1
