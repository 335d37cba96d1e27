"""The Merkle tree of RFC 6962 once more, with the standard library alone: a part of an export's verify.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from gateway.recorder.outside.curve import Wrong

NOTHING = sha256(b"").digest()


class Tree:
    """The right edge of a Merkle tree (RFC 6962)."""

    def __init__(self, size: int, hashes: Sequence[str]) -> None:
        self.size, self.hashes = size, [bytes.fromhex(text) for text in hashes]
        if len(self.hashes) != size.bit_count():
            raise Wrong("frontier.json has not as many hashes as its size needs")

    def add(self, hashed: bytes) -> None:
        """Grow by one leaf hash."""
        size = self.size
        while size & 1:
            hashed, size = sha256(b"\x01" + self.hashes.pop() + hashed).digest(), size >> 1
        self.hashes.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root now."""
        rest = list(self.hashes) or [NOTHING]
        root = rest.pop()
        while rest:
            root = sha256(b"\x01" + rest.pop() + root).digest()
        return root


def consistent(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Whether the tree of `size` leaves begins with the one of `old` (RFC 9162, 2.1.4.2), 0 < old <= size."""
    if old == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = sha256(b"\x01" + part + first).digest(), sha256(b"\x01" + part + second).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = sha256(b"\x01" + second + part).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == root


def included(index: int, size: int, hashed: bytes, path: list[bytes], root: bytes) -> bool:
    """Whether the leaf `index` of the tree of `size` leaves is this one (RFC 9162, 2.1.3.2)."""
    node, last = index, size - 1
    for part in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            hashed = sha256(b"\x01" + part + hashed).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            hashed = sha256(b"\x01" + hashed + part).digest()
        node, last = node >> 1, last >> 1
    return 0 <= index < size and last == 0 and hashed == root


def faults_of_order(places: Sequence[int], first: int, end: int) -> Iterator[str]:
    """What is wrong where leaves' own places are not `first` up to and without `end`."""
    if len(places) == end - first and all(place == at for at, place in enumerate(places, first)):
        return
    kept: dict[int, None] = {}
    for at, place in enumerate(places, first):
        if place in kept or not first <= place < end:
            yield f"added: event {place}, at place {at}"
        else:
            kept[place] = None
    last = max(kept, default=first - 1)
    yield from (f"dropped: event {at}" for at in range(first, last) if at not in kept)
    if last + 1 < end:
        yield f"truncated: the events from {last + 1} up to {end} are missing"
    yield from (
        f"reordered: event {a} stands where {b} belongs" for a, b in zip(kept, sorted(kept), strict=True) if a != b
    )
