"""The audit log's store: written by the sequencer through `log.py`, read by the auditor through `Store.select`."""

from __future__ import annotations

from gateway.stores.audit_log.schema import FILE, NAME, create, create_keys, migrate
from gateway.stores.audit_log.store import Store, stream_of

__all__ = ["FILE", "NAME", "Store", "create", "create_keys", "migrate", "stream_of"]
