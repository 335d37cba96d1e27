"""verify.py's own tree against the RFC's recursive definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.recorder.outside.curve import Wrong
from gateway.recorder.outside.tree import Tree, consistent
from tests.oracles import plain_merkle as rfc

LEAVES = [f"leaf {number}".encode() for number in range(40)]


def grown(size: int) -> Tree:
    tree = Tree(0, [])
    for leaf in LEAVES[:size]:
        tree.add(rfc.sha256(b"\x00" + leaf))
    return tree


@pytest.mark.parametrize("size", range(41))
def test_every_root_is_the_recursive_one(size: int) -> None:
    tree = grown(size)
    assert tree.root() == rfc.mth(LEAVES[:size])
    assert Tree(size, [part.hex() for part in tree.hashes]).root() == tree.root()


def test_a_frontier_with_the_wrong_number_of_hashes_is_refused() -> None:
    with pytest.raises(Wrong, match="as its size needs"):
        Tree(3, [])


@given(
    old=st.integers(1, 40),
    size=st.integers(1, 40),
    cut=st.integers(-1, 7),
    more=st.lists(st.binary(min_size=32, max_size=32), max_size=1),
)
def test_a_proof_holds_whole_and_not_otherwise(old: int, size: int, cut: int, more: list[bytes]) -> None:
    old, size = min(old, size), max(old, size)
    proof = [] if old == size else rfc.proof(old, LEAVES[:size])
    altered = [*(part for at, part in enumerate(proof) if at != cut), *more]
    roots = rfc.mth(LEAVES[:old]), rfc.mth(LEAVES[:size])
    assert consistent(old, roots[0], size, roots[1], altered) == (altered == proof)


def test_another_tree_is_not_consistent() -> None:
    proof, root = rfc.proof(6, LEAVES[:11]), rfc.mth(LEAVES[:11])
    assert not consistent(6, rfc.mth(LEAVES[1:7]), 11, root, proof)
    assert not consistent(6, rfc.mth(LEAVES[:6]), 11, rfc.mth(LEAVES[1:12]), proof)
    assert not consistent(11, rfc.mth(LEAVES[1:12]), 11, root, [])
