"""The tree against the RFC's own recursive definition, and against what a forger would try."""

from __future__ import annotations

import os

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.audit.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    growth_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
)
from tests.oracles import plain_merkle as rfc

MOST = 200 if os.environ.get("GATEWAY_PROOF") == "full" else 40
LEAVES = [f"leaf {number}".encode() for number in range(MOST)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
# The eight inputs and the roots over the first n of them that Certificate Transparency's reference code is tested with.
REFERENCE = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, MOST)


def flipped(text: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(text))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_reference_code(size: int) -> None:
    root = root_of(map(leaf_hash, REFERENCE[:size])).hex()
    assert root == REFERENCE_ROOTS[size - 1] == rfc.mth(REFERENCE[:size]).hex()


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_root_is_the_recursive_one(size: int) -> None:
    assert root_of(HASHES[:size]) == rfc.mth(LEAVES[:size])


def test_a_tree_of_nothing_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY == rfc.mth([])


@given(size=sizes, cut=st.integers(0, MOST))
def test_a_tree_grows_from_its_frontier_as_it_would_from_the_start(size: int, cut: int) -> None:
    whole = Frontier()
    for hashed in HASHES[: min(cut, size)]:
        whole.add(hashed)
    grown = Frontier(whole.size, whole.hashes)
    for hashed in HASHES[whole.size : size]:
        grown.add(hashed)
    assert grown.root() == rfc.mth(LEAVES[:size])
    assert whole.size == min(cut, size)


def test_a_copy_grows_apart() -> None:
    first = Frontier(1, HASHES[:1])
    first.copy().add(HASHES[1])
    assert (first.size, first.root()) == (1, HASHES[0])


def test_a_frontier_with_the_wrong_number_of_hashes_is_refused() -> None:
    with pytest.raises(ValueError, match="one hash for each one-bit"):
        Frontier(3, HASHES[:1])


@pytest.mark.parametrize("size", range(1, 18))
def test_every_path_is_the_recursive_one_and_leads_to_the_root(size: int) -> None:
    for index in range(size):
        path = inclusion_proof(index, size, HASHES)
        assert path == rfc.path(index, LEAVES[:size])
        assert root_from_inclusion(index, size, HASHES[index], path) == rfc.mth(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, 18))
def test_every_consistency_proof_is_the_recursive_one_and_holds(size: int) -> None:
    for old in range(1, size):
        proof = consistency_proof(old, size, HASHES)
        assert proof == rfc.proof(old, LEAVES[:size])
        assert is_consistent(old, rfc.mth(LEAVES[:old]), size, rfc.mth(LEAVES[:size]), proof)


@given(old=sizes, size=sizes, bit=st.integers(0, 255), which=st.integers(0, 63))
@settings(deadline=None)
def test_the_verifier_of_the_rfc_and_ours_agree_on_right_and_wrong_proofs(
    old: int, size: int, bit: int, which: int
) -> None:
    assume(old < size)
    roots, proof = (rfc.mth(LEAVES[:old]), rfc.mth(LEAVES[:size])), consistency_proof(old, size, HASHES)
    assert rfc.consistency_holds(old, roots[0], size, roots[1], proof)
    forged = [flipped(part, bit) if at == which % len(proof) else part for at, part in enumerate(proof)]
    assert not is_consistent(old, roots[0], size, roots[1], forged)
    assert not rfc.consistency_holds(old, roots[0], size, roots[1], forged)


@given(size=sizes, place=st.integers(0, MOST), bit=st.integers(0, 255))
@settings(deadline=None)
def test_a_leaf_with_one_bit_changed_is_under_another_root(size: int, place: int, bit: int) -> None:
    index = place % size
    path, root = inclusion_proof(index, size, HASHES), rfc.mth(LEAVES[:size])
    assert rfc.inclusion_holds(LEAVES[index], index, size, path, root)
    assert root_from_inclusion(index, size, flipped(HASHES[index], bit), path) != root


@given(size=sizes, places=st.tuples(st.integers(0, MOST), st.integers(0, MOST)))
def test_two_events_that_change_places_are_under_another_root(size: int, places: tuple[int, int]) -> None:
    a, b = places[0] % size, places[1] % size
    swapped = list(HASHES[:size])
    swapped[a], swapped[b] = swapped[b], swapped[a]
    assert (root_of(swapped) == rfc.mth(LEAVES[:size])) == (a == b)


def test_a_node_is_never_taken_for_a_leaf() -> None:
    assert node_hash(HASHES[0], HASHES[1]) != leaf_hash(HASHES[0] + HASHES[1])


def test_a_path_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong length"):
        root_from_inclusion(0, 4, HASHES[0], HASHES[:1])


@pytest.mark.parametrize(("index", "size"), [(4, 4), (-1, 4), (0, 0)])
def test_there_is_no_path_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, HASHES)


def test_a_log_that_is_shorter_than_its_size_proves_nothing() -> None:
    with pytest.raises(ValueError, match="fewer leaves"):
        inclusion_proof(0, 8, HASHES[:5])


def test_every_tree_extends_the_empty_one_and_itself_without_a_proof() -> None:
    root = rfc.mth(LEAVES[:5])
    assert consistency_proof(0, 5, HASHES) == consistency_proof(5, 5, HASHES) == []
    assert is_consistent(0, EMPTY, 5, root, [])
    assert is_consistent(5, root, 5, root, [])


@pytest.mark.parametrize(
    ("old", "old_root", "size", "proof"),
    [
        (0, HASHES[0], 5, []),
        (5, HASHES[0], 5, []),
        (0, EMPTY, 5, HASHES[:1]),
        (5, rfc.mth(LEAVES[:5]), 5, HASHES[:1]),
        (6, rfc.mth(LEAVES[:6]), 5, []),
        (3, rfc.mth(LEAVES[:3]), 5, []),
        (3, rfc.mth(LEAVES[:3]), 5, [*rfc.proof(3, LEAVES[:5]), HASHES[0]]),
        (3, rfc.mth(LEAVES[:2]), 5, rfc.proof(3, LEAVES[:5])),
        (4, rfc.mth(LEAVES[:3]), 5, rfc.proof(4, LEAVES[:5])),
    ],
)
def test_what_does_not_extend_the_older_tree_is_not_consistent(
    old: int, old_root: bytes, size: int, proof: list[bytes]
) -> None:
    assert not is_consistent(old, old_root, size, rfc.mth(LEAVES[:5]), proof)


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_a_tree_that_just_grew_has_its_proof_at_hand(old: int, size: int) -> None:
    assume(old <= size)
    frontier = Frontier()
    for hashed in HASHES[:old]:
        frontier.add(hashed)
    assert growth_proof(frontier, HASHES[old:size]) == consistency_proof(old, size, HASHES)
