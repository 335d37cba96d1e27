"""Reason and attestation of a record, held on the server for the session that gave them (RS-5, ALL-4).

So the record has an address that can be looked at again, and nothing of it stands in the address. They are asked for
anew after IDLE seconds, in another session and for another patient.
"""

from __future__ import annotations

from gateway.http.asking import desk
from gateway.http.session import IDLE, hash_of, signed_in
from gateway.http.sign_in import door
from gateway.stores.accounts import attestations


def remember(handle: str, reason: str) -> None:
    """Hold the reason that was just attested and permitted."""
    until = int(desk().now().timestamp()) + IDLE
    attestations.attest(door(desk()), signed_in().hash, hash_of(handle), reason, until)


def recalled(handle: str) -> str:
    """The reason that this session attested for the object a short time ago, or ''."""
    now = int(desk().now().timestamp())
    return attestations.attested(door(desk()), signed_in().hash, hash_of(handle), now) or ""
