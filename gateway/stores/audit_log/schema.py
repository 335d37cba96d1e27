"""The audit log's tables, keys and migrations: `audit_log.db`, encrypted, in WAL mode.

What stands beside a leaf is there to search by; the leaf alone
counts, and `verify` compares the two. The same people again are no new rows of `event_subject`: `event.subjects_at`
is the index of the event that has them.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from gateway.errors import SettingsInvalid
from gateway.stores.audit_log import tiles
from gateway.stores.migrations import bring_up, create_file, version_of
from gateway.stores.vault import Connection, Vault

NAME = "audit_log"
FILE = "audit_log.db"
SIGNING, TOKENS = "log-signing", "log-tokens"
PEOPLE_INDEX = "CREATE INDEX event_subject_token ON event_subject (token)"

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
    PEOPLE_INDEX,
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
_SECOND = (
    "ALTER TABLE event ADD COLUMN subjects_at INTEGER",
    "UPDATE event SET subjects_at = idx WHERE idx IN (SELECT idx FROM event_subject)",
    "CREATE INDEX event_subjects_at ON event (subjects_at) WHERE subjects_at IS NOT NULL",
)
_THIRD = (
    """
    CREATE TABLE tile (
        level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE cosignature (
        size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, witness)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE seal (
        token TEXT PRIMARY KEY, sealed BLOB, erased TEXT NOT NULL DEFAULT '',
        CHECK ((sealed IS NULL) = (erased <> ''))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE review (
        id INTEGER PRIMARY KEY, rule TEXT NOT NULL, user TEXT NOT NULL, day TEXT NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, events INTEGER NOT NULL, opened TEXT NOT NULL, due TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'decided')), outcome TEXT NOT NULL DEFAULT '',
        decided_by TEXT NOT NULL DEFAULT '', decided TEXT NOT NULL DEFAULT '',
        UNIQUE (rule, user, day)
    ) STRICT
    """,
    "CREATE INDEX event_pruned ON event (idx) WHERE leaf = '{}'",
)
# How many of a million events have one value of what is asked by: of two the planner takes the index with fewer.
_SHARES = {
    "user": 500, "reason_code": 2_000, "day": 3_000, "organisation": 4_000, "type": 40_000, "resource": 50_000,
    "action": 60_000, "role": 100_000, "channel": 200_000, "purpose": 250_000, "agreement": 300_000,
    "decision": 400_000,
}  # fmt: skip
_FOURTH = (
    *(f"CREATE INDEX event_{name} ON event ({name})" for name in ("action", "reason_code", "agreement", "channel")),
    "ANALYZE sqlite_schema",
    *(
        f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('event', 'event_{name}', '1000000 {share}')"
        for name, share in _SHARES.items()
    ),
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('event', 'event_subjects_at', '500000 3')",
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('event_subject', 'event_subject_token', '3000000 40')",
)
_FIFTH = (
    """
    CREATE VIEW intake_run AS
    SELECT
        idx, day, at, user, organisation, cast(json_extract(leaf, '$.details.run') AS TEXT) AS run,
        json_extract(leaf, '$.details.instruction') AS instruction, json_extract(leaf, '$.details.as_of') AS as_of,
        json_extract(leaf, '$.details.stages') AS stages, json_extract(leaf, '$.details.files') AS files,
        json_extract(leaf, '$.details.versions') AS versions
    FROM event
    WHERE type = 'intake.finished' AND resource = 'intake.risk' AND json_extract(leaf, '$.details.dry_run') = 'no'
    """,
)
_STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
VERSION = len(_STEPS)


def create_keys(keys: Path) -> None:
    """Make the log's own two keys, of its signature and of its tokens, beside its file's. Raises FileExistsError."""
    for name in (SIGNING, TOKENS):
        Vault(keys).create(name)


def create(vault: Vault, home: Path) -> None:
    """Make an empty log. Raises SettingsInvalid where there is one."""
    path = home / FILE
    if path.exists():
        raise SettingsInvalid(f"there is an audit log at {path} already: it is never made anew")
    create_file(vault, NAME, path, _STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring an earlier version's log to this one's tables, no leaf touched; the version. Raises StoreUnavailable."""
    version = bring_up(vault, NAME, home / FILE, _STEPS)
    with closing(vault.connect(NAME, home / FILE)) as connection:
        tiles.catch_up(connection)
    return version


def check_version(connection: Connection) -> None:
    """Raises SettingsInvalid when the log is of another version than this program."""
    if (held := version_of(connection)) != VERSION:
        raise SettingsInvalid(f"the audit log has schema {held}, this program needs {VERSION}: run 'gateway migrate'")
