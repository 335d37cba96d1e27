"""What is written about a patient follows her to another practice (docs/intake.md).

A table of this store that is about patients has columns practice_code and handle; then it needs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.stores.vault import Connection

TABLES = """
    SELECT one.name FROM sqlite_schema AS one
    WHERE one.type = 'table'
    AND (SELECT count(*) FROM pragma_table_info(one.name) AS found WHERE found.name IN ('practice_code', 'handle')) = 2
"""
FOLLOW = """
    UPDATE OR IGNORE {table} SET practice_code = :practice, handle = :handle
    WHERE practice_code = :from_practice AND handle = :from_handle
"""
Move = tuple[str, str, str, str]


def follow(connection: Connection, moves: Iterable[Move]) -> int:
    """Re-key what is there; how many rows. moves: practice and handle before, practice and handle now.

    The same again changes nothing more.
    """
    tables = [name for (name,) in connection.execute(TABLES)]
    names = ("from_practice", "from_handle", "practice", "handle")
    values = [dict(zip(names, move, strict=True)) for move in moves]
    return sum(connection.executemany(FOLLOW.format(table=table), values).rowcount for table in tables if values)
