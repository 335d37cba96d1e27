"""The sequencer's door to the log: one writer, each group of events in one durable transaction, then its head signed.

A file that was moved or replaced goes on 'committing'; device and inode are compared before any answer (ALL-3).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlcipher3 import dbapi2

from gateway.audit.leaf import COLUMNS
from gateway.audit.tiles import Tree
from gateway.errors import AuditUnavailable
from gateway.stores.audit_log import reviews, tiles
from gateway.stores.audit_log.entry import Entry, Head, Placed
from gateway.stores.audit_log.pruning import may_go, prune
from gateway.stores.audit_log.schema import FILE, NAME, TOKENS, check_version
from gateway.stores.vault import Vault, writing

HEAD = "SELECT size, frontier, note, at_ms, kept_ms FROM head"
SET_HEAD = "INSERT OR REPLACE INTO head (only, size, frontier, note, at_ms, kept_ms) VALUES (1, ?, ?, '', ?, ?)"
SIGN_HEAD = "UPDATE head SET note = ? WHERE size = ?"
KEEP_CHECKPOINT = "INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?, ?)"
REPLACE_CHECKPOINT = "INSERT OR REPLACE INTO checkpoint (size, note) VALUES (?, ?)"
KEEP_COSIGNATURE = "INSERT OR REPLACE INTO cosignature (size, witness, line) VALUES (?, ?, ?)"
COSIGNATURES = "SELECT witness, line FROM cosignature WHERE size = ? ORDER BY witness"
NEWEST_COSIGNED = """
    SELECT size, note FROM checkpoint WHERE size = (SELECT max(size) FROM cosignature)
"""
FIND = "SELECT idx, at FROM event WHERE id = ?"
FIND_ALL = "SELECT value, idx, at FROM json_each(?) JOIN event ON event.id = unhex(replace(value, '-', ''))"
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


class Log:
    """The open log. One thread of one process uses it, under the sequencer's lock."""

    def __init__(self, home: Path, keys: Path) -> None:
        """Raises SettingsInvalid (keys, version) or StoreUnavailable."""
        vault = Vault(keys)
        self._path = home / FILE
        self._seen = _identity(self._path)
        self._wal: tuple[int, int] | None = None
        self._taken_away = False
        self._connection = vault.connect(NAME, self._path)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: rows of many groups share them
        self._connection.execute("PRAGMA secure_delete = ON")  # what is taken away is overwritten
        check_version(self._connection)
        self.token_key = vault.key(TOKENS)

    def catch_up(self) -> None:
        """Give the log the tiles that an earlier version did not write. Raises StoreUnavailable."""
        tiles.catch_up(self._connection)

    def head(self) -> Head | None:
        """The stored head, or None in an empty log. Raises AuditUnavailable."""
        row = self._row(HEAD)
        return Head(row[0], tuple(row[1].split()), *row[2:]) if row else None

    def keep_cosignature(self, size: int, note: str, witness: str, line: str) -> None:
        """Keep a witness's line, and the checkpoint that it stands under. Raises AuditUnavailable."""
        with _within("written"), writing(self._connection) as connection:
            connection.execute(KEEP_CHECKPOINT, (size, note))
            connection.execute(KEEP_COSIGNATURE, (size, witness, line))

    def newest_cosigned(self) -> tuple[int, str, dict[str, str]]:
        """The newest cosigned head: its size, note, and lines by the witness's key. Raises AuditUnavailable."""
        with _within("read"):
            size, note = self._connection.execute(NEWEST_COSIGNED).fetchone() or (0, "")
            return size, note, dict(self._connection.execute(COSIGNATURES, (size,)))

    def rotations(self) -> list[bytes]:
        """The leaves that tell of a new key, in order. Raises AuditUnavailable."""
        with _within("read"):
            return [leaf for _, leaf in tiles.rotations(self._connection)]

    def tree(self, size: int) -> Tree:
        """The tree of its first `size` events; what is read raises StoreUnavailable."""
        return Tree(size, partial(tiles.hashes, self._connection))

    def find(self, event_id: str) -> Placed | None:
        """Index and time of an event that the log has already. Raises AuditUnavailable."""
        row: Placed | None = self._row(FIND, UUID(event_id).bytes)
        return row

    def find_all(self, event_ids: Collection[str]) -> dict[str, Placed]:
        """The same of many, by id. Raises AuditUnavailable."""
        with _within("read"):
            found = self._connection.execute(FIND_ALL, (json.dumps(list(event_ids)),))
            return {event_id: (index, at) for event_id, index, at in found}

    def can_be_fetched(self, export: int) -> bool:
        """Whether there is such an export, and nobody has fetched it. Raises AuditUnavailable."""
        row = self._row(FETCHED, export)
        return row is not None and not row[0]

    def can_be_decided(self, review: int) -> bool:
        """Whether there is such a review, and nobody has decided it. Raises AuditUnavailable."""
        with _within("read"):
            return reviews.is_open(self._connection, review)

    def unsealed(self, tokens: Collection[str]) -> list[str]:
        """Those of `tokens` that have no seal, and none that was erased. Raises AuditUnavailable."""
        with _within("read"):
            return [str(token) for (token,) in self._connection.execute(UNSEALED, (json.dumps(list(tokens)),))]

    def may_be_pruned(self, end: int, before: str) -> bool:
        """Whether all bodies before event `end` are of days before `before`. Raises AuditUnavailable."""
        with _within("read"):
            return may_go(self._connection, end, before)

    def add(self, entries: Collection[Entry], head: Head) -> None:
        """Write a group durably, its head not signed yet. Raises AuditUnavailable."""
        with _within("written"), writing(self._connection) as connection:
            connection.executemany(ADD_EVENT, map(_row_of, entries))
            connection.executemany(ADD_SUBJECT, _subjects_of(entries))
            for entry in entries:
                self._add(entry)
            tiles.grow(connection, head.size - len(entries), head.size)
            connection.execute(SET_HEAD, (head.size, " ".join(head.frontier), head.at_ms, head.kept_ms))
        self._taken_away |= any(entry.takes_away for entry in entries)

    def sign(self, size: int, note: str, *, keep: bool) -> None:
        """Put the signature to the head of `size`, keeping it as a checkpoint too if asked. Raises AuditUnavailable.

        No flush of its own: after a power cut the head is there without it, and is signed again, the same.
        """
        with _within("written"):
            self._connection.execute("PRAGMA synchronous = NORMAL")
            with writing(self._connection) as connection:
                connection.execute(SIGN_HEAD, (note, size))
                if keep:
                    connection.execute(REPLACE_CHECKPOINT, (size, note))
            self._connection.execute("PRAGMA synchronous = FULL")
            if self._taken_away:
                self._connection.execute(EMPTY_WAL).fetchall()  # no copy of it waits there; a reader may put that off
        self._taken_away = False
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
        with _within("read"):
            return self._connection.execute(statement, values).fetchone()

    def _add(self, entry: Entry) -> None:
        """What comes with an event whose own row is there."""
        if entry.export:
            self._connection.execute(ADD_EXPORT, (entry.index, *entry.export))
        if entry.kept:
            self._connection.execute(KEEP_CHECKPOINT, entry.kept)
        if entry.fetched:
            self._connection.execute(SET_FETCHED, entry.fetched)
        if entry.seals:
            self._connection.executemany(ADD_SEAL, entry.seals)
        if entry.erased:
            self._connection.executemany(ERASE_SEAL, [(token, entry.erased) for token in entry.tokens])
        if entry.opened:
            reviews.add(self._connection, entry.opened)
        if entry.decided:
            reviews.decide(self._connection, entry.decided)
        if entry.prune_to:
            prune(self._connection, entry.prune_to)


def _row_of(entry: Entry) -> tuple[object, ...]:
    return (
        entry.index, bytes.fromhex(entry.id.replace("-", "")), entry.hash, entry.leaf.decode(), entry.subjects_at,
        *entry.columns,
    )  # fmt: skip


def _subjects_of(entries: Iterable[Entry]) -> Iterator[tuple[int, str]]:
    own = (entry for entry in entries if entry.subjects_at == entry.index)
    return ((entry.index, token) for entry in own for token in entry.tokens)


@contextmanager
def _within(what: str) -> Iterator[None]:
    """What the database finds wrong while the log is read or written becomes AuditUnavailable."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        raise AuditUnavailable(f"the audit log cannot be {what}: {error}") from error


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
