"""From one schema to the next: each step's statements and its number in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.errors import StoreUnavailable
from gateway.stores.vault import Connection, Vault, writing

Step = Sequence[str]


def create_file(vault: Vault, store: str, path: Path, steps: Sequence[Step]) -> None:
    """A new encrypted file with every step taken, in WAL mode."""
    connection = vault.connect(store, path, create=True)
    connection.execute("PRAGMA journal_mode = WAL")
    _take(connection, steps)
    connection.close()
    path.chmod(0o600)


def bring_up(vault: Vault, store: str, path: Path, steps: Sequence[Step]) -> int:
    """Take the steps that the file has not; the version reached. Raises StoreUnavailable where the file is later."""
    connection = vault.connect(store, path)
    version = version_of(connection)
    if version > len(steps):
        raise StoreUnavailable(f"store {store} has schema {version}, later than this program's {len(steps)}: update it")
    _take(connection, steps)
    reached = version_of(connection)
    connection.close()
    return reached


def version_of(connection: Connection) -> int:
    """The schema's version in the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _take(connection: Connection, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, 1):
        if number > version_of(connection):
            with writing(connection):
                for statement in step:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
