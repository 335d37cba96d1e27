"""The log's file: never made twice, brought up to date with every leaf as it was, noise without its key."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.leaf import COLUMNS
from gateway.audit.note import Signer
from gateway.audit.verify import verify
from gateway.errors import SettingsInvalid, StoreUnavailable
from gateway.stores import audit_log
from gateway.stores.audit_log import schema
from gateway.stores.audit_log.log import Log
from gateway.stores.audit_log.stream import Stream
from gateway.stores.migrations import create_file

Kept = Any  # the class is in conftest, where no test imports from


def test_a_log_is_never_made_anew(kept: Kept) -> None:
    with pytest.raises(SettingsInvalid, match="never made anew"):
        audit_log.create(kept.vault, kept.home)
    with pytest.raises(FileExistsError):
        audit_log.create_keys(kept.keys)


def test_its_file_is_for_its_own_account_alone(kept: Kept) -> None:
    assert kept.file.stat().st_mode & 0o077 == 0


def test_the_file_shows_nothing_without_its_key(kept: Kept) -> None:
    kept.written(3)
    content = kept.file.read_bytes()
    assert b"SQLite format" not in content
    assert b"access.permitted" not in content


def test_a_new_log_has_the_newest_version(kept: Kept) -> None:
    assert audit_log.migrate(kept.vault, kept.home) == schema.VERSION


def test_a_log_of_another_version_is_not_written(kept: Kept) -> None:
    for version in (schema.VERSION - 1, schema.VERSION + 1):
        connection = kept.opened()
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        with pytest.raises(SettingsInvalid, match="run 'gateway migrate'"):
            Log(kept.home, kept.keys)
    with pytest.raises(StoreUnavailable, match="update it"):
        audit_log.migrate(kept.vault, kept.home)


def test_a_log_of_the_first_version_goes_on_with_every_leaf_as_it_was(kept: Kept) -> None:
    kept.written(4, "9990000018", "9990000026")
    connection = kept.opened()
    columns = f"idx, id, hash, leaf, {', '.join(COLUMNS)}"
    copied = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("head", "checkpoint")}  # noqa: S608 our own tables
    events = connection.execute(f"SELECT {columns} FROM event").fetchall()  # noqa: S608 our own columns
    subjects = list(Stream(connection).subjects())
    connection.close()
    kept.file.unlink()
    create_file(kept.vault, audit_log.NAME, kept.file, schema._STEPS[:1])
    connection = kept.opened()
    for table, rows in (("event", events), ("event_subject", subjects), *copied.items()):
        slots = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({slots})", rows)  # noqa: S608 our own tables
    connection.close()
    assert audit_log.migrate(kept.vault, kept.home) == schema.VERSION
    kept.written(2, "9990000018", "9990000026")
    connection = kept.opened()
    seed = (kept.keys / "log-signing.key").read_bytes()
    report = verify(Stream(connection), Signer.from_seed("commissioning-gateway/audit", seed).verifier())
    assert (report.ok, report.size) == (True, 6)
    assert len(list(Stream(connection).subjects())) == 12
    connection.close()


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM event WHERE id = x'00'",
        "SELECT * FROM event WHERE day = 'x'",
        "SELECT * FROM event WHERE user = 'x'",
        "SELECT * FROM event WHERE action = 'x'",
        "SELECT * FROM event WHERE reason_code = 'x'",
        "SELECT * FROM event WHERE agreement = 'x'",
        "SELECT * FROM event WHERE channel = 'x'",
        "SELECT * FROM event JOIN event_subject AS one ON one.idx = subjects_at WHERE one.token = 'x'",
    ],
)
def test_what_an_auditor_asks_most_is_answered_by_an_index(kept: Kept, asked: str) -> None:
    connection = kept.opened()
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
    connection.close()
    assert all("USING" in step for step in plan)


def test_of_two_things_asked_for_the_rarer_one_is_looked_up(kept: Kept) -> None:
    connection = kept.opened()
    asked = "SELECT * FROM event WHERE role = 'x' AND user = 'y' AND decision = 'z' ORDER BY idx DESC LIMIT 51"
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
    connection.close()
    assert plan == ["SEARCH event USING INDEX event_user (user=?)"]
