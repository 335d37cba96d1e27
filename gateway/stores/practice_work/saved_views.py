"""Filters of the work list, kept by name: one's own, and shared within the practice where the owner says so."""

from __future__ import annotations

from sqlcipher3 import dbapi2

from gateway.errors import Conflict
from gateway.stores.vault import Connection

MOST = 50  # of one owner at one practice
COUNT = "SELECT count(*) FROM saved_view WHERE practice_code = ? AND owner = ?"
ADD = "INSERT INTO saved_view (practice_code, owner, name, question, shared) VALUES (?, ?, ?, ?, ?)"
RENAME = "UPDATE saved_view SET name = ? WHERE id = ? AND practice_code = ? AND owner = ?"
REMOVE = "DELETE FROM saved_view WHERE id = ? AND practice_code = ? AND owner = ?"


def add(connection: Connection, whose: tuple[str, str], name: str, question: str, *, shared: bool) -> int:
    """Keep one; its number. whose: practice and owner. Raises Conflict where the name is taken or there are MOST."""
    if int(connection.execute(COUNT, whose).fetchone()[0]) >= MOST:
        raise Conflict(f"You have {MOST} views. Remove one first.")
    try:
        return int(connection.execute(ADD, (*whose, name, question, int(shared))).lastrowid or 0)
    except dbapi2.IntegrityError as error:
        raise _taken() from error


def rename(connection: Connection, number: int, whose: tuple[str, str], name: str) -> bool:
    """Another name; False where the view is not theirs. Raises Conflict where the name is taken."""
    try:
        return int(connection.execute(RENAME, (name, number, *whose)).rowcount) == 1
    except dbapi2.IntegrityError as error:
        raise _taken() from error


def remove(connection: Connection, number: int, whose: tuple[str, str]) -> bool:
    """Remove it; False where it is not theirs."""
    return int(connection.execute(REMOVE, (number, *whose)).rowcount) == 1


def _taken() -> Conflict:
    return Conflict("You have a view of that name. Choose another name.")
