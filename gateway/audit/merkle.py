"""The Merkle tree of RFC 6962: leaves and nodes hashed apart, grown one leaf at a time, proved in one pass.

A root tells whether a leaf is in the tree (inclusion), and whether a later tree keeps all of it (consistency).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Range = tuple[int, int]


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 6962, 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two hashes below (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The least that lets a tree grow: the roots of its complete subtrees, largest first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raises ValueError when there are not as many hashes as `size` has ones in binary."""
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError("a frontier has one hash for each one-bit of its size")

    def add(self, hashed: bytes) -> None:
        """Grow by one leaf hash."""
        size, hashes = self.size, self.hashes
        while size & 1:
            hashed = sha256(b"\x01" + hashes.pop() + hashed).digest()
            size >>= 1
        hashes.append(hashed)
        self.size += 1

    def graft(self, root: bytes, power: int) -> None:
        """Grow by 2^power leaves, of which `root` is the root; so many times that many are there already."""
        hashes, size = self.hashes, self.size >> power
        while size & 1:
            root = node_hash(hashes.pop(), root)
            size >>= 1
        hashes.append(root)
        self.size += 1 << power

    def root(self) -> bytes:
        """The tree's root."""
        if not self.hashes:
            return EMPTY
        *rest, root = self.hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        """One that grows apart from this."""
        return Frontier(self.size, self.hashes)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for hashed in hashes:
        frontier.add(hashed)
    return frontier.root()


def inclusion_proof(index: int, size: int, hashes: Iterable[bytes]) -> list[bytes]:
    """The path of leaf `index` in the tree of the first `size` leaf hashes (RFC 6962, 2.1.1)."""
    return _roots(inclusion_ranges(index, size), hashes)


def consistency_proof(old: int, size: int, hashes: Iterable[bytes]) -> list[bytes]:
    """What shows that the tree of `size` leaves begins with the one of `old` (RFC 6962, 2.1.2)."""
    return _roots(consistency_ranges(old, size), hashes)


def growth_proof(old: Frontier, hashes: Sequence[bytes]) -> list[bytes]:
    """The same for a tree that has just grown: by these leaf hashes, from that frontier, with nothing else to read."""
    known, start = {}, 0
    for hashed, power in zip(old.hashes, _powers(old.size), strict=True):
        known[start, start + power] = hashed
        start += power
    ranges = consistency_ranges(old.size, old.size + len(hashes))
    return [known.get(span) or root_of(hashes[span[0] - old.size : span[1] - old.size]) for span in ranges]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots are the path of leaf `index`, lowest first. Raises ValueError for no leaf."""
    return _path(index, (0, size))


def consistency_ranges(old: int, size: int) -> list[Range]:
    """The ranges of leaves whose roots show that a tree of `size` begins with the one of `old`, in the RFC's order."""
    return _subproof(old, (0, size), whole=True) if 0 < old < size else []


def root_from_inclusion(index: int, size: int, hashed: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a path leads to. Raises ValueError for a path of the wrong length."""
    ranges = _path(index, (0, size))
    if len(ranges) != len(proof):
        raise ValueError("the path has the wrong length")
    for (start, _end), sibling in zip(ranges, proof, strict=True):
        hashed = node_hash(sibling, hashed) if start < index else node_hash(hashed, sibling)
    return hashed


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `size` leaves extends the one of `old` leaves."""
    if old in {0, size}:
        return not proof and old_root == (EMPTY if old == 0 else root)
    ranges = _subproof(old, (0, size), whole=True) if old < size else []
    known = dict(zip(ranges, proof, strict=False))
    if old > size or len(ranges) != len(proof):
        return False
    if old & (old - 1) == 0:
        known[0, old] = old_root
    return _assemble((0, old), known) == old_root and _assemble((0, size), known) == root


def _powers(size: int) -> list[int]:
    """The sizes of its complete subtrees, largest first."""
    return [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]


def _split(span: Range) -> int:
    return span[0] + (1 << ((span[1] - span[0] - 1).bit_length() - 1))


def _path(index: int, span: Range) -> list[Range]:
    if not span[0] <= index < span[1]:
        raise ValueError("no such leaf in a tree of that size")
    siblings: list[Range] = []
    while span[1] - span[0] > 1:
        middle = _split(span)
        below, beside = ((span[0], middle), (middle, span[1]))
        if index >= middle:
            below, beside = beside, below
        siblings.append(beside)
        span = below
    return siblings[::-1]


def _subproof(old: int, span: Range, *, whole: bool) -> list[Range]:
    if old == span[1]:
        return [] if whole else [span]
    middle = _split(span)
    if old <= middle:
        return [*_subproof(old, (span[0], middle), whole=whole), (middle, span[1])]
    return [*_subproof(old, (middle, span[1]), whole=False), (span[0], middle)]


def _assemble(span: Range, known: dict[Range, bytes]) -> bytes:
    if span in known:
        return known[span]
    middle = _split(span)
    return node_hash(_assemble((span[0], middle), known), _assemble((middle, span[1]), known))


def _roots(ranges: Sequence[Range], hashes: Iterable[bytes]) -> list[bytes]:
    """The root of each range, in the order asked, reading the leaf hashes once and keeping none."""
    roots: dict[Range, bytes] = {}
    stream: Iterator[tuple[int, bytes]] = enumerate(hashes)
    for start, end in sorted(ranges):
        frontier = Frontier()
        for index, hashed in stream:
            if index >= start:
                frontier.add(hashed)
            if index == end - 1:
                break
        if frontier.size != end - start:
            raise ValueError("the tree has fewer leaves than that")
        roots[start, end] = frontier.root()
    return [roots[span] for span in ranges]
