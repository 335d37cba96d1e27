"""The log and the stores as enforcement sees them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from gateway.access.grant import Grant
from gateway.audit.event import Event, Receipt, Subjects
from gateway.stores.outbox import Transaction
from gateway.stores.result import Result


class Log(Protocol):
    """The audit log."""

    def append(self, event: Event, subjects: Subjects | None = None) -> Receipt:
        """Durable when it returns; the same event id twice is one entry. Raises AuditUnavailable."""

    def token(self, store: str, identifier: str) -> str:
        """The keyed token by which the log knows a person of a store. Raises AuditUnavailable."""

    def checkpoint(self) -> str:
        """The signed tree head. Raises AuditUnavailable."""

    def cosigned(self, note: str, witness: str) -> None:
        """Keep a witness's signature under a checkpoint; witness: its key. Raises AuditUnavailable."""

    def key(self) -> str:
        """The log's verifier key. Raises AuditUnavailable."""

    def cosigned_checkpoint(self) -> str:
        """The newest head that a witness cosigned, or ''. Raises AuditUnavailable."""

    def rotate_key(self) -> tuple[str, int]:
        """A new key from now on: what it is, and its event. Raises AuditUnavailable."""

    def signed_manifest(self, sha256: str) -> str:
        """The log's signature over an export's manifest. Raises AuditUnavailable."""


class Store(Protocol):
    """A store that is read."""

    @property
    def name(self) -> str:
        """As in policies/."""

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view within its scope, and no others."""

    def version(self) -> int:
        """Of its schema; proves that file and key are right. Raises StoreUnavailable, SettingsInvalid."""


class WritableStore(Store, Protocol):
    """A store that people alter."""

    def changing(self) -> AbstractContextManager[Transaction]:
        """One transaction with its outbox."""

    def outbox(self) -> list[tuple[Event, Subjects | None]]:
        """Events that the log may not have yet."""

    def settle(self, event_id: str) -> None:
        """The log has this one."""
