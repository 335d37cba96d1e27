"""The tiles of a log: whole after each group, made up for a log of an earlier version, and missed where they lack."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.audit.event import Event, EventType, new_id
from gateway.audit.merkle import inclusion_proof, root_of
from gateway.audit.tiles import Tile
from gateway.errors import NotFound, StoreUnavailable
from gateway.recorder.ledger import Ledger
from gateway.recorder.signing import Signing
from gateway.stores import audit_log
from gateway.stores.audit_log import tiles
from gateway.stores.audit_log.log import Log
from gateway.stores.audit_log.stream import Stream

Kept = Any  # the class is in conftest, where no test imports from
GROUPS = (255, 1, 300, 256)


def groups(kept: Kept, log: Log, *sizes: int) -> None:
    ledger = Ledger(log, Signing(kept.home, kept.keys), lambda: 1_795_510_800_000, secrets.token_bytes)
    for size in sizes:
        events = [Event(new_id(0, os.urandom(10)), EventType.SESSION_START, {"n": n}) for n in range(size)]
        ledger.take([(event, None) for event in events])
    log.close()


@pytest.fixture
def stream(kept: Kept, a_log: Callable[[], Log]) -> Iterator[Stream]:
    groups(kept, a_log(), *GROUPS)
    connection = kept.opened()
    yield Stream(connection)
    connection.close()


def leaf_hashes(stream: Stream) -> list[bytes]:
    return [row.hash for row in stream.entries()]


def held(stream: Stream) -> list[bytes]:
    return tiles.hashes(stream.connection, Tile(1, 0, 3))


def test_each_group_puts_down_the_tiles_that_it_completes(stream: Stream) -> None:
    every = leaf_hashes(stream)
    assert len(every) == sum(GROUPS)
    assert held(stream) == [root_of(every[at : at + 256]) for at in (0, 256, 512)]
    assert stream.tree(812).inclusion_proof(700) == inclusion_proof(700, 812, every)


@pytest.mark.parametrize("left", ["DELETE FROM tile", "UPDATE tile SET hashes = substr(hashes, 1, 32)"])
def test_a_log_that_lacks_tiles_gets_them_when_it_is_migrated_or_started(
    kept: Kept, a_log: Callable[[], Log], stream: Stream, left: str
) -> None:
    right = held(stream)
    stream.connection.execute(left)
    audit_log.migrate(kept.vault, kept.home)
    assert held(stream) == right
    stream.connection.execute(left)
    groups(kept, a_log(), 1)
    assert held(stream) == right


def test_a_tile_that_is_not_whole_proves_nothing(stream: Stream) -> None:
    stream.connection.execute("DELETE FROM tile")
    stream.connection.execute("DELETE FROM event WHERE idx = 700")
    for tile in (Tile(1, 0, 3), Tile(0, 2)):
        with pytest.raises(StoreUnavailable, match="lacks hashes"):
            tiles.hashes(stream.connection, tile)
    with pytest.raises(StoreUnavailable, match="lacks events"):
        stream.bundle(Tile(0, 2, entries=True))


def test_a_bundle_has_the_leaves_and_none_where_a_body_was_pruned(stream: Stream) -> None:
    asked = Tile(0, 3, 44, entries=True)
    assert stream.bundle(asked) == [row.leaf for row in stream.entries(768, 812)]
    stream.connection.execute("UPDATE event SET leaf = '{}' WHERE idx = 800")
    with pytest.raises(NotFound, match="pruned"):
        stream.bundle(asked)


def test_a_damaged_log_is_told(stream: Stream) -> None:
    stream.connection.execute("DROP TABLE tile")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        tiles.catch_up(stream.connection)
