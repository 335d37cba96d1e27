"""The risk intake's door: which runs there were and which files were taken, by their hash. No patient is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.stores.received import Recorded
from gateway.stores.vault import Connection

NEXT = "SELECT coalesce(max(run), 0) + 1 FROM run"
LAST = "SELECT coalesce(max(run), 0) FROM run"
LAST_RECORD = "SELECT run, instruction, as_of FROM run ORDER BY run DESC LIMIT 1"
LAST_METHOD = "SELECT coalesce(json_extract(facts, '$.at_risk.method'), '') FROM run ORDER BY run DESC LIMIT 1"
KNOWN = "SELECT file, run FROM received_file WHERE sha256 = ? ORDER BY run DESC LIMIT 1"
RECEIVED = """
    SELECT sha256, file, rows, run, instruction, finished FROM received_file JOIN run USING (run) ORDER BY run, file
"""
ADD_RUN = (
    "INSERT INTO run (run, instruction, as_of, finished, facts) VALUES (:run, :instruction, :as_of, :finished, :facts)"
)
ADD_FILE = "INSERT OR IGNORE INTO received_file (sha256, run, file, rows) VALUES (?, ?, ?, ?)"


def next_run(connection: Connection) -> int:
    """The number of the run to come."""
    return int(connection.execute(NEXT).fetchone()[0])


def last_run(connection: Connection) -> int:
    """The last run that was finished and recorded, 0 before the first."""
    return int(connection.execute(LAST).fetchone()[0])


def last_record(connection: Connection) -> tuple[int, str, str] | None:
    """Number, instruction and day of the last run; None before the first."""
    row = connection.execute(LAST_RECORD).fetchone()
    return (int(row[0]), str(row[1]), str(row[2])) if row else None


def last_method(connection: Connection) -> str:
    """By which method the last run said who is at risk; '' before the first, or where it did not say."""
    row = connection.execute(LAST_METHOD).fetchone()
    return str(row[0]) if row else ""


def taken_before(connection: Connection, sha256: str) -> tuple[str, int] | None:
    """Under which name and in which run a file with that hash was taken, or None."""
    row = connection.execute(KNOWN, (sha256,)).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def add_run(connection: Connection, run: Mapping[str, str | int], files: Iterable[tuple[str, str, int]]) -> None:
    """Record a finished run and its files (hash, name, rows)."""
    connection.execute(ADD_RUN, run)
    connection.executemany(ADD_FILE, [(sha256, run["run"], name, rows) for sha256, name, rows in files])


def received(connection: Connection) -> list[Recorded]:
    """Every file that was taken, in order of its run."""
    found = connection.execute(RECEIVED)
    return [Recorded(sha256, file, rows, "", *rest) for sha256, file, rows, *rest in found]
