"""What enforcement works with: the policy, the clock, the log and the stores, wired once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from gateway.access.grant import Grant
from gateway.access.snapshot import PolicySnapshot
from gateway.audit.event import Event, Receipt, Subjects
from gateway.disclosure import disclose
from gateway.errors import StoreUnavailable
from gateway.settings import Settings
from gateway.stores.outbox import Transaction
from gateway.stores.result import Result


class Log(Protocol):
    """The audit log, as those who write to it see it."""

    def append(self, event: Event, subjects: Subjects | None = None) -> Receipt:
        """Durable when it returns; the same event id twice is one entry. Raises AuditUnavailable."""


class Store(Protocol):
    """A store, as enforcement sees it."""

    name: str

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view within its scope, and no others."""


class WritableStore(Store, Protocol):
    """A store that people alter."""

    def changing(self) -> AbstractContextManager[Transaction]:
        """One transaction with its outbox."""

    def outbox(self) -> list[tuple[Event, Subjects | None]]:
        """Events that the log may not have yet."""

    def settle(self, event_id: str) -> None:
        """The log has this one."""


AnyStore = TypeVar("AnyStore")


def utc_now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to answer() and change(); a test hands in another clock."""

    settings: Settings
    policy: PolicySnapshot
    log: Log
    stores: Mapping[str, Store]
    writable: Mapping[str, WritableStore] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock()

    def store_for(self, grant: Grant) -> Store:
        """The one store that the grant's view is in. Raises StoreUnavailable."""
        return _held(self.stores, grant)

    def writable_store_for(self, grant: Grant) -> WritableStore:
        """The same, for a change. Raises StoreUnavailable."""
        return _held(self.writable, grant)

    def disclose(self, result: Result, grant: Grant) -> Result:
        """What may be shown of the result."""
        return disclose(result, grant)


def _held(stores: Mapping[str, AnyStore], grant: Grant) -> AnyStore:
    try:
        return stores[grant.view.store]
    except KeyError as error:
        raise StoreUnavailable(f"store {grant.view.store} is not part of this installation") from error
