"""What enforcement works with: the policy, the clock, the log and the stores, wired once per process.

The one module, with intake.store, that names both risk stores; it never joins them (ALL-5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from gateway.access.compiler import compile_release
from gateway.access.grant import Grant
from gateway.access.loader import load
from gateway.access.snapshot import LONDON, PolicySnapshot
from gateway.disclosure import disclose
from gateway.enforcement.ports import Log, Store, WritableStore
from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.recorder.client import LogClient
from gateway.recorder.running import log_for
from gateway.settings import Settings, read_policies
from gateway.stores import accounts, audit_log, invoices, population_work, practice_work
from gateway.stores import risk_identifiable as identifiable
from gateway.stores import risk_pseudonymised as pseudonymised
from gateway.stores.connections import within_reach
from gateway.stores.result import Result
from gateway.stores.vault import Vault

STORES = {
    module.NAME: module
    for module in (accounts, audit_log, identifiable, pseudonymised, practice_work, population_work, invoices)
}


def utc_now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to answer() and change(); a test hands in another clock."""

    settings: Settings
    policy: PolicySnapshot
    log: Log
    vault: Vault
    stores: Mapping[str, Store]
    clock: Callable[[], datetime] = utc_now

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The present day in England."""
        return self.now().astimezone(LONDON).date()

    def store_for(self, grant: Grant) -> Store:
        """The one store that the grant's view is in. Raises StoreUnavailable."""
        try:
            return self.stores[grant.view.store]
        except KeyError as error:
            raise StoreUnavailable(f"store {grant.view.store} is not part of this installation") from error

    def fetch(self, grant: Grant) -> Result:
        """Rows of the view within the scope. Raises NotFound, BadRequest, StoreUnavailable or SettingsInvalid."""
        store = self.store_for(grant)
        with within_reach(f"reading store {store.name}"):
            return store.select(grant)

    def writable_store_for(self, grant: Grant) -> WritableStore:
        """The same, for a change. Raises StoreUnavailable."""
        store = self.store_for(grant)
        if not hasattr(store, "changing"):
            raise StoreUnavailable(f"store {store.name} is never altered by a person")
        return store  # type: ignore[return-value]

    def disclose(self, result: Result, grant: Grant) -> Result:
        """What may be shown of the result."""
        return disclose(result, grant)


def policy_of(settings: Settings) -> PolicySnapshot:
    """The compiled policy release. Raises PolicyRefused or SettingsInvalid."""
    policy = compile_release(load(read_policies(settings.policies)), served=settings.agreements, closed=settings.closed)
    check_storage(settings, policy)
    return policy


def check_storage(settings: Settings, policy: PolicySnapshot) -> None:
    """Refuse to start where an agreement lists storage addresses and ours is not among them (ALL-9)."""
    for key in sorted(settings.agreements):
        listed = {row.address for row in policy.agreements[key].addresses}
        if listed and settings.storage_address.get(key) not in listed:
            message = f"GATEWAY_STORAGE_ADDRESS_{key} is not an address that the agreement lists: correct it or move"
            raise SettingsInvalid(message)


def stores_of(settings: Settings, policy: PolicySnapshot, vault: Vault) -> dict[str, Store]:
    """The stores of the agreements served here, and those that hold no agreement's data."""
    names = policy.stores(settings.agreements)
    return {name: STORES[name].Store(vault, home_of(settings, name)) for name in names}


def home_of(settings: Settings, store: str) -> Path:
    """The folder that a store is in."""
    return settings.log_folder if store == audit_log.NAME else settings.home


def serving_desk(settings: Settings) -> Desk:
    """The desk of a web worker: the log's process is somebody else's to keep."""
    policy, vault = policy_of(settings), Vault(settings.keys)
    return Desk(settings, policy, LogClient(settings.socket), vault, stores_of(settings, policy, vault))


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Policy, stores and log; the log's process is started for the time of the call where none runs."""
    policy, vault = policy_of(settings), Vault(settings.keys)
    with log_for(settings) as log:
        yield Desk(settings, policy, log, vault, stores_of(settings, policy, vault))
