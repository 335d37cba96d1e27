"""Trained models, and the predictions that each run made with one: added, never altered, which the file itself holds.

No person is in a model. Predictions are packed under tokens of a key of their own (gateway.intake.learning.ledger).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.stores.vault import Connection

KEPT = "never altered and never removed"
STEP = (
    """
    CREATE TABLE model (
        version INTEGER PRIMARY KEY, trained TEXT NOT NULL, as_of TEXT NOT NULL, run INTEGER NOT NULL,
        instruction TEXT NOT NULL, sha256 TEXT NOT NULL, calibrated INTEGER NOT NULL, content TEXT NOT NULL,
        report TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE prediction (
        run INTEGER PRIMARY KEY REFERENCES run (run), model INTEGER NOT NULL REFERENCES model (version),
        as_of TEXT NOT NULL, people INTEGER NOT NULL, sha256 TEXT NOT NULL, stability TEXT NOT NULL,
        content BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE prediction_result (
        run INTEGER PRIMARY KEY REFERENCES prediction (run), scored_in INTEGER NOT NULL REFERENCES run (run),
        result TEXT NOT NULL
    ) STRICT
    """,
    *(
        f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is {KEPT}'); END"
        for table in ("model", "prediction", "prediction_result")
        for verb in ("update", "delete")
    ),
)
ADD_MODEL = """
    INSERT INTO model (version, trained, as_of, run, instruction, sha256, calibrated, content, report)
    SELECT coalesce(max(version), 0) + 1, :trained, :as_of, :run, :instruction, :sha256, :calibrated, :content, :report
    FROM model
"""
LATEST = "SELECT version, sha256, calibrated, content FROM model ORDER BY version DESC LIMIT 1"
ADD_PREDICTION = """
    INSERT INTO prediction (run, model, as_of, people, sha256, stability, content)
    VALUES (:run, :model, :as_of, :people, :sha256, :stability, :content)
"""
UNSCORED = """
    SELECT run, as_of, sha256, content FROM prediction LEFT JOIN prediction_result USING (run)
    WHERE result IS NULL ORDER BY run
"""
ADD_RESULT = "INSERT INTO prediction_result (run, scored_in, result) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Stored:
    """The latest model. calibrated: whether it may decide who is at risk; content: as gateway.risk has its text."""

    version: int
    sha256: str
    calibrated: bool
    content: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Predictions of a run that were not scored yet."""

    run: int
    as_of: str
    sha256: str
    content: bytes


def add_model(connection: Connection, model: Mapping[str, str | int]) -> int:
    """Keep a trained model; its version."""
    return int(connection.execute(ADD_MODEL, model).lastrowid or 0)


def latest(connection: Connection) -> Stored | None:
    """The model that runs use, or None before the first."""
    row = connection.execute(LATEST).fetchone()
    return Stored(int(row[0]), str(row[1]), bool(row[2]), str(row[3])) if row else None


def add_predictions(connection: Connection, ledger: Mapping[str, str | int | bytes]) -> None:
    """Keep what a run predicted; the run has to be recorded already."""
    connection.execute(ADD_PREDICTION, ledger)


def unscored(connection: Connection) -> list[Ledger]:
    """Runs whose predictions have no result yet, oldest first."""
    return [
        Ledger(int(run), str(as_of), str(sha256), bytes(content))
        for run, as_of, sha256, content in connection.execute(UNSCORED)
    ]


def add_result(connection: Connection, run: int, scored_in: int, result: str) -> None:
    """Keep how a run's predictions did, once."""
    connection.execute(ADD_RESULT, (run, scored_in, result))
