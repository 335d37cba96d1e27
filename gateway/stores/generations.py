"""Risk runs as immutable files: one for each run and store, and one small pointer that names the run for both.

The pointer is renamed into place, so that a reader has one whole run or the other; a killed run was never named.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from gateway.errors import Conflict, StoreUnavailable
from gateway.stores.connections import Connections
from gateway.stores.vault import Connection, Vault, writing

POINTER = "risk-run"
OF_RUNS = "risk_"  # stores that are a file for each run
LOCK = "risk-intake.lock"
ABOUT = "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"
ADD_ABOUT = "INSERT INTO about (key, value) VALUES (?, ?)"
READ_ABOUT = "SELECT key, value FROM about"


def path_of(home: Path, store: str, run: int) -> Path:
    """Where a run's file is."""
    return home / store / f"run-{run:06d}.db"


def current_run(home: Path) -> int:
    """The run that is served, 0 before the first."""
    try:
        return int((home / POINTER).read_text("ascii"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise StoreUnavailable(f"{POINTER} names no run: restore it") from error


def point_to(home: Path, run: int) -> None:
    """Serve this run from now on; earlier ones are removed, with whomever a new list of objections took out (RS-10).

    Whoever reads one just then goes on with the open file.
    """
    beside = home / f"{POINTER}.next"
    with beside.open("w", encoding="ascii") as file:
        file.write(f"{run}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(home / POINTER)
    for old in home.glob("risk_*/run-*.db"):
        if int(old.stem.removeprefix("run-")) < run:
            old.unlink()


def discard_after(home: Path, run: int) -> None:
    """Remove the files of later runs, which nobody has been shown."""
    for path in home.glob("risk_*/run-*.db*"):
        if int(path.name.removeprefix("run-").partition(".")[0]) > run:
            path.unlink()


@contextmanager
def one_intake(home: Path) -> Iterator[None]:
    """No second intake is under way meanwhile; the lock ends with the process, whatever ends it. Raises Conflict."""
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Conflict("another intake is under way: wait until it has ended") from error
    finally:
        os.close(handle)


class Generation:
    """A run's file while it is written: everything or nothing of it is ever read.

    Every method raises StoreUnavailable where the file cannot be written.
    """

    def __init__(self, vault: Vault, home: Path, store: str, run: int, tables: Sequence[str]) -> None:
        """Begin an empty file; what an interrupted run left there is removed."""
        self._path = path_of(home, store, run)
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.unlink(missing_ok=True)
        with self._told():
            self._connection = vault.connect(store, self._path, create=True)
            for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", ABOUT, *tables):
                self._connection.execute(statement)

    def add(self, statement: str, rows: Iterable[Sequence[object]]) -> int:
        """Add rows in one transaction; how many."""
        with self._told(), writing(self._connection):
            return int(self._connection.executemany(statement, rows).rowcount)

    def finish(self, about: Mapping[str, str], indexes: Sequence[str]) -> None:
        """Index it, say what it is about, and put it on the disk."""
        self.add(ADD_ABOUT, list(about.items()))
        with self._told():
            for statement in indexes:
                self._connection.execute(statement)
            self._connection.close()
            self._path.chmod(0o400)
            for place in (self._path, self._path.parent):
                handle = os.open(place, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (dbapi2.DatabaseError, OSError) as error:
            raise StoreUnavailable(f"{self._path.name} cannot be written: {error}") from error


class Generations:
    """Readers' way to the run that the pointer names, looked at anew for each read."""

    def __init__(self, vault: Vault, home: Path, store: str) -> None:
        """Nothing is opened yet."""
        self._vault, self._home, self._store = vault, home, store
        self._lock = threading.Lock()
        self._open: tuple[int, Connections] | None = None

    def get(self) -> tuple[int, Connection]:
        """The run that is served, and this thread's connection to it. Raises StoreUnavailable before the first."""
        run = current_run(self._home)
        if run == 0:
            raise StoreUnavailable("nothing has been taken in yet: run the intake first")
        try:
            return run, self._connections(run).get()
        except StoreUnavailable:
            if current_run(self._home) == run:
                raise
            return self.get()  # the next run took its place between the two looks

    def _connections(self, run: int) -> Connections:
        with self._lock:
            if self._open is None or self._open[0] != run:
                path = path_of(self._home, self._store, run)
                self._open = (run, Connections(self._vault, self._store, path, read_only=True))
            return self._open[1]

    def about(self) -> dict[str, str]:
        """What the run that is served says about itself; empty before the first."""
        if current_run(self._home) == 0:
            return {}
        return dict(self.get()[1].execute(READ_ABOUT).fetchall())

    def version(self) -> int:
        """The run that is served; opens it."""
        return self.get()[0] if current_run(self._home) else 0
