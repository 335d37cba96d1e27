"""What the commissioner writes and every risk run leaves alone: cohorts, as criteria and never as people (RS-6)."""

from __future__ import annotations

from gateway.stores.population_work.schema import FILE, NAME, create, migrate
from gateway.stores.population_work.store import Store

__all__ = ["FILE", "NAME", "Store", "create", "migrate"]
