"""What a practice writes about its patients: reviews, assignments, corrections. Added, and never altered or removed.

The last of each kind holds; one without a code takes back what was. Reviews follow a patient to another practice
(moving.py looks for practice_code and handle); an assignment and a correction are the practice's own and stay behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.stores.vault import Connection

_KEPT = "is never altered and never removed"
_PERSON = {"review": "handle", "assignment": "patient", "correction": "patient"}
STEP = (
    *(
        f"""
        CREATE TABLE {table} (
            id INTEGER PRIMARY KEY, practice_code TEXT NOT NULL, {person} TEXT NOT NULL, code TEXT NOT NULL,
            by TEXT NOT NULL, at TEXT NOT NULL, latest INTEGER NOT NULL DEFAULT 1,
            kind TEXT NOT NULL DEFAULT '{table}' CHECK (kind = '{table}')
        ) STRICT
        """
        for table, person in _PERSON.items()
    ),
    *(f"CREATE INDEX {table}_of ON {table} (practice_code, {person})" for table, person in _PERSON.items()),
    *(f"CREATE INDEX {table}_now ON {table} (practice_code) WHERE latest" for table in _PERSON),
    *(
        f"""
        CREATE TRIGGER {table}_new AFTER INSERT ON {table} BEGIN
            UPDATE {table} SET latest = 0
            WHERE practice_code = new.practice_code AND {person} = new.{person} AND id < new.id AND latest;
        END
        """
        for table, person in _PERSON.items()
    ),
    *(
        f"""
        CREATE TRIGGER {table}_update BEFORE UPDATE OF id, code, by, at, kind ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} {_KEPT}'); END
        """
        for table in _PERSON
    ),
    *(
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} {_KEPT}'); END"
        for table in _PERSON
    ),
    """
    CREATE VIEW patient_history AS
    SELECT practice_code, handle, kind, code, by, at, latest, at AS ROWID FROM review
    UNION ALL
    SELECT practice_code, patient AS handle, kind, code, by, at, latest, at AS ROWID FROM assignment
    UNION ALL
    SELECT practice_code, patient AS handle, kind, code, by, at, latest, at AS ROWID FROM correction
    """,
    """
    CREATE TABLE saved_view (
        id INTEGER PRIMARY KEY AUTOINCREMENT, practice_code TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL,
        question TEXT NOT NULL, shared INTEGER NOT NULL, UNIQUE (practice_code, owner, name)
    ) STRICT
    """,
)
ADD = {
    "review": "INSERT INTO review (practice_code, handle, code, by, at) VALUES (?, ?, ?, ?, ?)",
    "assignment": "INSERT INTO assignment (practice_code, patient, code, by, at) VALUES (?, ?, ?, ?, ?)",
    "correction": "INSERT INTO correction (practice_code, patient, code, by, at) VALUES (?, ?, ?, ?, ?)",
}


def add(connection: Connection, kind: str, practice: str, handles: Iterable[str], mark: Sequence[str]) -> None:
    """Mark each of the practice's patients. kind: a key of ADD; mark: code, by whom, and when (ISO, UTC)."""
    connection.executemany(ADD[kind], [(practice, handle, *mark) for handle in handles])
