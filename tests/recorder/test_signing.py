"""The signer signs what extends the last head it signed, remembers it, and takes a new key only from the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from gateway.audit.checkpoint import Checkpoint, read_checkpoint
from gateway.audit.event import Event, EventType, new_id
from gateway.audit.merkle import Frontier, growth_proof, leaf_hash
from gateway.audit.note import Verifier
from gateway.audit.rotation import Keys
from gateway.errors import LogInvalid, SettingsInvalid
from gateway.recorder.memory import FILE, PLACE
from gateway.recorder.remote_signer import RemoteSigner
from gateway.recorder.signing import KEY, NEXT, Signing


class Tree:
    """A log of leaves, as the sequencer has it in memory."""

    def __init__(self, *leaves: bytes) -> None:
        self.frontier, self.leaves = Frontier(), []
        self.add(*leaves)

    def add(self, *leaves: bytes) -> Tree:
        self.before, self.hashes = self.frontier.copy(), [leaf_hash(leaf) for leaf in leaves]
        for each in self.hashes:
            self.frontier.add(each)
        self.leaves += leaves
        return self

    @property
    def head(self) -> Checkpoint:
        return Checkpoint(self.frontier.size, self.frontier.root())

    def signed_by(self, signing: Any) -> str:
        note: str = signing.head(self.before.size, self.head, growth_proof(self.before, self.hashes))
        return note


@pytest.fixture
def signing(place: Any) -> Iterator[Signing]:
    with closing(Signing(place.home, place.keys)) as one:
        yield one


def test_a_head_that_extends_the_last_one_is_signed(signing: Signing) -> None:
    tree = Tree(b"a", b"b")
    for _ in range(3):
        note = tree.signed_by(signing)
        assert read_checkpoint(note, Verifier.parse(signing.key())) == tree.head
        tree.add(b"c")


def test_a_head_that_does_not_extend_it_is_refused(signing: Signing) -> None:
    Tree(b"a", b"b").signed_by(signing)
    other = Tree(b"a", b"x").add(b"c")
    with pytest.raises(LogInvalid, match="forked, the log does not extend the 2 events"):
        other.signed_by(signing)


def test_a_shorter_log_is_refused(signing: Signing) -> None:
    Tree(b"a", b"b").signed_by(signing)
    with pytest.raises(LogInvalid, match="rolled back, 2 events were signed before 1"):
        Tree(b"a").signed_by(signing)


def test_a_head_that_leaves_the_last_one_out_is_refused(signing: Signing) -> None:
    Tree(b"a", b"b").signed_by(signing)
    with pytest.raises(LogInvalid, match="it signed 2 events last, and not 0"):
        Tree(b"a", b"b", b"c").signed_by(signing)


def test_it_remembers_when_it_is_started_again(place: Any) -> None:
    with closing(Signing(place.home, place.keys)) as first:
        Tree(b"a", b"b").signed_by(first)
        assert first.unflushed
        first.flush()
        assert not first.unflushed
    with closing(Signing(place.home, place.keys)) as again, pytest.raises(LogInvalid, match="rolled back"):
        Tree(b"a").signed_by(again)


def test_a_torn_write_costs_one_head_and_the_one_before_is_still_there(place: Any) -> None:
    with closing(Signing(place.home, place.keys)) as first:
        tree = Tree(b"a")
        tree.signed_by(first)
        tree.add(b"b").signed_by(first)
    memory = bytearray((place.home / FILE).read_bytes().ljust(2 * PLACE))
    memory[3] ^= 1  # the second head is in the first place
    (place.home / FILE).write_bytes(memory)
    with closing(Signing(place.home, place.keys)) as again:
        assert again.last() == 1


def test_a_memory_that_was_damaged_is_told_and_nothing_is_signed(place: Any) -> None:
    (place.home / FILE).write_bytes(b"x" * 2 * PLACE)
    with pytest.raises(LogInvalid, match=r"memory at .* is damaged"):
        Signing(place.home, place.keys)


@pytest.mark.parametrize(("content", "says"), [(None, "cannot be read"), (b"short", "has 5 bytes, not 32")])
def test_a_key_that_is_none_is_told_with_the_mend(place: Any, content: bytes | None, says: str) -> None:
    (place.keys / KEY).unlink()
    if content is not None:
        (place.keys / KEY).write_bytes(content)
    with pytest.raises(SettingsInvalid, match=says):
        Signing(place.home, place.keys)


def test_a_manifest_is_signed_by_its_hash_and_nothing_else_is(signing: Signing) -> None:
    assert signing.manifest("0" * 64)
    with pytest.raises(LogInvalid, match="by its SHA-256"):
        signing.manifest("everything")


def test_a_new_key_is_taken_from_the_last_event_of_the_log_alone(signing: Signing) -> None:
    old, prepared = signing.key(), signing.prepared()
    leaf = rotation(0, old, prepared.new, prepared.note)
    with pytest.raises(LogInvalid, match="the last event of the last head"):
        signing.rotate(leaf, [])
    Tree(b"another event").signed_by(signing)
    with pytest.raises(LogInvalid, match="is not on the log"):
        signing.rotate(leaf, [])
    assert signing.key() == old


def test_a_rotation_of_other_keys_is_refused(signing: Signing) -> None:
    prepared = signing.prepared()
    signing_again = rotation(0, prepared.new, prepared.new, prepared.note)
    with pytest.raises(LogInvalid):
        signing.rotate(signing_again, [])


def test_once_the_rotation_is_on_the_log_the_new_key_signs(signing: Signing, place: Any) -> None:
    old, prepared = signing.key(), signing.prepared()
    assert signing.prepared().new == prepared.new
    leaf = rotation(0, old, prepared.new, prepared.note)
    tree = Tree(leaf)
    tree.signed_by(signing)
    note = signing.rotate(leaf, [])
    assert read_checkpoint(note, Verifier.parse(prepared.new)) == tree.head
    assert signing.key() == prepared.new
    assert not (place.keys / NEXT).exists()


def test_over_its_socket_it_refuses_and_answers_the_same(place: Any) -> None:
    with place.signer(), closing(RemoteSigner(place.signers_address)) as remote:
        tree = Tree(b"a", b"b")
        assert read_checkpoint(tree.signed_by(remote), Verifier.parse(remote.key())) == tree.head
        assert remote.last() == 2
        with pytest.raises(LogInvalid, match="rolled back"):
            Tree(b"a").signed_by(remote)
        assert remote.answers()


def test_the_log_goes_on_under_the_new_key_and_verifies_from_the_old_one(place: Any) -> None:
    with place.ledger() as ledger, place.stream() as stream:
        first = ledger.verifier
        new, index = ledger.rotate("0190e7e2-0000-7000-8000-000000000000", ledger.next_key())
        assert (str(ledger.verifier), index) == (new, 0)
        assert ledger.rotate("0190e7e2-0000-7000-8000-000000000000", ledger.next_key()) == (new, 0)
        leaves = [row.leaf for row in stream.entries()]
        assert [str(key) for key in Keys.following(first, leaves).all] == [str(first), new]
    assert place.verified().ok


def test_a_rotation_that_was_left_half_done_is_completed_at_the_next_start(place: Any) -> None:
    with place.ledger() as ledger:
        old, details = str(ledger.verifier), ledger.next_key()
        event = Event(new_id(1, bytes(10)), EventType.KEY_ROTATED, {"resource": "audit.log", "details": details})
        ledger.take([(event, None)])
        assert str(ledger.verifier) == old
    with place.ledger() as ledger:
        assert str(ledger.verifier) == details["new"]
    assert place.verified().ok


def rotation(index: int, old: str, new: str, note: str) -> bytes:
    details = {"old": old, "new": new, "note": note}
    return json.dumps({"type": "key.rotated", "index": index, "details": details}).encode()
