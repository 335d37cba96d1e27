"""The keys, and the only place that opens a store: one 32-byte file per store, in a folder away from the data.

Keeps ALL-5 and RS-11: no connection can attach a second file, and a file without its key is noise.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlcipher3 import dbapi2

from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores import durable

Connection: TypeAlias = dbapi2.Connection
KEY_BYTES = 32
_BUSY_MS = 800  # a page is answered, or says 503, within a second
_SECOND_FILE = frozenset({dbapi2.SQLITE_ATTACH, dbapi2.SQLITE_DETACH})
_SETTINGS = """
    PRAGMA cipher_memory_security = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
"""


class Vault:
    """Keys by store name, read when a store is first opened."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds one `<store>.key` of 32 bytes for each store."""
        self._folder = folder

    def create(self, store: str) -> None:
        """Make a new key, readable by its owner alone. Raises FileExistsError where one is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path(store), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))

    def destroy(self, store: str) -> bool:
        """Overwrite and unlink a key, on the disk when this returns; False where there is none. Raises OSError."""
        path = self._path(store)
        if not path.exists():
            return False
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        durable.sync(self._folder)
        return True

    def key(self, store: str) -> bytes:
        """The key's 32 bytes. Raises SettingsInvalid with the mend when it is missing or of another length."""
        path = self._path(store)
        try:
            key = path.read_bytes()
        except OSError as error:
            message = f"the key of store {store} cannot be read at {path}: restore it from where keys are kept"
            raise SettingsInvalid(message) from error
        if len(key) != KEY_BYTES:
            message = f"the key of store {store} at {path} has {len(key)} bytes, not {KEY_BYTES}: restore the right one"
            raise SettingsInvalid(message)
        return key

    def derived(self, store: str, use: str) -> bytes:
        """A 32-byte key for one named use, by HKDF-SHA-256 (RFC 5869) from the store's key."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=use.encode()).derive(self.key(store))

    def connect(self, store: str, path: Path, *, create: bool = False, read_only: bool = False) -> Connection:
        """Open `path` with the key of `store`. Raises SettingsInvalid for a wrong key, StoreUnavailable otherwise."""
        key = self.key(store)
        mode = "ro" if read_only else ("rwc" if create else "rw")
        try:
            return _opened(f"file:{quote(str(path))}?mode={mode}", key)
        except dbapi2.DatabaseError as error:
            raise _explained(store, path, error) from error

    def _path(self, store: str) -> Path:
        return self._folder / f"{store}.key"


def alone(action: int, *_names: str | None) -> int:
    """SQLite authorizer of every connection: anything in this file, and no second file (ALL-5)."""
    return int(dbapi2.SQLITE_DENY if action in _SECOND_FILE else dbapi2.SQLITE_OK)


def _opened(address: str, key: bytes) -> Connection:
    connection = dbapi2.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.executescript(_SETTINGS)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError:
        connection.close()
        raise
    connection.set_authorizer(alone)
    return connection


def _explained(store: str, path: Path, error: Exception) -> SettingsInvalid | StoreUnavailable:
    if "not a database" in str(error):
        message = f"the key of store {store} does not open {path}: put the right key back, or restore the store"
        return SettingsInvalid(message)
    return StoreUnavailable(f"store {store} cannot be opened at {path}: {error}")


@contextmanager
def writing(connection: Connection) -> Iterator[Connection]:
    """One transaction that takes the writer's lock at once; commits, or rolls back and raises on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
