"""Ed25519 in plain Python against `cryptography`, RFC 8032's own vectors, and signatures that only look right."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.cosignature import Cosigner
from gateway.audit.note import Signer
from gateway.recorder.outside.curve import L, P, Resigned, Wrong, ed25519_holds, note_text

EXAMPLES = 500 if os.environ.get("GATEWAY_PROOF") == "full" else 25
# RFC 8032, 7.1: public key and message in hex, signature in base64.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==",
    ),
]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
seeds = st.binary(min_size=32, max_size=32)
# The note in the documentation of golang.org/x/mod/sumdb/note, which that library made.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_rfcs_own_signatures_hold(public: str, message: str, signature: str) -> None:
    assert ed25519_holds(bytes.fromhex(public), bytes.fromhex(message), base64.b64decode(signature))


@given(seed=seeds, message=st.binary(max_size=80))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_cryptography_signs_holds(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert ed25519_holds(key.public_key().public_bytes_raw(), message, key.sign(message))


@given(message=st.binary(max_size=20), at=st.integers(0, 511), of=st.sampled_from(["signature", "key", "message"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_one_bit_changed_and_it_does_not_hold(message: bytes, at: int, of: str) -> None:
    parts = {"key": PUBLIC, "message": message + b"!", "signature": KEY.sign(message + b"!")}
    altered = bytearray(parts[of])
    altered[at // 8 % len(altered)] ^= 1 << at % 8
    parts[of] = bytes(altered)
    assert not ed25519_holds(parts["key"], parts["message"], parts["signature"])


@pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65)])
def test_keys_and_signatures_of_another_length_do_not_hold(key: int, signature: int) -> None:
    assert not ed25519_holds(bytes(key), b"", bytes(signature))


def test_a_signature_with_its_number_made_greater_by_the_order_does_not_hold() -> None:
    signature = KEY.sign(b"text")
    number = int.from_bytes(signature[32:], "little") + L
    assert not ed25519_holds(PUBLIC, b"text", signature[:32] + number.to_bytes(32, "little"))


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1, 2, 1 | 1 << 255])
def test_what_is_no_point_of_the_curve_is_no_key(y: int) -> None:
    assert not ed25519_holds(y.to_bytes(32, "little"), b"text", KEY.sign(b"text"))


def test_a_note_that_another_library_made_is_read() -> None:
    assert note_text(GO_NOTE, GO_KEY) == GO_NOTE.partition("\n\n")[0]


def test_a_note_by_another_key_is_told_from_one_that_was_changed() -> None:
    ours, other = Signer.from_seed("a.log", bytes(32)), Signer.from_seed("a.log", b"1" * 32)
    note, key = ours.sign("text\n", ours.verifier()), str(ours.verifier())
    assert note_text(note, key) == "text"
    with pytest.raises(Resigned, match="another key"):
        note_text(other.sign("text\n", other.verifier()), key)
    with pytest.raises(Wrong, match="signature is wrong"):
        note_text(note.replace("text", "next"), key)


def test_a_note_has_one_form() -> None:
    ours = Signer.from_seed("a.log", bytes(32))
    note, key = ours.sign("text\n", ours.verifier()), str(ours.verifier())
    letter = note[-3]  # its lowest bits stand for nothing: two letters would read alike
    twin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = twin[twin.index(letter) ^ 1]
    altered = f"{note[:-3]}{other}=\n"
    assert base64.b64decode(altered[-93:]) == base64.b64decode(note[-93:])
    for wrong in (altered, note.removesuffix("\n"), f"{note}\n", note.replace("\N{EM DASH}", "-")):
        with pytest.raises(Wrong):
            note_text(wrong, key)


def test_others_may_have_signed_it_too() -> None:
    ours, witness = Signer.from_seed("a.log", bytes(32)), Cosigner.from_seed("a.witness", b"w" * 32)
    note, key = ours.sign("text\n", ours.verifier()), str(ours.verifier())
    line = witness.cosign("text\n", 1)
    assert note_text(note + line, key) == note_text(f"text\n\n{line}{note.splitlines()[-1]}\n", key) == "text"
    with pytest.raises(Wrong, match="cannot be read"):
        note_text(f"{note}{line}nonsense\n", key)
    with pytest.raises(Resigned):
        note_text(f"text\n\n{line}", key)
