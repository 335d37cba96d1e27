"""C2SP tlog-tiles: the tree cut into tiles of up to 256 hashes, each at an address of its own. https://c2sp.org/tlog-tiles

A full tile never changes; whoever has tiles can make every proof of RFC 6962 without reading the leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.audit.merkle import EMPTY, Frontier, Range, consistency_ranges, inclusion_ranges, node_hash, root_of

WIDTH = 256
HASH_BYTES = 32
HIGHEST = 63
_LENGTH_BYTES = 2
_PATH = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])((?:/x[0-9]{3})*/[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
Read = Callable[["Tile"], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of hashes, or of entries. level: 0 for leaf hashes; index: from the left; width: 1 to 256."""

    level: int
    index: int
    width: int = WIDTH
    entries: bool = False

    @property
    def first(self) -> int:
        """The first of its places on its level."""
        return self.index * WIDTH

    @property
    def span(self) -> Range:
        """The leaves below it, the last one excluded."""
        leaves = leaves_of(self.level)
        return self.first * leaves, (self.first + self.width) * leaves


def leaves_of(level: int) -> int:
    """How many leaves one hash of a level stands for."""
    return 1 << (8 * level)


def parse(path: str) -> Tile:
    """The tile at a path below `tile/`. Raises ValueError for a path that names none."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise ValueError("this is no path of a tile")
    level, places, width = found.groups()
    groups = [int(part.removeprefix("x")) for part in places.strip("/").split("/")]
    index = sum(group * 1000**power for power, group in enumerate(reversed(groups)))
    if (len(groups) > 1 and groups[0] == 0) or int(width or 1) >= WIDTH:
        raise ValueError("this is no path of a tile")
    entries = level == "entries"
    return Tile(0 if entries else int(level), index, int(width) if width else WIDTH, entries)


def path_of(tile: Tile) -> str:
    """Its path below `tile/`."""
    index, groups = tile.index // 1000, [f"{tile.index % 1000:03d}"]
    while index:
        groups.insert(0, f"x{index % 1000:03d}")
        index //= 1000
    partial = f".p/{tile.width}" if tile.width < WIDTH else ""
    return f"{'entries' if tile.entries else tile.level}/{'/'.join(groups)}{partial}"


def is_in(tile: Tile, size: int) -> bool:
    """Whether a tree of `size` leaves has it, at that width or wider."""
    return tile.first + tile.width <= size // leaves_of(tile.level)


def completed(old: int, size: int) -> Iterator[Tile]:
    """The full tiles that a tree gains when it grows from `old` to `size` leaves, lower levels first."""
    level = 0
    while size >= (below := leaves_of(level + 1)):
        for index in range(old // below, size // below):
            yield Tile(level, index)
        level += 1


def bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def split(body: bytes) -> list[bytes]:
    """The hashes of a tile's bytes."""
    return [body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES)]


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of `size` leaves that is read tile by tile; read(tile) gives the tile's hashes."""

    size: int
    read: Read

    def root(self) -> bytes:
        """Its root."""
        return self._hash((0, self.size)) if self.size else EMPTY

    def frontier(self) -> Frontier:
        """The roots of its complete subtrees, from which it grows."""
        hashes, start = [], 0
        for power in reversed(range(self.size.bit_length())):
            if self.size >> power & 1:
                hashes.append(self._whole(start, 1 << power))
                start += 1 << power
        return Frontier(self.size, hashes)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The path of leaf `index` (RFC 6962, 2.1.1). Raises ValueError where there is no such leaf."""
        return [self._hash(span) for span in inclusion_ranges(index, self.size)]

    def consistency_proof(self, old: int) -> list[bytes]:
        """What shows that this tree begins with the one of `old` leaves (RFC 6962, 2.1.2)."""
        return [self._hash(span) for span in consistency_ranges(old, self.size)]

    def _hash(self, span: Range) -> bytes:
        """The root of a range that a proof asks for: one hash of a tile where it is whole, else of its two halves."""
        start, end = span
        length = end - start
        if length & (length - 1) == 0 and start % length == 0:
            return self._whole(start, length)
        middle = start + (1 << ((length - 1).bit_length() - 1))
        return node_hash(self._hash((start, middle)), self._hash((middle, end)))

    def _whole(self, start: int, length: int) -> bytes:
        """The root of 2^k leaves from a multiple of 2^k on: so many hashes side by side in one tile."""
        level = (length.bit_length() - 1) // 8
        place, many = start // leaves_of(level), length // leaves_of(level)
        index, at = divmod(place, WIDTH)
        width = min(WIDTH, self.size // leaves_of(level) - index * WIDTH)
        return root_of(self.read(Tile(level, index, width))[at : at + many])
