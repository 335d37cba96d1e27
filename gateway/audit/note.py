"""C2SP signed-note with Ed25519: text that anybody with the verifier key can check with tools that are not ours.

The signing key is passed in; nothing here reads or keeps one. https://c2sp.org/signed-note
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.errors import LogInvalid

_ED25519 = b"\x01"
_KEY_BYTES = 32
DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Verifier:
    """A name and a public key; `str()` is the verifier key, `name+hash+base64key`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Raises LogInvalid for a text that is no Ed25519 verifier key, or whose hash is not its own."""
        return cls(*parsed_key(text, _ED25519, "verifier key", "Ed25519 key"))

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return key_id(self.name, _ED25519, self.public)

    def __str__(self) -> str:
        """The verifier key that is published."""
        return key_text(self.name, _ED25519, self.public)

    def text_of(self, note: str) -> str:
        """The signed text. Raises LogInvalid when this key did not sign it."""
        text, signed = parted(note)
        for signature in (signature_by(line, self.name, self.key_id) for line in signed.splitlines()):
            if signature is not None:
                _verify(self.public, signature, text)
                return text
        raise LogInvalid(f"not signed by the key {self.name}+{self.key_id.hex()}")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs under one name with one Ed25519 key."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Signer:
        """`seed` has 32 bytes."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    def verifier(self) -> Verifier:
        """What others check with."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text: str, verifier: Verifier) -> str:
        """The note over `text`, which ends in a line feed. verifier: this signer's own, kept by the caller."""
        signature = base64.b64encode(verifier.key_id + self.key.sign(text.encode())).decode()
        return f"{text}\n{DASH}{self.name} {signature}\n"


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """The four bytes that tell keys of one name apart. kind: the byte of signed-note for its algorithm."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def key_text(name: str, kind: bytes, public: bytes) -> str:
    """The key as it is published, `name+hash+base64key`."""
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(kind + public).decode()}"


def parsed_key(text: str, kind: bytes, what: str, kind_in_words: str) -> tuple[str, bytes]:
    """Name and public key. what, kind_in_words: for the sentence. Raises LogInvalid for no key of that kind."""
    try:
        name, _hash, encoded = text.strip().split("+", 2)
        public = base64.b64decode(encoded, validate=True)[1:]
    except ValueError as error:
        raise LogInvalid(f"the {what} cannot be read: it has the form name+hash+key") from error
    if key_text(name, kind, public) != text.strip() or len(public) != _KEY_BYTES:
        raise LogInvalid(f"the {what} is not what its hash says, or no {kind_in_words}")
    return name, public


def parted(note: str) -> tuple[str, str]:
    """The signed text and the signature lines. Raises LogInvalid for what is no note."""
    text, separator, signed = note.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        raise LogInvalid("this is not a signed note")
    return f"{text}\n", signed


def signature_by(line: str, name: str, key_id: bytes) -> bytes | None:
    """The signature of a line that claims to be by that key, else None. Raises LogInvalid for no signature line."""
    told, _, encoded = line.removeprefix(DASH).partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LogInvalid("a signature line of the note cannot be read") from error
    return decoded[4:] if line.startswith(DASH) and told == name and decoded[:4] == key_id else None


def _verify(public: bytes, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise LogInvalid("the signature of the note is wrong") from error
