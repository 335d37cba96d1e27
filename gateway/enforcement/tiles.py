"""The log tile by tile (C2SP tlog-tiles): hashes for everybody, the events themselves for whoever may export them.

A hash tells nothing of an event, which is salted. A bundle of entries is an access like any other (ALL-3).
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import cast

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.audit.rotation import document
from gateway.audit.tiles import Tile, bundle, is_in
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import NotFound
from gateway.stores import audit_log
from gateway.stores.outbox import Transaction


def hashes_of(tile: Tile, *, desk: Desk) -> bytes:
    """A tile of hashes, which is nobody's access. Raises NotFound, StoreUnavailable."""
    return b"".join(cast("audit_log.Store", desk.stores[audit_log.NAME]).hashes(tile))


def keys_of(*, desk: Desk) -> bytes:
    """The log's keys, which are nobody's access: signed head, key in force, each change with its proof, as JSON."""
    note, rotations = cast("audit_log.Store", desk.stores[audit_log.NAME]).keys()
    told = {"key": desk.log.key(), "checkpoint": note, "rotations": document(rotations)}
    return json.dumps(told, indent=2).encode() + b"\n"


def entries_of(request: AccessRequest, tile: Tile, *, desk: Desk) -> Changed[bytes]:
    """A bundle of entries, once its event is on the log. Raises AccessDenied, NotFound, StoreUnavailable."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[bytes]:
        stream = audit_log.stream_of(grant, transaction)
        size, _note = stream.head()
        if not is_in(tile, size):
            raise NotFound
        body = bundle(stream.bundle(tile))
        told = {"first": tile.first, "end": tile.first + tile.width, "sha256": sha256(body).hexdigest()}
        return Outcome(body, EventType.AUDIT_SEARCHED, told)

    return change(request, act, desk=desk)
