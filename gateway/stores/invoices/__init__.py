"""The Controlled Environment for Finance: invoices, backing data and SUS+ for invoice validation, one file and key."""

from __future__ import annotations

from gateway.stores.invoices.schema import FILE, NAME, create, migrate
from gateway.stores.invoices.store import Store

__all__ = ["FILE", "NAME", "Store", "create", "migrate"]
