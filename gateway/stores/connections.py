"""A store's connections: one for each thread, opened when first used, and reopened when the file is another one."""

from __future__ import annotations

import threading
from pathlib import Path

from gateway.errors import StoreUnavailable
from gateway.stores.vault import Connection, Vault


class Connections:
    """Connections to one file; a moved or replaced file (device, inode) is noticed at the next use."""

    def __init__(self, vault: Vault, store: str, path: Path, *, read_only: bool = False) -> None:
        """Nothing is opened yet."""
        self._vault, self._store, self._path, self._read_only = vault, store, path, read_only
        self._local = threading.local()

    def get(self) -> Connection:
        """The connection of this thread. Raises StoreUnavailable or SettingsInvalid."""
        identity = self._identity()
        if getattr(self._local, "identity", None) != identity:
            self._local.connection = self._vault.connect(self._store, self._path, read_only=self._read_only)
            self._local.identity = identity
        connection: Connection = self._local.connection
        return connection

    def _identity(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise StoreUnavailable(f"store {self._store} is not at {self._path}: restore it") from error
        return status.st_dev, status.st_ino
