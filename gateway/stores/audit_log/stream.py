"""The log from one end to the other, in order and a few rows at a time: for verifying, exporting and proving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from gateway.audit.leaf import COLUMNS, PRUNED
from gateway.audit.tiles import Tile, Tree
from gateway.stores.audit_log import tiles
from gateway.stores.audit_log.agreeing import agreeing
from gateway.stores.audit_log.pruning import Bodies, bodies_before
from gateway.stores.vault import Connection

ENTRIES = f"SELECT idx, hash, leaf, {', '.join(COLUMNS)} FROM event WHERE idx >= ? AND idx < ? ORDER BY idx"
LINES = f"""
    SELECT CAST(group_concat(
        CASE leaf WHEN '{PRUNED.decode()}' THEN '{{"pruned":' || idx || ',"leaf_hash":"' || lower(hex(hash)) || '"}}'
        ELSE leaf END || char(10), ''
    ) AS BLOB), max(idx) FROM (SELECT idx, hash, leaf FROM event WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?)
"""
SUBJECTS = """
    SELECT event.idx, token FROM event JOIN event_subject ON event_subject.idx = event.subjects_at
    WHERE event.idx >= :first AND event.idx < :end
    UNION ALL
    SELECT idx, 'stray ' || token FROM event_subject AS stray WHERE idx >= :first AND idx < :end
    AND NOT EXISTS (SELECT 1 FROM event WHERE event.idx = stray.idx AND event.subjects_at = stray.idx)
    ORDER BY 1, 2
"""
SEALS = """
    SELECT token, sealed, erased FROM seal WHERE EXISTS (
        SELECT 1 FROM event_subject JOIN event ON event.subjects_at = event_subject.idx
        WHERE event_subject.token = seal.token AND event.idx >= :first AND event.idx < :end
    ) ORDER BY token
"""
HEAD = "SELECT size, note FROM head"
CHECKPOINTS = "SELECT size, note FROM checkpoint ORDER BY size"
CHECKPOINT_AT = "SELECT note FROM checkpoint WHERE size = ?"
DAMAGE = "PRAGMA cipher_integrity_check"
PIECE = 500  # events whose lines are read at once
_FAR = 2**62


class Stored(NamedTuple):
    """One row of `event`; columns: the values of `audit.leaf.COLUMNS`."""

    place: int
    hash: bytes
    leaf: bytes
    columns: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Reads the whole log through one connection."""

    connection: Connection

    def entries(self, first: int = 0, end: int = _FAR) -> Iterator[Stored]:
        """Rows of events from `first` up to and without `end`."""
        for index, hashed, leaf, *columns in self.connection.execute(ENTRIES, (first, end)):
            yield Stored(index, hashed, leaf.encode(), tuple(columns))

    def lines(self, first: int = 0, end: int = _FAR) -> Iterator[bytes]:
        """The leaves of events, byte for byte, one a line, some at a time; of a pruned one its place and its hash."""
        block, last = self.connection.execute(LINES, (first, end, PIECE)).fetchone()
        while block is not None:
            yield block
            block, last = self.connection.execute(LINES, (last + 1, end, PIECE)).fetchone()

    def agreeing(self) -> Iterator[tuple[int, list[bytes]]]:
        """The first event and the leaf hashes of each run whose leaves agree with all that stands beside them."""
        yield from agreeing(self.connection)

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Level, index and hashes of every tile that is kept."""
        yield from tiles.kept(self.connection)

    def subjects(self, first: int = 0, end: int = _FAR) -> Iterator[tuple[int, str]]:
        """Index and token of every subject, in order of both; as strays also those beside no event of theirs."""
        yield from self.connection.execute(SUBJECTS, {"first": first, "end": end})

    def seals(self, first: int = 0, end: int = _FAR) -> Iterator[tuple[str, bytes | None, str]]:
        """Token, sealed identifier, and when it was erased, of everybody whom these events concern, by token."""
        yield from self.connection.execute(SEALS, {"first": first, "end": end})

    def bodies_before(self, day: str, most: int) -> Bodies:
        """The first events whose bodies are there, at most so many, all before a day."""
        return bodies_before(self.connection, day, most)

    def tree(self, size: int) -> Tree:
        """The tree of the first `size` events, read tile by tile; what is read raises StoreUnavailable."""
        return Tree(size, partial(tiles.hashes, self.connection))

    def bundle(self, tile: Tile) -> list[bytes]:
        """The leaves of a tile of entries. Raises NotFound, StoreUnavailable."""
        return tiles.entries(self.connection, tile)

    def damage(self) -> list[str]:
        """What the cipher's own check finds on the disk: pages that were altered without the key."""
        return [str(row[0]) for row in self.connection.execute(DAMAGE)]

    def rotations(self) -> list[bytes]:
        """The leaf of each event that tells of a new key, in order."""
        return [leaf for _, leaf in tiles.rotations(self.connection)]

    def proven_rotations(self) -> list[tuple[bytes, list[bytes]]]:
        """The same, each with its path to the head."""
        tree = self.tree(self.head()[0])
        return [(leaf, tree.inclusion_proof(index)) for index, leaf in tiles.rotations(self.connection)]

    def head(self) -> tuple[int, str]:
        """Size and signed checkpoint of the head; 0 and '' in a log that holds nothing."""
        return self.connection.execute(HEAD).fetchone() or (0, "")

    def checkpoint_at(self, size: int) -> str:
        """The signed checkpoint that was kept at `size`, or ''."""
        row = self.connection.execute(CHECKPOINT_AT, (size,)).fetchone()
        return str(row[0]) if row else ""

    def checkpoints(self) -> list[tuple[int, str]]:
        """Size and note of every checkpoint kept."""
        return list(self.connection.execute(CHECKPOINTS))
