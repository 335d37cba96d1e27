"""A sealed number opens with the auditor's key beside its own token, and in no other way."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from gateway.audit.sealing import Sealer, new_key_pair
from gateway.errors import SettingsInvalid

NUMBER = "9990000018"
PRIVATE, PUBLIC = new_key_pair()
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
INFO = b"commissioning-gateway/audit-seal\n"


def opened(sealed: bytes, token: str, private: bytes = PRIVATE) -> bytes:
    """As RFC 9180 opens it, with the parameters that docs/audit.md names."""
    key = load_pem_private_key(private, None)
    return SUITE.decrypt(sealed, key, info=INFO + token.encode())  # type: ignore[arg-type]


def test_the_auditors_key_opens_what_was_sealed() -> None:
    sealed = Sealer(PUBLIC).seal("token", NUMBER)
    assert opened(sealed, "token") == NUMBER.encode()
    assert NUMBER.encode() not in sealed


def test_a_seal_opens_beside_no_other_token_and_with_no_other_key() -> None:
    sealed = Sealer(PUBLIC).seal("token", NUMBER)
    with pytest.raises(InvalidTag):
        opened(sealed, "another")
    with pytest.raises(InvalidTag):
        opened(sealed, "token", new_key_pair()[0])


def test_the_same_number_is_sealed_as_other_bytes_each_time() -> None:
    sealer = Sealer(PUBLIC)
    assert sealer.seal("token", NUMBER) != sealer.seal("token", NUMBER)


def test_what_is_no_public_x25519_key_is_refused() -> None:
    signing = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem in (b"", b"nonsense", PRIVATE, signing):
        with pytest.raises(SettingsInvalid, match="no public X25519 key"):
            Sealer(pem)
