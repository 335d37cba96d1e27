"""From one schema to the next: each step's statements and its number in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.errors import StoreUnavailable
from gateway.stores.vault import Connection, Vault, writing

Step = Sequence[str]


def create_file(vault: Vault, store: str, path: Path, steps: Sequence[Step]) -> None:
    """A new encrypted file with every step taken, in WAL mode."""
    with closing(vault.connect(store, path, create=True)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        _take(connection, store, steps)
    path.chmod(0o600)


def bring_up(vault: Vault, store: str, path: Path, steps: Sequence[Step]) -> int:
    """Take the steps that the file has not; the version reached. Raises StoreUnavailable where the file is later."""
    with closing(vault.connect(store, path)) as connection:
        version = version_of(connection)
        if version > len(steps):
            raise _later(store, version, len(steps))
        _take(connection, store, steps)
        return version_of(connection)


def check_version(connection: Connection, store: str, needed: int) -> None:
    """Raises StoreUnavailable, with the mend, where the file is of another version than this program works with."""
    version = version_of(connection)
    if version > needed:
        raise _later(store, version, needed)
    if version < needed:
        raise StoreUnavailable(
            f"store {store} has schema {version}, this program needs {needed}: run 'gateway migrate'"
        )


def version_of(connection: Connection) -> int:
    """The schema's version in the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _later(store: str, version: int, needed: int) -> StoreUnavailable:
    return StoreUnavailable(f"store {store} has schema {version}, later than this program's {needed}: update it")


def _take(connection: Connection, store: str, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, 1):
        if number > version_of(connection):
            try:
                with writing(connection):
                    for statement in (*step, f"PRAGMA user_version = {number}"):
                        connection.execute(statement)
            except dbapi2.DatabaseError as error:
                told = f"store {store} stays at schema {number - 1}: step {number} failed: {error}"
                raise StoreUnavailable(told) from error
