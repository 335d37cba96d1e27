"""Cohorts: criteria saved by name, withdrawn and never removed. No column has room for a person (RS-6)."""

from __future__ import annotations

from sqlcipher3 import dbapi2

from gateway.errors import Conflict
from gateway.stores.vault import Connection

STEP = (
    """
    CREATE TABLE cohort (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, criteria TEXT NOT NULL CHECK (json_valid(criteria)),
        saved_by TEXT NOT NULL, saved_on TEXT NOT NULL, withdrawn_by TEXT, withdrawn_on TEXT
    ) STRICT
    """,
    "CREATE UNIQUE INDEX cohort_name ON cohort (name) WHERE withdrawn_on IS NULL",
)
MOST = 100  # that stand at one time
COUNT = "SELECT count(*) FROM cohort WHERE withdrawn_on IS NULL"
ADD = "INSERT INTO cohort (name, criteria, saved_by, saved_on) VALUES (?, ?, ?, ?)"
WITHDRAW = "UPDATE cohort SET withdrawn_by = ?, withdrawn_on = ? WHERE id = ? AND withdrawn_on IS NULL"


def add(connection: Connection, name: str, criteria: str, by: str, on: str) -> int:
    """Keep one; its number. criteria: canonical JSON; on: ISO day. Raises Conflict: name taken, or MOST of them."""
    if int(connection.execute(COUNT).fetchone()[0]) >= MOST:
        raise Conflict(f"there are {MOST} cohorts: withdraw one first")
    try:
        return int(connection.execute(ADD, (name, criteria, by, on)).lastrowid or 0)
    except dbapi2.IntegrityError as error:
        raise Conflict("there is a cohort of that name: choose another name, or withdraw that one") from error


def withdraw(connection: Connection, number: int, by: str, on: str) -> bool:
    """It stands no longer; False where there is none of that number that stands."""
    return int(connection.execute(WITHDRAW, (by, on, number)).rowcount) == 1
