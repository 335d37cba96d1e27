"""Signed notes: ours are read by `cryptography` alone, and what others would sign or alter is refused."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.note import Signer, Verifier
from gateway.errors import LogInvalid

DASH = "\N{EM DASH}"
# The note in the documentation of golang.org/x/mod/sumdb/note, which that library made.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
seeds = st.binary(min_size=32, max_size=32)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="+"), min_size=1)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=60)
lines = st.lists(texts, min_size=1, max_size=4).map(lambda many: "".join(f"{line}\n" for line in many))


def signer(seed: bytes = bytes(32), name: str = "a.log") -> Signer:
    return Signer.from_seed(name, seed)


def signed(text: str, by: Signer) -> str:
    return by.sign(text, by.verifier())


@given(seed=seeds, name=names, text=lines)
def test_a_note_is_checked_with_nothing_but_the_ed25519_of_cryptography(seed: bytes, name: str, text: str) -> None:
    body, signature = signed(text, signer(seed, name)).removesuffix("\n").rsplit(f"\n{DASH} {name} ", 1)
    decoded, key = base64.b64decode(signature, validate=True), Ed25519PrivateKey.from_private_bytes(seed).public_key()
    key.verify(decoded[4:], body.encode())  # raises when it is not so
    assert body == text
    assert decoded[:4] == sha256(name.encode() + b"\n\x01" + key.public_bytes_raw()).digest()[:4]


@given(seed=seeds, name=names, text=lines)
def test_a_note_gives_back_its_text_to_the_published_key(seed: bytes, name: str, text: str) -> None:
    by = signer(seed, name)
    published = str(by.verifier())
    assert Verifier.parse(published) == Verifier.parse(f"{published}\n") == by.verifier()
    assert Verifier.parse(published).text_of(signed(text, by)) == text


def test_the_verifier_key_is_name_hash_and_key_as_c2sp_has_it() -> None:
    public = signer().verifier().public
    key_id = sha256(b"a.log\n\x01" + public).digest()[:4]
    encoded = base64.b64encode(b"\x01" + public).decode()
    assert str(signer().verifier()) == f"a.log+{key_id.hex()}+{encoded}"


def test_a_note_that_another_library_made_is_read() -> None:
    note = f"{GO_TEXT}\n{DASH} PeterNeumann {GO_SIGNATURE}\n"
    assert Verifier.parse(GO_KEY).text_of(note) == GO_TEXT


@given(at=st.integers(0, 1000), bit=st.integers(0, 6))
def test_a_note_with_one_bit_of_its_text_changed_is_refused(at: int, bit: int) -> None:
    text = "line one\nline two\n"
    place = at % len(text)
    altered = text[:place] + chr(ord(text[place]) ^ (1 << bit)) + text[place + 1 :]
    note = signed(text, signer()).replace(text, altered, 1)
    with pytest.raises(LogInvalid):
        signer().verifier().text_of(note)


def test_a_signature_by_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(LogInvalid, match="not signed by the key a"):
        signer().verifier().text_of(signed("text\n", signer(b"1" * 32)))


def test_a_signature_under_the_right_key_hash_that_is_not_by_it_is_refused() -> None:
    other = signer(b"1" * 32)
    with pytest.raises(LogInvalid, match="signature of the note is wrong"):
        signer().verifier().text_of(other.sign("text\n", signer().verifier()))


def test_signatures_of_others_beside_ours_do_no_harm() -> None:
    ours, witness = signed("text\n", signer()), signed("text\n", signer(b"1" * 32, "a.witness"))
    both = ours + witness.rpartition("\n\n")[2]
    assert signer().verifier().text_of(both) == signer(b"1" * 32, "a.witness").verifier().text_of(both) == "text\n"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\nno line feed at the end",
        f"text\n\n{DASH} a.log %%%\n",
        f"text\n\n{DASH} a.log\u00e9 \u00e9\n",
    ],
)
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    with pytest.raises(LogInvalid):
        signer().verifier().text_of(note)


def key_of(public: bytes, algorithm: bytes = b"\x01", name: str = "a.log") -> str:
    """A verifier key whose hash is right, whatever else it is."""
    hashed = sha256(name.encode() + b"\n" + algorithm + public).digest()[:4].hex()
    return f"{name}+{hashed}+{base64.b64encode(algorithm + public).decode()}"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a.log",
        "a.log+00000000",
        "a.log+00000000+%%%",
        str(signer().verifier()).replace("+", "+0", 1),
        str(signer().verifier()).replace("a.log", "another"),
        key_of(bytes(31)),
        key_of(bytes(33)),
        key_of(bytes(32), algorithm=b"\x02"),
    ],
)
def test_what_is_no_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(LogInvalid, match="verifier key"):
        Verifier.parse(key)


def test_a_signer_shows_its_key_to_nobody() -> None:
    assert "key" not in repr(signer()).replace("a.log", "")
