"""Blocks of the log in which leaf, hash, columns, place and people agree, one at a time: for verifying in bulk.

SQLite compares what stands beside each leaf; the hashes are compared here. Whatever does not agree, for whatever
reason, is left out and looked at event by event: nothing is found wrong by this module.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import NamedTuple

from sqlcipher3 import dbapi2

from gateway.audit.leaf import COLUMNS, day_of, subjects_hash
from gateway.stores.vault import Connection

BLOCK = 4_096
REMEMBERED = 100_000  # lists of people, a hash each
NOBODY = subjects_hash(())
_PATHS = {name: f"$.actor.{name}" if name in {"user", "role", "organisation"} else f"$.{name}" for name in COLUMNS}
_SAME = " AND ".join(  # a + keeps a text from being taken for a number
    f"coalesce(json_extract(leaf, '{path}'), {0 if name == 'rows' else chr(39) * 2}) = +{name}"
    for name, path in _PATHS.items()
    if name != "day"
)
SIZE = "SELECT coalesce(max(idx) + 1, 0) FROM event"
EVENTS = f"""
    SELECT CAST(group_concat(leaf, char(10)) AS BLOB), group_concat(hex(hash), ''),
    group_concat(coalesce(subjects_at, ''), ' '), group_concat(json_extract(leaf, '$.subjects.hash'), ''),
    group_concat(DISTINCT substr(at, 1, 13) || day), count(*),
    sum(json_extract(leaf, '$.index') = +idx AND type <> 'log.pruned' AND {_SAME})
    FROM (SELECT * FROM event WHERE idx >= ? AND idx < ? ORDER BY idx)
"""
PEOPLE = """
    SELECT group_concat(told, char(30)) FROM (
        SELECT idx || ' ' || group_concat(token, char(10)) AS told FROM event_subject
        WHERE idx >= ? AND idx < ? GROUP BY idx ORDER BY idx
    )
"""
ONE_LIST = "SELECT group_concat(token, char(10)) FROM event_subject WHERE idx = ?"
_HOUR = 13  # letters of 2026-03-31T09


class Read(NamedTuple):
    """One block as SQLite tells it: leaves, their hashes in hex, where people stand, their hashes, hours with days."""

    leaves: bytes
    hashes: str
    people_at: str
    people: str
    hours: str
    many: int
    same: int


def agreeing(connection: Connection) -> Iterator[tuple[int, list[bytes]]]:
    """The first event of each block that agrees, and the hashes of its leaves, in order.

    The connection stays in this thread: SQLite reads a block while the one before is hashed beside it.
    """
    (size,) = connection.execute(SIZE).fetchone()
    known: dict[str, str] = {}
    hashing: deque[tuple[int, Future[list[bytes]]]] = deque()
    with ThreadPoolExecutor(1) as beside:
        for first in range(0, size, BLOCK):
            block = read(connection, first, min(BLOCK, size - first), known)
            yield from _done(hashing)
            if block:
                hashing.append((first, beside.submit(_agreed, block)))
        yield from _done(hashing)


def _done(hashing: deque[tuple[int, Future[list[bytes]]]]) -> Iterator[tuple[int, list[bytes]]]:
    while hashing:
        first, coming = hashing.popleft()
        if hashes := coming.result():
            yield first, hashes


def read(connection: Connection, first: int, many: int, known: dict[str, str]) -> Read | None:
    """The block, where SQLite finds that its columns, places and people agree with its leaves."""
    span = (first, first + many)
    try:
        row = connection.execute(EVENTS, span).fetchone()
        block = None if None in row else Read(*row)
        if block is None or not block.same == block.many == many:
            return None
        return block if _people_agree(connection, first, block, known) else None
    except (dbapi2.DatabaseError, ValueError, IndexError):  # a leaf that is no JSON, or what the log never writes
        return None


def _agreed(block: Read) -> list[bytes]:
    """The hashes of its leaves, where they and the days are those that stand beside them; else nothing."""
    try:
        if not all(map(_is_its_day, block.hours.split(","))):
            return []
    except ValueError:
        return []
    hashes = [sha256(b"\x00" + leaf).digest() for leaf in block.leaves.split(b"\n")]
    return hashes if b"".join(hashes).hex().upper() == block.hashes else []


def _is_its_day(told: str) -> bool:
    return day_of(f"{told[:_HOUR]}:00") == told[_HOUR:]


def _people_agree(connection: Connection, first: int, block: Read, known: dict[str, str]) -> bool:
    """Whether each event's people are those of its leaf, and nobody stands there beside no event of theirs."""
    people_at = block.people_at.split(" ")
    if len(known) > REMEMBERED:
        known.clear()
    known[""] = NOBODY
    (lists,) = connection.execute(PEOPLE, (first, first + block.many)).fetchone()
    for told in lists.split("\x1e") if lists else ():
        place, _, tokens = told.partition(" ")
        if people_at[int(place) - first] != place:
            return False
        known[place] = _hash_of(tokens)
    for place in set(people_at) - known.keys():
        (tokens,) = connection.execute(ONE_LIST, (int(place),)).fetchone()
        known[place] = _hash_of(tokens) if tokens else NOBODY
    return "".join([known[place] for place in people_at]) == block.people


def _hash_of(tokens: str) -> str:
    return sha256(f"{tokens}\n".encode()).hexdigest()
