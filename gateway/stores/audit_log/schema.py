"""The audit log's tables, keys and migrations: `audit_log.db`, encrypted, in WAL mode.

`seal`, `tile` and `review` come with later migrations. What stands beside a leaf is there to search by; the leaf alone
counts, and `verify` compares the two.
"""

from __future__ import annotations

from pathlib import Path

from gateway.errors import SettingsInvalid
from gateway.stores.vault import Connection, Vault, writing

NAME = "audit_log"
FILE = "audit_log.db"
SIGNING, TOKENS = "log-signing", "log-tokens"
VERSION = 1

_FIRST = (
    """
    CREATE TABLE event (
        idx INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, hash BLOB NOT NULL, leaf TEXT NOT NULL,
        day TEXT NOT NULL, at TEXT NOT NULL, type TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
        organisation TEXT NOT NULL, purpose TEXT NOT NULL, resource TEXT NOT NULL, action TEXT NOT NULL,
        decision TEXT NOT NULL, reason_code TEXT NOT NULL, agreement TEXT NOT NULL, rows INTEGER NOT NULL,
        channel TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX event_day ON event (day)",
    "CREATE INDEX event_type ON event (type)",
    "CREATE INDEX event_user ON event (user)",
    "CREATE INDEX event_role ON event (role)",
    "CREATE INDEX event_organisation ON event (organisation)",
    "CREATE INDEX event_purpose ON event (purpose)",
    "CREATE INDEX event_resource ON event (resource)",
    "CREATE INDEX event_decision ON event (decision)",
    """
    CREATE TABLE event_subject (idx INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (idx, token))
    STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX event_subject_token ON event_subject (token)",
    """
    CREATE TABLE head (
        only INTEGER PRIMARY KEY CHECK (only = 1), size INTEGER NOT NULL, frontier TEXT NOT NULL, note TEXT NOT NULL,
        at_ms INTEGER NOT NULL, kept_ms INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT",
    """
    CREATE TABLE export (
        idx INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL,
        sha256 TEXT NOT NULL, channel TEXT NOT NULL, fetched TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
)
_MIGRATIONS = {0: _FIRST}


def create_keys(keys: Path) -> None:
    """Make the log's own two keys, of its signature and of its tokens, beside its file's. Raises FileExistsError."""
    for name in (SIGNING, TOKENS):
        Vault(keys).create(name)


def create(vault: Vault, home: Path) -> None:
    """Make an empty log. Raises SettingsInvalid where there is one."""
    path = home / FILE
    if path.exists():
        raise SettingsInvalid(f"there is an audit log at {path} already: it is never made anew")
    connection = vault.connect(NAME, path, create=True)
    connection.execute("PRAGMA journal_mode = WAL")
    _bring_up_to_date(connection)
    connection.close()


def migrate(vault: Vault, home: Path) -> None:
    """Bring an earlier version's log to this one's tables; no leaf is touched."""
    connection = vault.connect(NAME, home / FILE)
    _bring_up_to_date(connection)
    connection.close()


def check_version(connection: Connection) -> None:
    """Raises SettingsInvalid when the log is of another version than this program."""
    held = connection.execute("PRAGMA user_version").fetchone()[0]
    if held != VERSION:
        raise SettingsInvalid(f"the audit log has schema {held}, this program needs {VERSION}: run 'gateway migrate'")


def _bring_up_to_date(connection: Connection) -> None:
    held = connection.execute("PRAGMA user_version").fetchone()[0]
    for version in range(held, VERSION):
        with writing(connection):
            for statement in _MIGRATIONS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
