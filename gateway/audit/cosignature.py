"""C2SP tlog-cosignature with Ed25519: a witness says when it saw a checkpoint. https://c2sp.org/tlog-cosignature

A cosignature counts only for a tree that extends every one the witness signed before: `audit.witnessing` keeps to that.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.audit.note import DASH, key_id, key_text, parsed_key, parted, signature_by
from gateway.errors import LogInvalid

_COSIGNATURE = b"\x04"
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's name and public key; `str()` is its verifier key, `name+hash+base64key`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Witness:
        """Raises LogInvalid for a text that is no key of a witness, or whose hash is not its own."""
        return cls(*parsed_key(text, _COSIGNATURE, "witness's key", "Ed25519 cosignature key"))

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return key_id(self.name, _COSIGNATURE, self.public)

    def __str__(self) -> str:
        """The verifier key that is published."""
        return key_text(self.name, _COSIGNATURE, self.public)

    def seen_at(self, note: str) -> int:
        """When it cosigned the checkpoint of `note`, in seconds since 1970. Raises LogInvalid where it did not."""
        return self._found(note)[0]

    def line_of(self, note: str) -> str:
        """Its signature line under the checkpoint of `note`. Raises LogInvalid where there is none that holds."""
        return self._found(note)[1]

    def _found(self, note: str) -> tuple[int, str]:
        text, signed = parted(note)
        for line in signed.splitlines():
            signature = signature_by(line, self.name, self.key_id)
            if signature is not None:
                time = int.from_bytes(signature[:_TIME_BYTES], "big")
                _verify(self.public, signature[_TIME_BYTES:], _message(text, time))
                return time, f"{line}\n"
        raise LogInvalid(f"not cosigned by the witness {self.name}+{self.key_id.hex()}")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Cosigns under one name with one Ed25519 key."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Cosigner:
        """`seed` has 32 bytes."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def witness(self) -> Witness:
        """What others check with."""
        return Witness(self.name, self.key.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> str:
        """The signature line over a checkpoint's text, seen at `time` (seconds since 1970)."""
        stamped = time.to_bytes(_TIME_BYTES, "big") + self.key.sign(_message(text, time))
        return f"{DASH}{self.name} {base64.b64encode(self.witness.key_id + stamped).decode()}\n"


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _verify(public: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature as error:
        raise LogInvalid("the cosignature of the note is wrong") from error
