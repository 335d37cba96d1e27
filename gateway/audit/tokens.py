"""Keyed tokens in place of patients: one key for each store, so that tokens of two stores never meet (ALL-5).

HMAC-SHA-256 in base64url, under keys that HKDF (RFC 5869) derives from the log's own; computed in the sequencer alone.
"""

from __future__ import annotations

import base64
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SCHEME = "hmac-sha-256"
_PURPOSE = b"audit token of store "


class Tokens:
    """Turns identifiers into tokens."""

    def __init__(self, master: bytes) -> None:
        """`master` is the log's own 32-byte key for tokens."""
        self._master = master
        self._keys: dict[str, bytes] = {}

    def token(self, store: str, identifier: str) -> str:
        """43 characters that stand for `identifier` of `store`, and tell nothing without the key."""
        digest = hmac.digest(self._key(store), identifier.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def tokens(self, store: str, identifiers: tuple[str, ...]) -> list[str]:
        """Each identifier's token once, sorted, so that no order of a list is told."""
        return sorted({self.token(store, identifier) for identifier in identifiers})

    def _key(self, store: str) -> bytes:
        if store not in self._keys:
            derive = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE + store.encode())
            self._keys[store] = derive.derive(self._master)
        return self._keys[store]
