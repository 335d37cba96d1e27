"""Invoices for a Grant: inside the CEfF lines with their SUS+ spell, for the CCG's finance team notices alone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from gateway.access.grant import Grant
from gateway.audit.event import Event, Subjects
from gateway.errors import NotFound
from gateway.stores import outbox
from gateway.stores.connections import Connections
from gateway.stores.invoices.schema import FILE, NAME
from gateway.stores.migrations import version_of
from gateway.stores.outbox import Transaction
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.vault import Connection, Vault

DELIVERY = "SELECT {columns} FROM delivery WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
INVOICE = "SELECT {columns} FROM invoice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
LINE = "SELECT {columns} FROM line WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
SPELL = "SELECT {columns} FROM spell WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
NOTICE = "SELECT {columns} FROM notice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {"delivery": DELIVERY, "invoice": INVOICE, "line": LINE, "spell": SPELL, "notice": NOTICE}
SUS_TO = "SELECT coalesce(max(activity_date), '') FROM sus"
ONE = frozenset({"invoice", "line"})


class Store:
    """The invoices store."""

    name = NAME

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._connections = Connections(vault, NAME, home / FILE)

    def connection(self) -> Connection:
        """The connection of this thread, for `pipeline`."""
        return self._connections.get()

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view. Raises NotFound where the one thing asked for is not there."""
        connection = self.connection()
        parts = {part.name: read(connection, STATEMENTS[part.table], grant, part) for part in grant.view.parts}
        if any(name in ONE and not part.rows for name, part in parts.items()):
            raise NotFound
        subjects = tuple(dict.fromkeys(number for part in parts.values() for number in part.of_class("nhs_number")))
        return Result(NAME, parts, subjects, as_of={"sus_to": connection.execute(SUS_TO).fetchone()[0]})

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
