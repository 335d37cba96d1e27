"""A tree grown many leaves at a time is the one that grows leaf by leaf, and its tiles are those of its leaves."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.merkle import Frontier, root_of
from gateway.audit.regrowing import Regrown, differing
from gateway.audit.tiles import Tile

LEAVES = [sha256(str(number).encode()).digest() for number in range(66_000)]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 700), max_size=4), st.sets(st.integers(1, 1500), max_size=6))
def test_it_meets_every_root_on_the_way_however_the_leaves_come(pieces: list[int], due: set[int]) -> None:
    met: dict[int, bytes] = {}

    def meet(frontier: Frontier) -> None:
        met[frontier.size] = frontier.root()

    tree, size = Regrown(due, meet), 0
    for piece in pieces:
        tree.add(LEAVES[size : size + piece])
        size += piece
    assert tree.whole().root() == root_of(LEAVES[:size])
    assert met == {one: root_of(LEAVES[:one]) for one in due if one <= size}


def test_its_tiles_are_those_of_each_level() -> None:
    tree = Regrown([], lambda _frontier: None)
    tree.add(LEAVES)
    told = {(level, index): hashes for level, index, hashes in tree.tiles()}
    assert sorted(told) == [(1, 0), (1, 1), (2, 0)]
    assert told[1, 1] == root_of(LEAVES[65_536:65_792])
    assert told[2, 0] == root_of(LEAVES[:65_536])


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ([(1, 0, b"a" * 32 + b"b" * 32)], []),
        ([(1, 0, b"a" * 32 + b"c" * 32)], [(Tile(1, 0), 256)]),
        ([(1, 0, b"a" * 32)], [(Tile(1, 0), 256)]),
        ([(1, 0, b"a" * 32 + b"b" * 32 + b"c" * 32)], [(Tile(1, 0), 512)]),
        ([], [(Tile(1, 0), 0)]),
        ([(1, 0, b"a" * 32 + b"b" * 32), (2, 1, b"x")], [(Tile(2, 1), 16_777_216)]),
    ],
)
def test_a_tile_that_is_not_as_it_should_be_is_named(
    stored: list[tuple[int, int, bytes]], found: list[tuple[Tile, int]]
) -> None:
    assert list(differing(stored, [(1, 0, b"a" * 32 + b"b" * 32)])) == found
