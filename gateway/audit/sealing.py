"""NHS numbers sealed so that the auditor's key alone opens them: HPKE (RFC 9180), one message for each token.

X25519, HKDF-SHA-256, AES-256-GCM. What is sealed is bound to its token: beside another token it does not open.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from gateway.errors import SettingsInvalid

INFO = b"commissioning-gateway/audit-seal\n"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Sealer:
    """Seals to one auditor, and cannot open what it sealed."""

    def __init__(self, pem: bytes) -> None:
        """`pem` is the auditor's public key. Raises SettingsInvalid for anything else."""
        try:
            key = load_pem_public_key(pem)
        except ValueError as error:
            raise SettingsInvalid(_WRONG) from error
        if not isinstance(key, X25519PublicKey):
            raise SettingsInvalid(_WRONG)
        self._key = key

    def seal(self, token: str, number: str) -> bytes:
        """`number`, sealed for whoever is known by `token`; other bytes each time."""
        return _SUITE.encrypt(number.encode(), self._key, info=INFO + token.encode())


def new_key_pair() -> tuple[bytes, bytes]:
    """A private key and its public one, as PEM."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public


_WRONG = "the auditor's key is no public X25519 key: take the .pub file that 'gateway audit seal-key' made"
