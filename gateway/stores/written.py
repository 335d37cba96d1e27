"""A store that people write to and that no risk run replaces: rows for a Grant, changes with their event."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType

from gateway.access.grant import Grant, ViewPart
from gateway.audit.event import Event, Subjects
from gateway.stores import outbox
from gateway.stores.connections import Connections
from gateway.stores.migrations import version_of
from gateway.stores.outbox import Transaction
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.vault import Connection, Vault


class WrittenStore:
    """One file and one key of its own. statements, of_part: SELECTs with the slots of gateway.stores.reading.

    A part is read by its own, where it has one, else by its table's. schema_version: None where the file tells none.
    """

    name = ""
    schema_version: int | None = None
    statements: Mapping[str, str] = MappingProxyType({})
    of_part: Mapping[str, str] = MappingProxyType({})

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._connections = Connections(vault, self.name, home / f"{self.name}.db", version=self.schema_version)

    def connection(self) -> Connection:
        """The connection of this thread, for the store's `pipeline`."""
        return self._connections.get()

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises BadRequest or StoreUnavailable."""
        connection = self.connection()
        parts = {part.name: read(connection, self.statement(part), grant, part) for part in grant.view.parts}
        return Result(self.name, parts)

    def statement(self, part: ViewPart) -> str:
        """The SELECT of a part."""
        return self.of_part.get(part.name) or self.statements[part.table]

    def changing(self) -> AbstractContextManager[Transaction]:
        """One change with its event."""
        return outbox.changing(self.connection())

    def outbox(self) -> list[tuple[Event, Subjects | None]]:
        """Events that the log may not have yet."""
        return outbox.waiting(self.connection())

    def settle(self, event_id: str) -> None:
        """The log has this one."""
        outbox.settle(self.connection(), event_id)

    def version(self) -> int:
        """The schema's version."""
        return version_of(self.connection())
