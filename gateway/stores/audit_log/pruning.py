"""Taking bodies off the log: an old event keeps its place, its hash, its day and its type, and nothing else.

Always the first events, up to one that is named, but for those that tell of a new key of the log. People whom later
events have too move to the first of those. What is sealed of people whom no later event has goes too. Keeps ALL-3.
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.audit.leaf import COLUMNS, KEPT_OF_PRUNED, PRUNED
from gateway.stores.vault import Connection

_BLANKED = ", ".join(
    f"{name} = {0 if name == 'rows' else chr(39) * 2}" for name in COLUMNS if name not in KEPT_OF_PRUNED
)
_GONE = f"'{PRUNED.decode()}'"
_KEPT = "'key.rotated'"
FIRST = f"""
    SELECT coalesce(
        (SELECT idx FROM event WHERE idx > after AND type <> {_KEPT} ORDER BY idx LIMIT 1), after + 1
    ) FROM (SELECT coalesce(max(idx), -1) AS after FROM event WHERE leaf = {_GONE})
"""
END = """
    SELECT coalesce(max(idx) + 1, :first) FROM (
        SELECT idx, day FROM event WHERE idx >= :first ORDER BY idx LIMIT :most
    ) WHERE day < :before
"""
TOO_YOUNG = "SELECT count(*) FROM event WHERE idx >= :first AND idx < :end AND day >= :before"
NEXT_WITH_PEOPLE = """
    SELECT subjects_at, min(idx) FROM event WHERE subjects_at < :end AND idx >= :end GROUP BY subjects_at
"""
MOVE_PEOPLE = "UPDATE event_subject SET idx = ? WHERE idx = ?"
FOLLOW_PEOPLE = "UPDATE event SET subjects_at = ? WHERE subjects_at = ? AND idx >= ?"
UNSEAL = """
    DELETE FROM seal WHERE erased = '' AND token IN (SELECT token FROM event_subject WHERE idx < :end)
    AND NOT EXISTS (SELECT 1 FROM event_subject AS later WHERE later.token = seal.token AND later.idx >= :end)
"""
FORGET_PEOPLE = "DELETE FROM event_subject WHERE idx < :end"
BLANK = f"""
    UPDATE event SET leaf = {_GONE}, subjects_at = NULL, {_BLANKED}
    WHERE idx >= :first AND idx < :end AND type <> {_KEPT}
"""


class Bodies(NamedTuple):
    """Events from `first` up to and without `end`, whose bodies are to go."""

    first: int
    end: int


def bodies_before(connection: Connection, day: str, most: int) -> Bodies:
    """The first events that have a body, at most so many, all of them before `day` (UK, ISO 8601)."""
    (first,) = connection.execute(FIRST).fetchone()
    (end,) = connection.execute(END, {"first": first, "most": most, "before": day}).fetchone()
    return Bodies(first, end)


def may_go(connection: Connection, end: int, day: str) -> bool:
    """Whether every event before `end` that has a body is of a day before `day`."""
    (first,) = connection.execute(FIRST).fetchone()
    (young,) = connection.execute(TOO_YOUNG, {"first": first, "end": end, "before": day}).fetchone()
    return bool(young == 0)


def prune(connection: Connection, end: int) -> None:
    """Take the bodies of all events before `end` away, within the caller's transaction."""
    (first,) = connection.execute(FIRST).fetchone()
    for old, new in connection.execute(NEXT_WITH_PEOPLE, {"end": end}).fetchall():
        connection.execute(MOVE_PEOPLE, (new, old))
        connection.execute(FOLLOW_PEOPLE, (new, old, end))
    connection.execute(UNSEAL, {"end": end})
    connection.execute(FORGET_PEOPLE, {"end": end})
    connection.execute(BLANK, {"first": first, "end": end})
