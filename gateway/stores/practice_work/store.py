"""The store itself; see gateway.stores.work."""

from __future__ import annotations

from gateway.stores.practice_work.schema import NAME, STEPS
from gateway.stores.work import WorkStore


class Store(WorkStore):
    """One file and one key of its own."""

    name = NAME
    schema_version = len(STEPS)
