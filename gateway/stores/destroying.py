"""The end of a store: first its key, so that every copy of its files is noise wherever it lies, then the files.

A key file is overwritten before it is unlinked, and each step is on the disk when it returns. What is gone already is
no fault: whatever was interrupted is done again to its end. Keeps ALL-11.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gateway.errors import StoreUnavailable
from gateway.stores import durable
from gateway.stores.generations import OF_RUNS, POINTER
from gateway.stores.vault import Vault

_BESIDE = ("", "-wal", "-shm", "-journal")


def files_of(home: Path, stores: Iterable[str]) -> list[Path]:
    """Every file that these stores have in a folder of stores: of the store itself, of its journal, of each run."""
    found: list[Path] = []
    for store in sorted(stores):
        found += [home / f"{store}.db{ending}" for ending in _BESIDE]
        if store.startswith(OF_RUNS):
            found += [*sorted((home / store).glob("*")), home / POINTER]
    return [path for path in dict.fromkeys(found) if path.is_file()]


def left(keys: Path, homes: Iterable[Path], stores: Iterable[str]) -> list[str]:
    """Names of what is there of these stores, keys and files."""
    names = sorted(stores)
    there = [path for path in (keys / f"{store}.key" for store in names) if path.exists()]
    return [path.name for path in (*there, *(path for home in homes for path in files_of(home, names)))]


def store_of(name: str) -> str:
    """The store that a file below the folder of stores belongs to; the pointer belongs to the stores of runs."""
    return OF_RUNS if name == POINTER else Path(name).parts[0].removesuffix(".db")


def destroy_keys(keys: Path, stores: Iterable[str]) -> list[str]:
    """Overwrite and unlink the key of each store; the names of those that were there. Raises StoreUnavailable."""
    vault = Vault(keys)
    try:
        return [store for store in sorted(stores) if vault.destroy(store)]
    except OSError as error:
        raise StoreUnavailable(f"a key in {keys} cannot be destroyed: {error.strerror}") from error


def destroy_files(homes: Iterable[Path], stores: Iterable[str]) -> list[Path]:
    """Unlink the files of the stores in each folder; those that were there. Raises StoreUnavailable."""
    names, gone = sorted(stores), []
    try:
        for home in homes:
            for path in files_of(home, names):
                path.unlink()
                gone.append(path)
            for store in names:
                if (home / store).is_dir():
                    (home / store).rmdir()
            durable.sync(home)
    except OSError as error:
        raise StoreUnavailable(f"{error.filename} cannot be destroyed: {error.strerror}") from error
    return gone
