"""The tables of `practice_work.db` and the steps from one version to the next."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.migrations import bring_up, create_file
from gateway.stores.outbox import OUTBOX
from gateway.stores.practice_work import marks, models
from gateway.stores.vault import Vault

NAME = "practice_work"
FILE = "practice_work.db"
_FIRST = (
    """
    CREATE TABLE run (
        run INTEGER PRIMARY KEY, instruction TEXT NOT NULL, as_of TEXT NOT NULL, finished TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE received_file (
        sha256 TEXT NOT NULL, run INTEGER NOT NULL REFERENCES run (run), file TEXT NOT NULL, rows INTEGER NOT NULL,
        PRIMARY KEY (sha256, run)
    ) STRICT
    """,
    OUTBOX,
)
STEPS = (_FIRST, models.STEP, marks.STEP)


def create(vault: Vault, home: Path) -> None:
    """An empty store of the newest version."""
    create_file(vault, NAME, home / FILE, STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring the store to the newest version; which that is."""
    return bring_up(vault, NAME, home / FILE, STEPS)
