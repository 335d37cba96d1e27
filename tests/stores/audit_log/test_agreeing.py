"""Blocks of the log that agree are told with their hashes; what was tampered with is left to be looked at closely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.audit.note import Verifier
from gateway.audit.verify import verify
from gateway.recorder.signing import Signing
from gateway.stores.audit_log import agreeing
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Connection

Kept = Any  # the class is in conftest, where no test imports from
ONE, OTHER = "9990000018", "9990000026"


@pytest.fixture
def log(kept: Kept) -> Iterator[Connection]:
    """Six events: two about one person, two about a list of two, two about nobody."""
    kept.written(2, ONE)
    kept.written(2, ONE, OTHER)
    kept.written(2)
    connection = kept.opened()
    yield connection
    connection.close()


def told(log: Connection) -> list[tuple[int, int]]:
    return [(first, len(hashes)) for first, hashes in agreeing.agreeing(log)]


def test_a_sound_log_agrees_from_one_end_to_the_other(log: Connection) -> None:
    ((first, hashes),) = agreeing.agreeing(log)
    assert (first, hashes) == (0, [row.hash for row in Stream(log).entries()])


def test_a_log_that_holds_nothing_has_nothing_to_tell(kept: Kept) -> None:
    connection = kept.opened()
    assert told(connection) == []
    connection.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET leaf = replace(leaf, '\"n\":1', '\"n\":2') WHERE idx = 1",
        "UPDATE event SET leaf = 'no json' WHERE idx = 1",
        "UPDATE event SET leaf = leaf || char(10) WHERE idx = 1",
        "UPDATE event SET leaf = '{}' WHERE idx = 1",
        "UPDATE event SET hash = zeroblob(32) WHERE idx = 1",
        "UPDATE event SET user = 'somebody' WHERE idx = 1",
        "UPDATE event SET rows = 1 WHERE idx = 1",
        "UPDATE event SET day = '2001-01-01' WHERE idx = 1",
        "UPDATE event SET day = 'x,y' WHERE idx = 1",
        "UPDATE event SET at = 'never' WHERE idx = 1",
        "UPDATE event SET day = '' WHERE idx = 1",
        "DELETE FROM event WHERE idx = 1",
        "UPDATE event SET subjects_at = NULL WHERE idx = 1",
        "UPDATE event SET subjects_at = 4 WHERE idx = 1",
        "UPDATE event SET subjects_at = 5 WHERE idx = 5",
        "UPDATE event_subject SET token = 'x' WHERE idx = 1",
        "INSERT INTO event_subject VALUES (1, 'stray')",
        "INSERT INTO event_subject VALUES (4, 'stray')",
        "INSERT INTO event_subject VALUES (4, char(30) || 'stray')",
        "DELETE FROM event_subject WHERE idx = 1",
    ],
)
def test_what_was_tampered_with_does_not_agree_and_is_named(log: Connection, kept: Kept, tampering: str) -> None:
    before = told(log)
    log.execute(tampering)
    verifier = Verifier.parse(Signing(kept.home, kept.keys).key())
    report = verify(Stream(log), verifier)
    assert before == [(0, 6)]
    if "subjects_at = 5" not in tampering:  # nobody is nobody, wherever they stand
        assert told(log) == []
        assert not report.ok


def test_blocks_are_told_one_by_one_and_only_the_one_with_a_fault_is_left_out(log: Connection, kept: Kept) -> None:
    kept.written(agreeing.BLOCK, ONE, OTHER)
    assert told(log) == [(0, agreeing.BLOCK), (agreeing.BLOCK, 6)]
    log.execute("UPDATE event SET channel = 'web' WHERE idx = 1000")
    assert told(log) == [(agreeing.BLOCK, 6)]
    report = verify(Stream(log), Verifier.parse(Signing(kept.home, kept.keys).key()))
    assert [(str(one.fault), one.index) for one in report.findings] == [("changed", 1000)]
    log.execute("UPDATE event SET channel = '' WHERE idx = 1000")
    log.execute("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1")
    report = verify(Stream(log), Verifier.parse(Signing(kept.home, kept.keys).key()))
    assert [one.detail for one in report.findings] == ["the tile 1/000 of hashes is not what the events give"]


def test_lists_are_forgotten_when_there_are_too_many(log: Connection) -> None:
    many = {str(number): "" for number in range(-agreeing.REMEMBERED - 1, 0)}
    block = agreeing.read(log, 0, 6, many)
    assert block is not None
    assert len(many) < agreeing.REMEMBERED
