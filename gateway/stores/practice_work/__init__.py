"""What survives every risk run on the identifiable side: which runs there were, which files were taken."""

from __future__ import annotations

from gateway.stores.practice_work.schema import FILE, NAME, create, migrate
from gateway.stores.practice_work.store import Store

__all__ = ["FILE", "NAME", "Store", "create", "migrate"]
