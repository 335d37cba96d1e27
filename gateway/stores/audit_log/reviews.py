"""The table of reviews: rows come from events `review.opened` and `review.decided`, by the sequencer alone."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.errors import NotFound
from gateway.stores.vault import Connection

ADD = """
    INSERT OR IGNORE INTO review (id, rule, user, day, first, last, events, opened, due, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
"""
DECIDE = "UPDATE review SET state = 'decided', outcome = ?, decided_by = ?, decided = ? WHERE id = ? AND state = 'open'"
STATE = "SELECT state FROM review WHERE id = ?"
ONE = "SELECT id, rule, user, day, first, last, events, state FROM review WHERE id = ?"
KNOWN = "SELECT rule, user, day FROM review WHERE day >= ?"
Row = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One item of the queue."""

    id: int
    rule: str
    user: str
    day: str
    first: int
    last: int
    events: int
    state: str


def add(connection: Connection, row: Row) -> None:
    """A new item; one that is there already stays as it is."""
    connection.execute(ADD, row)


def decide(connection: Connection, row: Row) -> None:
    """Outcome, by whom, when, and the item."""
    connection.execute(DECIDE, row)


def is_open(connection: Connection, number: int) -> bool:
    """Whether there is such an item and nobody has decided it."""
    row = connection.execute(STATE, (number,)).fetchone()
    return row is not None and row[0] == "open"


def one(connection: Connection, number: int) -> Reviewed:
    """The item. Raises NotFound."""
    row = connection.execute(ONE, (number,)).fetchone()
    if row is None:
        raise NotFound("there is no review of that number")
    return Reviewed(*row)


def known(connection: Connection, since: str) -> set[tuple[str, str, str]]:
    """Rule, user and day of every item from a day on."""
    return set(connection.execute(KNOWN, (since,)))
