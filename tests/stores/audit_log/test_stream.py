"""The log as a stream: in order, as it is stored, and damage of the disk told."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.merkle import leaf_hash, root_of
from gateway.stores.audit_log.stream import Stream

Kept = Any  # the class is in conftest, where no test imports from


@pytest.fixture
def stream(kept: Kept) -> Any:
    kept.written(4, "9990000018")
    kept.written(2)
    connection = kept.opened()
    yield Stream(connection)
    connection.close()


def test_rows_come_in_order_and_within_the_range(stream: Stream) -> None:
    assert [row.place for row in stream.entries()] == [0, 1, 2, 3, 4, 5]
    assert [row.place for row in stream.entries(2, 4)] == [2, 3]
    assert [index for index, _ in stream.subjects(2, 9)] == [2, 3]
    for row in stream.entries():
        assert row.hash == leaf_hash(row.leaf)
    assert stream.tree(3).root() == root_of(row.hash for row in stream.entries(0, 3))


def test_tokens_that_stand_beside_no_event_are_told_too(stream: Stream) -> None:
    stream.connection.execute("INSERT INTO event_subject VALUES (5, 'astray'), (77, 'lost')")
    told = list(stream.subjects())
    assert told[-2:] == [(5, "stray astray"), (77, "stray lost")]
    assert [index for index, _ in told] == [0, 1, 2, 3, 5, 77]


def test_head_and_checkpoints_are_told_as_they_were_signed(stream: Stream) -> None:
    size, note = stream.head()
    assert (size, note.splitlines()[1]) == (6, "6")
    assert stream.checkpoints() == [(1, stream.checkpoint_at(1))]
    assert stream.checkpoint_at(2) == ""


def test_a_log_that_holds_nothing_has_no_head(kept: Kept) -> None:
    connection = kept.opened()
    assert Stream(connection).head() == (0, "")
    assert list(Stream(connection).entries()) == list(Stream(connection).subjects()) == []
    connection.close()


def test_damage_of_the_disk_is_told_by_its_page(kept: Kept) -> None:
    kept.written(50)
    connection = kept.opened()
    assert Stream(connection).damage() == []
    connection.close()
    content = bytearray(kept.file.read_bytes())
    content[-100] ^= 1
    kept.file.write_bytes(content)
    connection = kept.opened()
    assert len(Stream(connection).damage()) == 1
    connection.close()
