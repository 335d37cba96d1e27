"""Checkpoints: three lines under a signature, and nothing that only looks like them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.checkpoint import ORIGIN, Checkpoint, read_checkpoint
from gateway.audit.note import Signer
from gateway.errors import LogInvalid

SIGNER = Signer.from_seed(ORIGIN, bytes(32))
VERIFIER = SIGNER.verifier()
ROOT = base64.b64encode(bytes(32)).decode()


def signed(text: str) -> str:
    return SIGNER.sign(text, VERIFIER)


@given(size=st.integers(0, 2**63 - 1), root=st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_signed(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(size, root)
    assert checkpoint.text().split("\n") == [ORIGIN, str(size), base64.b64encode(root).decode(), ""]
    assert read_checkpoint(signed(checkpoint.text()), VERIFIER) == checkpoint


def test_lines_that_others_may_add_after_the_three_do_no_harm() -> None:
    text = Checkpoint(5, bytes(32)).text()
    assert read_checkpoint(signed(f"{text}an extension\n"), VERIFIER) == Checkpoint(5, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        f"another/log\n5\n{ROOT}\n",
        f"{ORIGIN}\n5\n",
        f"{ORIGIN}\n05\n{ROOT}\n",
        f"{ORIGIN}\n-5\n{ROOT}\n",
        f"{ORIGIN}\n 5\n{ROOT}\n",
        f"{ORIGIN}\nfive\n{ROOT}\n",
        f"{ORIGIN}\n5\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n5\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n5\n{ROOT[:-2]}B=\n",
        "\n",
    ],
)
def test_what_is_signed_and_still_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LogInvalid, match="not a checkpoint"):
        read_checkpoint(signed(text), VERIFIER)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused() -> None:
    other = Signer.from_seed(ORIGIN, b"1" * 32)
    note = other.sign(Checkpoint(5, bytes(32)).text(), other.verifier())
    with pytest.raises(LogInvalid, match="not signed by the key"):
        read_checkpoint(note, VERIFIER)
