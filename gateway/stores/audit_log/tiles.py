"""The tree's hashes, tile by tile: level 0 from the events themselves, every level above from the table `tile`.

Whatever completes a tile puts that tile's hash on the level above, in the same transaction: a proof at any size reads
a few tiles, never the whole log.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlcipher3 import dbapi2

from gateway.audit.leaf import PRUNED
from gateway.audit.merkle import root_of
from gateway.audit.tiles import HASH_BYTES, WIDTH, Tile, completed, split
from gateway.errors import NotFound, StoreUnavailable
from gateway.stores.vault import Connection, writing

EVENTS = "SELECT hash FROM event WHERE idx >= ? AND idx < ? ORDER BY idx"
LEAVES = "SELECT leaf FROM event WHERE idx >= ? AND idx < ? ORDER BY idx"
TILE = "SELECT hashes FROM tile WHERE level = ? AND idx = ?"
TILES = "SELECT level, idx, hashes FROM tile"
SET_TILE = "INSERT OR REPLACE INTO tile (level, idx, hashes) VALUES (?, ?, ?)"
LAST = "SELECT idx, length(hashes) FROM tile WHERE level = 1 ORDER BY idx DESC LIMIT 1"
SIZE = "SELECT coalesce(max(size), 0) FROM head"
ROTATIONS = "SELECT idx, leaf FROM event WHERE type = 'key.rotated' ORDER BY idx"


def hashes(connection: Connection, tile: Tile) -> list[bytes]:
    """The hashes of a tile, as wide as asked. Raises StoreUnavailable where the log lacks some of them."""
    found = _found(connection, tile)
    if len(found) < tile.width:
        raise StoreUnavailable("the audit log lacks hashes of its tree: run 'gateway audit verify'")
    return found[: tile.width]


def kept(connection: Connection) -> Iterator[tuple[int, int, bytes]]:
    """Level, index and hashes of every tile that is kept."""
    yield from connection.execute(TILES)


def entries(connection: Connection, tile: Tile) -> list[bytes]:
    """The leaves of a tile of entries. Raises NotFound where some were pruned, StoreUnavailable where some lack."""
    found = [leaf.encode() for (leaf,) in connection.execute(LEAVES, (tile.first, tile.first + tile.width))]
    if PRUNED in found:
        raise NotFound("events of this tile were pruned at the end of their retention")
    if len(found) < tile.width:
        raise StoreUnavailable("the audit log lacks events: run 'gateway audit verify'")
    return found


def rotations(connection: Connection) -> list[tuple[int, bytes]]:
    """Index and leaf of what tells of a new key of the log, in order; it names nobody and is never pruned."""
    return [(index, leaf.encode()) for index, leaf in connection.execute(ROTATIONS)]


def grow(connection: Connection, old: int, size: int) -> None:
    """Put down what the tree gained from `old` to `size` leaves; the events are written already."""
    for tile in completed(old, size):
        index, place = divmod(tile.index, WIDTH)
        above = Tile(tile.level + 1, index)
        before = b"".join(_found(connection, above)[:place])
        connection.execute(SET_TILE, (above.level, index, before + root_of(_found(connection, tile))))


def catch_up(connection: Connection) -> None:
    """Give a log of an earlier version the tiles that it has not. Raises StoreUnavailable."""
    try:
        size = connection.execute(SIZE).fetchone()[0]
        index, length = connection.execute(LAST).fetchone() or (0, 0)
        old = (index * WIDTH + length // HASH_BYTES) * WIDTH
        if size - old >= WIDTH:
            with writing(connection):
                grow(connection, old, size)
    except dbapi2.DatabaseError as error:
        raise StoreUnavailable(f"the audit log cannot be read: {error}") from error


def _found(connection: Connection, tile: Tile) -> list[bytes]:
    if tile.level == 0:
        return [hashed for (hashed,) in connection.execute(EVENTS, (tile.first, tile.first + tile.width))]
    row = connection.execute(TILE, (tile.level, tile.index)).fetchone()
    return split(row[0]) if row else []
