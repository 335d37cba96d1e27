"""What the CEfF, and the commissioner's finance team, see of the invoices store: rows for a Grant and for nothing else.

Keeps IV-1 to IV-3: an NHS number stands only in the views of one invoice and one line.
"""

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

DELIVERIES = "SELECT {columns} FROM delivery WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
INVOICES = "SELECT {columns} FROM invoice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
INVOICE = "SELECT {columns} FROM invoice WHERE {scope} AND {filters} ORDER BY {order} LIMIT 1"
LINES = """
    SELECT {columns} FROM line LEFT JOIN matched USING (reference)
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
SUS_ROW = """
    SELECT {columns} FROM matched JOIN sus_row ON sus_row.id = matched.sus_row
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
NOTICES = "SELECT {columns} FROM notice WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
STATEMENTS = {
    "deliveries": DELIVERIES,
    "invoices": INVOICES,
    "invoice": INVOICE,
    "lines": LINES,
    "line": LINES,
    "spell": SUS_ROW,
    "notices": NOTICES,
}
ONE_THING = ("invoice", "line")
AGE = """
    SELECT max(last_date) FILTER (WHERE extract_date IS NOT NULL), max(extract_date), date(max(received)),
        coalesce(max(run), 0)
    FROM delivery
"""
AGES = ("SUS+ to", "SUS+ extracted on", "Last delivery")


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
        """Rows of the grant's view. Raises NotFound where the one thing asked for is not there; BadRequest."""
        connection = self.connection()
        parts = {part.name: read(connection, STATEMENTS[part.name], grant, part) for part in grant.view.parts}
        if any(name in parts and not parts[name].rows for name in ONE_THING):
            raise NotFound
        *ages, run = connection.execute(AGE).fetchone()
        about = {name: str(age) for name, age in zip(AGES, ages, strict=True) if age}
        subjects = tuple(dict.fromkeys(number for part in parts.values() for number in part.of_class("nhs_number")))
        return Result(NAME, parts, subjects, f"run {run}", about)

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
