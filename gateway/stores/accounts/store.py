"""Accounts as administrators and their holders see them: rows for a Grant, changes with their event."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from gateway.access.grant import Grant
from gateway.audit.event import Event, Subjects
from gateway.stores import outbox
from gateway.stores.accounts.schema import FILE, NAME, STEPS
from gateway.stores.connections import Connections
from gateway.stores.migrations import version_of
from gateway.stores.outbox import Transaction
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.vault import Connection, Vault

ACCOUNT = "SELECT {columns} FROM account WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
MEMBERSHIP = "SELECT {columns} FROM membership WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
BEARER = "SELECT {columns} FROM token WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
COLLEAGUE = """
    SELECT {columns} FROM (
        SELECT membership.id AS rowid, membership.user AS user, account.name AS name, membership.role AS role,
               membership.organisation AS organisation, membership.valid_from AS valid_from,
               membership.valid_until AS valid_until
        FROM membership JOIN account ON account.user = membership.user
        WHERE membership.state = 'approved' AND account.locked = 0
    )
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
STATEMENTS = {"account": ACCOUNT, "membership": MEMBERSHIP, "token": BEARER}
OF_PART = {"colleagues": COLLEAGUE}  # memberships with the names of their holders


class Store:
    """The accounts store."""

    name = NAME

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._connections = Connections(vault, NAME, home / FILE, version=len(STEPS))

    def connection(self) -> Connection:
        """The connection of this thread, for `pipeline` and its neighbours."""
        return self._connections.get()

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view within its scope. Raises BadRequest, StoreUnavailable."""
        connection = self.connection()
        parts = {
            part.name: read(connection, OF_PART.get(part.name) or STATEMENTS[part.table], grant, part)
            for part in grant.view.parts
        }
        return Result(NAME, parts)

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
