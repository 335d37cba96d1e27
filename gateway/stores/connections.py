"""A store's connections: one for each thread, opened when first used, and again when the file is another one.

What the database finds wrong is never kept: the thread's next use opens the file anew, so that a mended one is well.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.errors import StoreUnavailable
from gateway.stores.migrations import check_version
from gateway.stores.vault import Connection, Vault

_faults = threading.local()


@contextmanager
def within_reach(what: str) -> Iterator[None]:
    """What the database finds wrong while `what` is done becomes StoreUnavailable."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        _faults.seen = _faults_seen() + 1
        raise StoreUnavailable(f"{what} failed: {error}") from error


def _faults_seen() -> int:
    """How many this thread has met."""
    return getattr(_faults, "seen", 0)


class Connections:
    """Connections to one file; a moved or replaced file (device, inode) is noticed at the next use."""

    def __init__(
        self, vault: Vault, store: str, path: Path, *, read_only: bool = False, version: int | None = None
    ) -> None:
        """Nothing is opened yet. version: of the schema that the program works with, where the file has one."""
        self._vault, self._store, self._path, self._read_only = vault, store, path, read_only
        self._version, self._local = version, threading.local()

    def get(self) -> Connection:
        """The connection of this thread. Raises StoreUnavailable or SettingsInvalid."""
        identity = (*self._identity(), _faults_seen())
        if getattr(self._local, "identity", None) != identity:
            self._local.connection = self._opened()
            self._local.identity = identity
        connection: Connection = self._local.connection
        return connection

    def _opened(self) -> Connection:
        connection = self._vault.connect(self._store, self._path, read_only=self._read_only)
        try:
            if self._version is not None:
                check_version(connection, self._store, self._version)
        except StoreUnavailable:
            connection.close()
            raise
        return connection

    def _identity(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise StoreUnavailable(f"store {self._store} is not at {self._path}: restore it") from error
        return status.st_dev, status.st_ino
