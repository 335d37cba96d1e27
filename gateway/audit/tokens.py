"""Keyed tokens in place of patients: one key for each store, so that tokens of two stores never meet (ALL-5).

HMAC-SHA-256 in base64url, under keys that HKDF (RFC 5869) derives from the log's own; computed in the sequencer alone.
"""

from __future__ import annotations

import base64
import hmac
import json

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SCHEME = "hmac-sha-256"
REMEMBERED = 1_000  # lists, which are opened again and again
_PURPOSE = b"audit token of store "


class Tokens:
    """Turns identifiers into tokens."""

    def __init__(self, master: bytes) -> None:
        """`master` is the log's own 32-byte key for tokens."""
        self._master = master
        self._keys: dict[str, bytes] = {}
        self._lists: dict[bytes, list[str]] = {}

    def token(self, store: str, identifier: str) -> str:
        """43 characters that stand for `identifier` of `store`, and tell nothing without the key."""
        digest = hmac.digest(self._key(store), _bytes(identifier), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def tokens(self, store: str, identifiers: tuple[str, ...]) -> list[str]:
        """Each identifier's token once, sorted, so that no order of a list is told."""
        if len(identifiers) == 1:
            return [self.token(store, identifiers[0])]
        asked = hmac.digest(self._key(store), json.dumps(identifiers).encode(), "sha256")  # keeps no identifier
        if asked not in self._lists:
            if len(self._lists) >= REMEMBERED:
                self._lists.clear()
            self._lists[asked] = sorted({self.token(store, identifier) for identifier in identifiers})
        return self._lists[asked]

    def _key(self, store: str) -> bytes:
        if store not in self._keys:
            derive = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE + _bytes(store))
            self._keys[store] = derive.derive(self._master)
        return self._keys[store]


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate, which JSON can carry, stops nobody."""
    return text.encode("utf-8", "surrogatepass")
