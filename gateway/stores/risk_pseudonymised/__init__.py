"""Risk runs pseudonymised at patient level, with the lattice of protected counts, and no NHS number."""

from __future__ import annotations

from gateway.stores.risk_pseudonymised.schema import NAME, create, migrate
from gateway.stores.risk_pseudonymised.store import Store

__all__ = ["NAME", "Store", "create", "migrate"]
