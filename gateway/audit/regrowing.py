"""The tree made anew from leaf hashes, many at a time, to be compared with every root that was signed on the way.

It grows by whole tiles of 256 leaves, whose roots it keeps: they are what the stored tiles are to hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from gateway.audit.merkle import Frontier
from gateway.audit.tiles import HASH_BYTES, WIDTH, Tile

_POWER = 8  # a tile's root stands for 2^8 leaves
Stored = tuple[int, int, bytes]  # level, index and hashes of a tile


class Regrown:
    """A tree that grows; `met` is told the frontier at each size of `due`."""

    def __init__(self, due: Iterable[int], met: Callable[[Frontier], None]) -> None:
        """Nothing has grown."""
        self._due, self._met = sorted(due), met
        self._frontier, self._waiting = Frontier(), list[bytes]()
        self._roots: list[bytes] = []

    def add(self, hashes: Sequence[bytes]) -> None:
        """Grow by leaf hashes in order."""
        self._waiting += hashes
        whole = len(self._waiting) - len(self._waiting) % WIDTH
        for start in range(0, whole, WIDTH):
            self._add_tile(self._waiting[start : start + WIDTH])
        del self._waiting[:whole]

    def whole(self) -> Frontier:
        """The tree of all that it grew by."""
        self._add_singly(self._frontier, self._waiting)
        self._waiting = []
        return self._frontier

    def tiles(self) -> Iterator[Stored]:
        """What a store has of it, from level 1 up."""
        level, hashes = 1, self._roots
        while hashes:
            above = []
            for start in range(0, len(hashes), WIDTH):
                tile = hashes[start : start + WIDTH]
                yield level, start // WIDTH, b"".join(tile)
                if len(tile) == WIDTH:
                    above.append(_root(tile))
            level, hashes = level + 1, above

    def _add_tile(self, tile: Sequence[bytes]) -> None:
        size = self._frontier.size
        within = bisect_right(self._due, size + WIDTH - 1) - bisect_right(self._due, size)
        if within:  # a root was signed amid the tile
            last = self._due[bisect_right(self._due, size) + within - 1]
            self._add_singly(self._frontier.copy(), tile[: last - size])
        self._roots.append(_root(tile))
        self._frontier.graft(self._roots[-1], _POWER)
        self._tell(self._frontier)

    def _add_singly(self, frontier: Frontier, hashes: Iterable[bytes]) -> None:
        for hashed in hashes:
            frontier.add(hashed)
            self._tell(frontier)

    def _tell(self, frontier: Frontier) -> None:
        place = bisect_right(self._due, frontier.size) - 1
        if place >= 0 and self._due[place] == frontier.size:
            self._met(frontier)


def differing(stored: Iterable[Stored], rightful: Iterable[Stored]) -> Iterator[tuple[Tile, int]]:
    """Each tile that is not as it should be, is missing, or is too many, and the first leaf that it is wrong about."""
    held = {(level, index): hashes for level, index, hashes in stored}
    wanted = {(level, index): hashes for level, index, hashes in rightful}
    for level, index in sorted(held.keys() | wanted.keys()):
        ours, right = held.get((level, index), b""), wanted.get((level, index), b"")
        if ours != right:
            same = (
                at
                for at in range(0, len(right), HASH_BYTES)
                if ours[at : at + HASH_BYTES] != right[at : at + HASH_BYTES]
            )
            place = next(same, len(right)) // HASH_BYTES
            yield Tile(level, index), (index * WIDTH + place) * WIDTH**level


def _root(hashes: Sequence[bytes]) -> bytes:
    """The root of 2^k hashes, a level at a time."""
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]
