"""The tables of `accounts.db` and the steps from one version to the next (`PRAGMA user_version`)."""

from __future__ import annotations

from pathlib import Path

from gateway.stores.migrations import bring_up, create_file
from gateway.stores.outbox import OUTBOX
from gateway.stores.vault import Vault

NAME = "accounts"
FILE = "accounts.db"
_FIRST = (
    """
    CREATE TABLE account (
        user TEXT PRIMARY KEY, name TEXT NOT NULL, employer TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('employee', 'agent', 'contractor')),
        contract_from TEXT NOT NULL, contract_until TEXT, professional_number TEXT,
        training_until TEXT, authorised_until TEXT,
        password_hash TEXT NOT NULL DEFAULT '', locked INTEGER NOT NULL DEFAULT 0, last_signed_in TEXT
    ) STRICT
    """,
    """
    CREATE TABLE membership (
        id INTEGER PRIMARY KEY, user TEXT NOT NULL REFERENCES account (user), role TEXT NOT NULL,
        organisation TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT,
        granted_by TEXT NOT NULL, approved_by TEXT NOT NULL DEFAULT '', review_due TEXT,
        state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'revoked'))
    ) STRICT
    """,
    "CREATE INDEX membership_user ON membership (user)",
    """
    CREATE TABLE session (
        hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES account (user),
        membership INTEGER REFERENCES membership (id), started INTEGER NOT NULL, seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX session_user ON session (user)",
    "CREATE TABLE failure (at INTEGER NOT NULL, user TEXT NOT NULL, address TEXT NOT NULL) STRICT",
    "CREATE INDEX failure_user ON failure (user, at)",
    "CREATE INDEX failure_address ON failure (address, at)",
    """
    CREATE TABLE one_time_link (
        hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES account (user), until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    OUTBOX,
)
_SECOND = (
    """
    CREATE TABLE attestation (
        session TEXT NOT NULL REFERENCES session (hash) ON DELETE CASCADE, object TEXT NOT NULL,
        reason TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (session, object)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE token (
        id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        user TEXT NOT NULL REFERENCES account (user) ON DELETE CASCADE,
        membership INTEGER NOT NULL REFERENCES membership (id) ON DELETE CASCADE,
        made INTEGER NOT NULL, until INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX token_user ON token (user)",
)
STEPS = (_FIRST, _SECOND)


def create(vault: Vault, home: Path) -> None:
    """An empty store of the newest version."""
    create_file(vault, NAME, home / FILE, STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring the store to the newest version; which that is."""
    return bring_up(vault, NAME, home / FILE, STEPS)
