"""Risk runs identifiable by NHS number: each practice's own patients, their scores and hospital rows."""

from __future__ import annotations

from gateway.stores.risk_identifiable.schema import NAME, create, migrate
from gateway.stores.risk_identifiable.store import Store

__all__ = ["NAME", "Store", "create", "migrate"]
