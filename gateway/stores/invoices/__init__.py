"""Invoices, their backing data and SUS+ rows, inside the Controlled Environment for Finance; nothing of any other store."""

from __future__ import annotations

from gateway.stores.invoices.schema import FILE, NAME, create, migrate
from gateway.stores.invoices.store import Store

__all__ = ["FILE", "NAME", "Store", "create", "migrate"]
