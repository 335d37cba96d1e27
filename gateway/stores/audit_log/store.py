"""The auditor's door to the log: the parts of a grant's view, and the whole log as a stream for `verify` and `export`.

The sequencer alone writes; what is read here comes from a connection that cannot.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.access.grant import Grant, ViewPart
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
from gateway.stores.vault import Connection, Vault

EVENTS = "SELECT {columns} FROM event WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
FROM_DAY = """
    SELECT {columns} FROM event WHERE {scope} AND {filters}
    AND idx >= (SELECT idx FROM event WHERE day >= :filter_day_from ORDER BY day, idx LIMIT 1)
    ORDER BY {order} LIMIT :limit OFFSET :offset
"""
TO_DAY = """
    SELECT {columns} FROM event WHERE {scope} AND {filters}
    AND idx <= (SELECT idx FROM event WHERE day <= :filter_day_to ORDER BY day DESC, idx DESC LIMIT 1)
    ORDER BY {order} LIMIT :limit OFFSET :offset
"""
OF_DAYS = """
    SELECT {columns} FROM event WHERE {scope} AND {filters}
    AND idx >= (SELECT idx FROM event WHERE day >= :filter_day_from ORDER BY day, idx LIMIT 1)
    AND idx <= (SELECT idx FROM event WHERE day <= :filter_day_to ORDER BY day DESC, idx DESC LIMIT 1)
    ORDER BY {order} LIMIT :limit OFFSET :offset
"""
PATIENT = """
    SELECT {columns} FROM event JOIN (SELECT idx AS first, token FROM event_subject) ON first = subjects_at
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
EXPORTS = "SELECT {columns} FROM export WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
REVIEWS = "SELECT {columns} FROM review WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
RUNS = """
    SELECT {columns} FROM intake_run JOIN (SELECT idx AS event, idx AS rowid FROM event) ON event = idx
    WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
A_RUN = "intake_run.run"
SIZE = "SELECT coalesce(max(size), 0) FROM head"
UNSIGNED = "SELECT 1 FROM head WHERE note = ''"
_PATIENCE, _PAUSE = 1.0, 0.002  # seconds
TABLES = {"export": EXPORTS, "review": REVIEWS}
DAYS = {(False, False): EVENTS, (True, False): FROM_DAY, (False, True): TO_DAY, (True, True): OF_DAYS}


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
            parts[part.name] = read(connection, _statement(grant, part), grant, part)
        size = connection.execute(SIZE).fetchone()[0]
        return Result(NAME, parts, data_version=str(size))

    @contextmanager
    def changing(self) -> Iterator[Snapshot]:
        """The log at one moment, for what reads all of it (`audit.log`, `audit.exports`)."""
        connection = self._connections.get()
        try:
            _begin(connection)
            try:
                yield Snapshot(connection)
            finally:
                connection.rollback()
        except dbapi2.DatabaseError as error:
            raise StoreUnavailable(f"the audit log cannot be read: {error}") from error

    def keys(self) -> tuple[str, list[tuple[bytes, list[bytes]]]]:
        """The signed head, and each change of the log's key under it: leaf and path, which anybody may have."""
        with self.changing() as snapshot:
            stream = Stream(snapshot.connection)
            return stream.head()[1], stream.proven_rotations()

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


def _statement(grant: Grant, part: ViewPart) -> str:
    """The one that reads the part. Days come in the log's order: they bound the events, whatever else is asked."""
    if A_RUN in part.uses:
        return RUNS
    if part.table != "event":
        return TABLES[part.table]
    asked = grant.request.question
    return PATIENT if "token" in part.keys else DAYS["day_from" in asked, "day_to" in asked]


def _begin(connection: Connection) -> None:
    """A moment at which the head is signed: for an instant after each group it is not. Raises StoreUnavailable."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        connection.execute("BEGIN")
        if not connection.execute(UNSIGNED).fetchone():
            return
        connection.rollback()
        if time.monotonic() > deadline:
            raise StoreUnavailable("the head of the audit log is not signed: its signer does not answer")
        time.sleep(_PAUSE)


def stream_of(grant: Grant, snapshot: Transaction) -> Stream:
    """The whole log in order, for one who was granted a view of it. Raises StoreUnavailable for any other grant."""
    if grant.view.store != NAME:
        raise StoreUnavailable("the grant is of another store")
    return Stream(snapshot.connection)
