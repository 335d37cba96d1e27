"""An accounts store of its own for each test, with somebody in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.access.decision import Membership
from gateway.stores import accounts
from gateway.stores.accounts import pipeline
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import Connection, Vault

MAX = Account("max", "Max Example", "06Q", date(2020, 1, 1), professional_number="G9990001", password_hash="a hash")
GP = Membership("gp", "Z99001", date(2026, 1, 1), date(2026, 12, 31), "asked", "approved", date(2026, 6, 30))


@pytest.fixture
def store(tmp_path: Path) -> accounts.Store:
    vault = Vault(tmp_path / "keys")
    vault.create(accounts.NAME)
    accounts.create(vault, tmp_path)
    return accounts.Store(vault, tmp_path)


@pytest.fixture
def accounts_of(store: accounts.Store) -> Connection:
    """A connection to the store, with max in it, who holds nothing yet."""
    connection = store.connection()
    pipeline.add_account(connection, MAX)
    return connection


@pytest.fixture
def gp(accounts_of: Connection) -> int:
    """The number of max's one grant."""
    return pipeline.add_membership(accounts_of, "max", GP)
