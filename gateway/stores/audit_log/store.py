"""The auditor's door to the log: the parts of a grant's view, and the whole log as a stream for `verify` and `export`.

The sequencer alone writes; what is read here comes from a connection that cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.access.grant import Grant
from gateway.audit.event import Event, Subjects
from gateway.audit.tiles import Tile, is_in
from gateway.errors import NotFound, StoreUnavailable
from gateway.stores.audit_log import tiles
from gateway.stores.audit_log.schema import FILE, NAME
from gateway.stores.audit_log.stream import Stream
from gateway.stores.connections import Connections
from gateway.stores.migrations import version_of
from gateway.stores.outbox import Transaction
from gateway.stores.reading import read
from gateway.stores.result import Result
from gateway.stores.vault import Vault

EVENTS = "SELECT {columns} FROM event WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
PATIENT = """
    SELECT {columns} FROM event JOIN (SELECT idx AS first, token FROM event_subject) ON first = subjects_at
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
EXPORTS = "SELECT {columns} FROM export WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
REVIEWS = "SELECT {columns} FROM review WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
SIZE = "SELECT coalesce(max(size), 0) FROM head"
TABLES = {"event": EVENTS, "export": EXPORTS, "review": REVIEWS}


@dataclass(frozen=True, slots=True)
class Snapshot(Transaction):
    """The log as it stands at one moment; the event of what is done with it goes to the log and nowhere else."""

    def put_in_outbox(self, event: Event, subjects: Subjects | None = None) -> None:
        """Nothing: there is no change here that could outlive its event."""


class Store:
    """The audit log, read."""

    name = NAME

    def __init__(self, vault: Vault, home: Path) -> None:
        """Nothing is opened yet."""
        self._connections = Connections(vault, NAME, home / FILE)

    def select(self, grant: Grant) -> Result:
        """Rows of the grant's view, newest first. Raises BadRequest, StoreUnavailable."""
        connection = self._connections.get()
        parts = {}
        for part in grant.view.parts:
            statement = PATIENT if "token" in part.keys else TABLES[part.table]
            parts[part.name] = read(connection, statement, grant, part)
        size = connection.execute(SIZE).fetchone()[0]
        return Result(NAME, parts, data_version=str(size))

    @contextmanager
    def changing(self) -> Iterator[Snapshot]:
        """The log at one moment, for what reads all of it (`audit.log`, `audit.exports`)."""
        connection = self._connections.get()
        try:
            connection.execute("BEGIN")
            try:
                yield Snapshot(connection)
            finally:
                connection.rollback()
        except dbapi2.DatabaseError as error:
            raise StoreUnavailable(f"the audit log cannot be read: {error}") from error

    def hashes(self, tile: Tile) -> list[bytes]:
        """A tile of hashes, which anybody may have. Raises NotFound where the log has it not, StoreUnavailable."""
        connection = self._connections.get()
        size = connection.execute(SIZE).fetchone()[0]
        if not is_in(tile, size):
            raise NotFound
        return tiles.hashes(connection, tile)

    def outbox(self) -> list[tuple[Event, Subjects | None]]:
        """Always empty."""
        return []

    def settle(self, event_id: str) -> None:
        """Nothing waits."""

    def version(self) -> int:
        """The schema's version."""
        return version_of(self._connections.get())


def stream_of(grant: Grant, snapshot: Transaction) -> Stream:
    """The whole log in order, for one who was granted a view of it. Raises StoreUnavailable for any other grant."""
    if grant.view.store != NAME:
        raise StoreUnavailable("the grant is of another store")
    return Stream(snapshot.connection)
