"""The sequencer's door to the log: one writer, each group of events in one durable transaction with the new head.

A file that was moved or replaced goes on 'committing'; device and inode are compared before any answer (ALL-3).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlcipher3 import dbapi2

from gateway.audit.leaf import COLUMNS
from gateway.errors import AuditUnavailable
from gateway.stores.audit_log import reviews, tiles
from gateway.stores.audit_log.pruning import may_go, prune
from gateway.stores.audit_log.schema import FILE, NAME, SIGNING, TOKENS, check_version
from gateway.stores.vault import Vault, writing

HEAD = "SELECT size, frontier, note, at_ms, kept_ms FROM head"
SET_HEAD = "INSERT OR REPLACE INTO head (only, size, frontier, note, at_ms, kept_ms) VALUES (1, ?, ?, ?, ?, ?)"
KEEP_CHECKPOINT = "INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?, ?)"
KEEP_COSIGNATURE = "INSERT OR REPLACE INTO cosignature (size, witness, line) VALUES (?, ?, ?)"
COSIGNATURES = "SELECT witness, line FROM cosignature WHERE size = ? ORDER BY witness"
FIND = "SELECT idx, at FROM event WHERE id = ?"
ADD_EVENT = f"""
    INSERT INTO event (idx, id, hash, leaf, subjects_at, {", ".join(COLUMNS)})
    VALUES (?, ?, ?, ?, ?{", ?" * len(COLUMNS)})
"""
ADD_SUBJECT = "INSERT INTO event_subject (idx, token) VALUES (?, ?)"
ADD_EXPORT = "INSERT INTO export (idx, at, user, first, size, sha256, channel) VALUES (?, ?, ?, ?, ?, ?, ?)"
FETCHED = "SELECT fetched FROM export WHERE idx = ?"
SET_FETCHED = "UPDATE export SET fetched = ? WHERE idx = ?"
UNSEALED = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT token FROM seal)"
ADD_SEAL = "INSERT OR IGNORE INTO seal (token, sealed) VALUES (?, ?)"
ERASE_SEAL = """
    INSERT INTO seal (token, sealed, erased) VALUES (?, NULL, ?)
    ON CONFLICT (token) DO UPDATE SET sealed = NULL, erased = excluded.erased WHERE erased = ''
"""
EMPTY_WAL = "PRAGMA wal_checkpoint(TRUNCATE)"
Placed = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log has come. frontier: hex hashes; kept_ms: when a checkpoint was last kept."""

    size: int
    frontier: tuple[str, ...]
    note: str
    at_ms: int
    kept_ms: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is stored. columns: the values of `audit.leaf.COLUMNS`; tokens: sorted.

    subjects_at: index of the event beside which the tokens stand, its own where they stand beside no earlier one.
    export: a row of exports that comes with it; kept: a checkpoint to keep; fetched: when, and the export's index.
    seals: tokens with their sealed identifiers; erased: when the seals of its own tokens are blanked, else ''.
    prune_to: the first event that keeps its body. opened, decided: a review that comes with it, or its outcome.
    """

    index: int
    id: str
    hash: bytes
    leaf: bytes
    columns: Sequence[str | int]
    tokens: Sequence[str]
    subjects_at: int | None = None
    export: tuple[str | int, ...] = ()
    kept: tuple[int, str] | None = None
    fetched: tuple[str, int] | None = None
    seals: Sequence[tuple[str, bytes]] = ()
    erased: str = ""
    prune_to: int = 0
    opened: reviews.Row = ()
    decided: reviews.Row = ()

    @property
    def takes_away(self) -> bool:
        """Whether something is to be gone from the disk with it."""
        return bool(self.erased or self.prune_to)


class Log:
    """The open log. One thread of one process uses it, under the sequencer's lock."""

    def __init__(self, home: Path, keys: Path) -> None:
        """Raises SettingsInvalid (keys, version) or StoreUnavailable."""
        vault = Vault(keys)
        self._path = home / FILE
        self._seen = _identity(self._path)
        self._wal: tuple[int, int] | None = None
        self._connection = vault.connect(NAME, self._path)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")  # what is taken away is overwritten
        check_version(self._connection)
        self.signing_seed, self.token_key = vault.key(SIGNING), vault.key(TOKENS)

    def catch_up(self) -> None:
        """Give the log the tiles that an earlier version did not write. Raises StoreUnavailable."""
        tiles.catch_up(self._connection)

    def head(self) -> Head | None:
        """The stored head, or None in an empty log. Raises AuditUnavailable."""
        row = self._row(HEAD)
        return Head(row[0], tuple(row[1].split()), *row[2:]) if row else None

    def keep_cosignature(self, size: int, note: str, witness: str, line: str) -> None:
        """Keep a witness's line, and the checkpoint that it stands under. Raises AuditUnavailable."""
        try:
            with writing(self._connection) as connection:
                connection.execute(KEEP_CHECKPOINT, (size, note))
                connection.execute(KEEP_COSIGNATURE, (size, witness, line))
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be written: {error}") from error

    def cosignatures(self, size: int) -> dict[str, str]:
        """The witnesses' lines under the checkpoint of `size`, by their keys. Raises AuditUnavailable."""
        try:
            return dict(self._connection.execute(COSIGNATURES, (size,)))
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be read: {error}") from error

    def find(self, event_id: str) -> Placed | None:
        """Index and time of an event that the log has already. Raises AuditUnavailable."""
        row: Placed | None = self._row(FIND, UUID(event_id).bytes)
        return row

    def can_be_fetched(self, export: int) -> bool:
        """Whether there is such an export, and nobody has fetched it. Raises AuditUnavailable."""
        row = self._row(FETCHED, export)
        return row is not None and not row[0]

    def can_be_decided(self, review: int) -> bool:
        """Whether there is such a review, and nobody has decided it. Raises AuditUnavailable."""
        try:
            return reviews.is_open(self._connection, review)
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be read: {error}") from error

    def unsealed(self, tokens: Collection[str]) -> list[str]:
        """Those of `tokens` that have no seal, and none that was erased. Raises AuditUnavailable."""
        try:
            return [str(token) for (token,) in self._connection.execute(UNSEALED, (json.dumps(list(tokens)),))]
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be read: {error}") from error

    def may_be_pruned(self, end: int, before: str) -> bool:
        """Whether all bodies before event `end` are of days before `before`. Raises AuditUnavailable."""
        try:
            return may_go(self._connection, end, before)
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be read: {error}") from error

    def add(self, entries: Collection[Entry], head: Head, *, keep: bool) -> None:
        """Write a group and its head durably, keeping the head's checkpoint too if asked. Raises AuditUnavailable."""
        try:
            with writing(self._connection) as connection:
                for entry in entries:
                    self._add(entry)
                tiles.grow(connection, head.size - len(entries), head.size)
                connection.execute(SET_HEAD, (head.size, " ".join(head.frontier), head.note, head.at_ms, head.kept_ms))
                if keep:
                    connection.execute(KEEP_CHECKPOINT, (head.size, head.note))
            if any(entry.takes_away for entry in entries):
                self._connection.execute(EMPTY_WAL).fetchall()  # no copy of it waits there; a reader may put that off
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be written: {error}") from error
        self.check_place()

    def check_place(self) -> None:
        """Raises AuditUnavailable when the files on the disk are no longer those that were opened."""
        wal = _identity(self._path.with_name(f"{FILE}-wal"))
        self._wal = self._wal or wal
        if _identity(self._path) != self._seen or wal != self._wal or wal is None:
            raise AuditUnavailable(f"the audit log at {self._path} was moved or replaced while it was open")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _row(self, statement: str, *values: object) -> Any:  # noqa: ANN401 a row of SQLite
        try:
            return self._connection.execute(statement, values).fetchone()
        except dbapi2.DatabaseError as error:
            raise AuditUnavailable(f"the audit log cannot be read: {error}") from error

    def _add(self, entry: Entry) -> None:
        row = (entry.index, UUID(entry.id).bytes, entry.hash, entry.leaf.decode(), entry.subjects_at, *entry.columns)
        self._connection.execute(ADD_EVENT, row)
        if entry.subjects_at == entry.index:
            self._connection.executemany(ADD_SUBJECT, [(entry.index, token) for token in entry.tokens])
        if entry.export:
            self._connection.execute(ADD_EXPORT, (entry.index, *entry.export))
        if entry.kept:
            self._connection.execute(KEEP_CHECKPOINT, entry.kept)
        if entry.fetched:
            self._connection.execute(SET_FETCHED, entry.fetched)
        self._connection.executemany(ADD_SEAL, entry.seals)
        if entry.erased:
            self._connection.executemany(ERASE_SEAL, [(token, entry.erased) for token in entry.tokens])
        if entry.opened:
            reviews.add(self._connection, entry.opened)
        if entry.decided:
            reviews.decide(self._connection, entry.decided)
        if entry.prune_to:
            prune(self._connection, entry.prune_to)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
