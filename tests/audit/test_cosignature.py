"""A cosignature holds for the witness, the text and the time it was made for, and for tlog-scales as for us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from tlog_scales.signing import Ed25519CosignatureVerifier, Vkey
from tlog_scales.tlog import Checkpoint

from gateway.audit.cosignature import Cosigner, Witness
from gateway.audit.note import parted
from gateway.errors import LogInvalid

COSIGNER = Cosigner.from_seed("a.witness", b"w" * 32)
TIME = 1_795_510_800


@pytest.fixture
def note(a_log: Callable[..., Any]) -> str:
    """A checkpoint that the log and the witness signed."""
    plain: str = a_log(4).note(4)
    return plain + COSIGNER.cosign(parted(plain)[0], TIME)


def test_it_tells_when_the_witness_saw_the_checkpoint(note: str) -> None:
    assert COSIGNER.witness.seen_at(note) == TIME
    assert COSIGNER.witness.line_of(note) == note.splitlines(keepends=True)[-1]


def test_another_implementation_verifies_it(note: str) -> None:
    read = Checkpoint.from_text(note)
    key = Vkey.from_string(str(COSIGNER.witness))
    independent = Ed25519CosignatureVerifier(key)
    (ours,) = [signature for signature in read.signatures if key.match(signature)]
    independent.verify_note(ours, read)
    other = Checkpoint(read.origin, read.size + 1, read.root_hash, read.signatures)
    with pytest.raises(InvalidSignature):
        independent.verify_note(ours, other)


def test_a_checkpoint_without_it_was_not_seen(a_log: Callable[..., Any], note: str) -> None:
    with pytest.raises(LogInvalid, match="not cosigned"):
        COSIGNER.witness.seen_at(a_log(4).note(4))
    with pytest.raises(LogInvalid, match="not cosigned"):
        Cosigner.from_seed("a.witness", bytes(32)).witness.seen_at(note)


def test_it_holds_for_no_other_text(note: str) -> None:
    with pytest.raises(LogInvalid, match="is wrong"):
        COSIGNER.witness.seen_at(note.replace("\n4\n", "\n5\n"))


def test_a_witness_is_what_its_key_says() -> None:
    assert Witness.parse(f"{COSIGNER.witness}\n") == COSIGNER.witness
    assert "key=" not in repr(COSIGNER)


@pytest.mark.parametrize(
    "key", ["", "a+b", "a.witness+00000000+!", "a.witness+00000000+BAAA", str(Witness("a.witness", b"short"))]
)
def test_what_is_no_key_of_a_witness_is_told(key: str) -> None:
    with pytest.raises(LogInvalid, match="witness's key"):
        Witness.parse(key)
