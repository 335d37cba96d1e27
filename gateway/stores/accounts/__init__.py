"""Accounts, dated memberships and sessions: who may sign in, and as what. No patient data."""

from __future__ import annotations

from gateway.stores.accounts.schema import FILE, NAME, create, migrate
from gateway.stores.accounts.store import Store

__all__ = ["FILE", "NAME", "Store", "create", "migrate"]
