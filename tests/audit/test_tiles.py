"""Tiles: every proof made of them is the one made of the leaves; paths are those of C2SP tlog-tiles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit import merkle
from gateway.audit.tiles import HIGHEST, Tile, Tree, bundle, completed, is_in, leaves_of, parse, path_of, split
from tests.oracles import plain_merkle as rfc

LEAVES = [index.to_bytes(3, "big") for index in range(70_000)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ABOVE = [merkle.root_of(HASHES[at : at + 256]) for at in range(0, 69_888, 256)]
TOP = [merkle.root_of(ABOVE[:256])]
SIZES = st.one_of(st.integers(1, 1_100), st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999]))


def tree(size: int, read: list[Tile] | None = None) -> Tree:
    def tile(asked: Tile) -> list[bytes]:
        assert is_in(asked, size)
        (read if read is not None else []).append(asked)
        return (HASHES, ABOVE, TOP)[asked.level][asked.first : asked.first + asked.width]

    return Tree(size, tile)


@given(size=st.integers(1, 700), data=st.data())
@settings(max_examples=30)
def test_a_small_tree_of_tiles_is_the_one_that_the_rfc_defines(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree(size).root() == rfc.mth(LEAVES[:size])
    assert tree(size).inclusion_proof(index) == rfc.path(index, LEAVES[:size])
    assert tree(size).consistency_proof(old) == rfc.proof(old, LEAVES[:size])


@given(size=SIZES, data=st.data())
@settings(max_examples=15)
def test_every_proof_of_tiles_is_the_one_that_all_hashes_give(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert tree(size).inclusion_proof(index) == merkle.inclusion_proof(index, size, HASHES)
    assert tree(size).consistency_proof(old) == merkle.consistency_proof(old, size, HASHES)
    grown = merkle.Frontier()
    for hashed in HASHES[:size]:
        grown.add(hashed)
    assert tree(size).frontier().hashes == grown.hashes
    assert tree(size).frontier().root() == grown.root() == tree(size).root()


def test_a_tree_without_leaves_has_the_root_of_nothing() -> None:
    assert tree(0).root() == rfc.mth([]) == tree(0).frontier().root()


def test_a_proof_of_many_leaves_reads_few_tiles() -> None:
    read: list[Tile] = []
    tree(69_999, read).inclusion_proof(12_345)
    tree(69_999, read).consistency_proof(54_321)
    assert len({(tile.level, tile.index) for tile in read}) <= 8


@given(st.integers(0, 2_000), st.integers(0, 140_000))
@settings(max_examples=40)
def test_what_a_tree_gains_are_the_full_tiles_that_it_had_not(old: int, more: int) -> None:
    size = old + more
    gained = list(completed(old, size))
    assert all(is_in(tile, size) and not is_in(tile, old) for tile in gained)
    assert len(gained) == sum(size // leaves_of(level) - old // leaves_of(level) for level in (1, 2, 3))
    assert [tile.level for tile in gained] == sorted(tile.level for tile in gained)


@given(st.integers(0, HIGHEST), st.integers(0, 2**40), st.integers(1, 256), st.booleans())
def test_a_path_names_one_tile_and_a_tile_has_one_path(level: int, index: int, width: int, entries: bool) -> None:  # noqa: FBT001
    tile = Tile(0 if entries else level, index, width, entries)
    assert parse(path_of(tile)) == tile


def test_a_path_is_written_as_the_specification_writes_it() -> None:
    assert path_of(Tile(0, 1234067)) == "0/x001/x234/067"
    assert path_of(Tile(1, 5, 7)) == "1/005.p/7"
    assert path_of(Tile(0, 5, entries=True)) == "entries/005"


@pytest.mark.parametrize(
    "path",
    ["0/5", "64/000", "00/000", "0/x000/005", "0/000.p/0", "0/000.p/256", "0/000.p/007", "data/000", "0/000/", "x/000"],
)
def test_other_paths_name_no_tile(path: str) -> None:
    with pytest.raises(ValueError, match="no path of a tile"):
        parse(path)


def test_a_tile_knows_the_leaves_below_it() -> None:
    assert Tile(0, 2, 3).span == (512, 515)
    assert Tile(1, 0, 2).span == (0, 512)


def test_entries_and_hashes_are_told_apart_by_length() -> None:
    assert bundle([b"one", b""]) == b"\x00\x03one\x00\x00"
    assert split(b"a" * 32 + b"b" * 32) == [b"a" * 32, b"b" * 32]
