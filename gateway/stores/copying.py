"""Copies of stores while others write them: each whole, encrypted under its own key as before, and on the disk.

The log comes last: a change that was copied has its event in the log that was copied, or in the copied store's outbox.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.errors import StoreUnavailable
from gateway.stores import audit_log, durable
from gateway.stores.audit_log.stream import Stream
from gateway.stores.generations import OF_RUNS, POINTER, current_run, path_of
from gateway.stores.vault import Vault


def copy_stores(vault: Vault, home: Path, stores: Iterable[str], to: Path, log_home: Path | None = None) -> None:
    """Copy each store of `home` into the empty folder `to`; begin again where another run took over meanwhile.

    log_home: the folder of the log's store, where it has one of its own.
    Raises StoreUnavailable where a store cannot be read or the copy cannot be written.
    """
    names = sorted(stores, key=lambda name: (name == audit_log.NAME, name))
    while True:
        run = current_run(home)
        try:
            for name in names:
                _copy(vault, (log_home or home) if name == audit_log.NAME else home, name, run, to)
            _copy_file(home / POINTER, to / POINTER) if run else None
        except FileNotFoundError as error:
            if current_run(home) == run:
                raise StoreUnavailable(f"{error.filename} is gone: restore it") from error
        except (OSError, dbapi2.DatabaseError) as error:
            raise StoreUnavailable(f"the copy cannot be written: {error}") from error
        if current_run(home) == run:
            durable.sync(to)
            return
        _empty(to)


def head_of(vault: Vault, home: Path) -> tuple[int, str]:
    """Size and signed checkpoint of the log in `home`; 0 and '' where it holds nothing."""
    with closing(vault.connect(audit_log.NAME, home / audit_log.FILE)) as connection:
        return Stream(connection).head()


def _copy(vault: Vault, home: Path, name: str, run: int, to: Path) -> None:
    if not name.startswith(OF_RUNS):
        source, target = home / f"{name}.db", to / f"{name}.db"
        with (
            closing(vault.connect(name, source)) as read,
            closing(vault.connect(name, target, create=True)) as written,
        ):
            read.backup(written)
        target.chmod(0o600)
        durable.sync(target)
    elif run:
        target = path_of(to, name, run)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _copy_file(path_of(home, name, run), target)
        durable.sync(target.parent)


def _copy_file(source: Path, target: Path) -> None:
    shutil.copy(source, target)
    durable.sync(target)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
