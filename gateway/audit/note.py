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
        try:
            name, _hash, encoded = text.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise LogInvalid("the verifier key cannot be read: it has the form name+hash+key") from error
        verifier = cls(name, key[1:])
        if str(verifier) != text.strip() or len(verifier.public) != _KEY_BYTES:
            raise LogInvalid("the verifier key is not what its hash says, or no Ed25519 key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The verifier key that is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

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
