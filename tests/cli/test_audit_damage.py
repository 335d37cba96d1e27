"""`gateway audit verify` on a log that somebody got at: with the store's key, or with nothing but the disk."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from gateway.access.decision import Membership
from gateway.access.snapshot import PolicySnapshot
from gateway.enforcement.desk import open_desk
from gateway.enforcement.installation import Plan, make
from gateway.settings import Settings
from gateway.stores.accounts import pipeline
from gateway.stores.vault import Connection, Vault
from tests.builders.auditing import AUDITOR, NUMBER, Closed, Done, invoked, seen_by

FLIPS = 80 if os.environ.get("GATEWAY_PROOF") == "full" else 5
Run = Callable[..., Done]
Installed = tuple[Path, PolicySnapshot]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An installation that nobody runs, with a little on its log; and its policy."""
    folder = tmp_path_factory.mktemp("closed") / "installation"
    settings = make(Plan(folder, ("RS",), extra={"GATEWAY_SERVICE_AUDIT": "ada"}))
    connection = Vault(settings.keys).connect("accounts", settings.home / "accounts.db")
    pipeline.add_account(connection, pipeline.Account("ada", "Ada", "X26", date(2020, 1, 1)))
    pipeline.add_membership(connection, "ada", Membership(*AUDITOR, date(2020, 1, 1), None, "asked", "approved"))
    connection.close()
    with open_desk(settings) as desk:
        for number in range(60):
            seen_by(desk, NUMBER, f"999{number:07}")
        return folder, desk.policy


@pytest.fixture
def copy(closed: Installed, tmp_path: Path) -> Path:
    return Path(shutil.copytree(closed[0], tmp_path / "copy"))


@pytest.fixture
def verify(copy: Path, closed: Installed) -> Run:
    return partial(invoked, Closed(told=Settings.from_folder(copy, {}), policy=closed[1]), "verify")


@contextmanager
def inside(folder: Path) -> Iterator[Connection]:
    """The log's file, opened by somebody who has its key."""
    connection = Vault(folder / "keys").connect("audit_log", folder / "home" / "audit_log.db")
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE event SET leaf = replace(leaf, '\"rows\":2', '\"rows\":3') WHERE idx = 8", "changed: event 8"),
        ("UPDATE event SET user = 'nobody' WHERE idx = 8", "changed: event 8"),
        ("UPDATE event_subject SET token = token || 'x' WHERE idx = 8", "changed: event 8"),
        ("DELETE FROM event WHERE idx = 8", "dropped: event 8"),
        ("DELETE FROM event WHERE idx > 50", "dropped: event 60"),
        ("UPDATE event SET idx = CASE idx WHEN 8 THEN -9 ELSE -8 END WHERE idx IN (8, 9)", "reordered: event 9"),
        ("INSERT INTO event_subject VALUES (8, 'x')", "changed: event 8"),
    ],
)
def test_what_somebody_with_the_stores_key_did_is_named(copy: Path, verify: Run, change: str, fault: str) -> None:
    with inside(copy) as connection:
        connection.execute(change)
        connection.execute("UPDATE event SET idx = -idx WHERE idx < 0")
    done = verify()
    assert done.code == 1
    assert fault in done.out
    assert done.error.startswith("the audit log does not verify")


def test_faults_are_told_as_json_too(copy: Path, verify: Run) -> None:
    with inside(copy) as connection:
        connection.execute("DELETE FROM event WHERE idx IN (8, 9)")
    done = verify("--json")
    told = json.loads(done.out)
    assert (done.code, told["ok"]) == (1, False)
    assert [(one["fault"], one["index"]) for one in told["findings"]][:2] == [("dropped", 8), ("dropped", 9)]


def test_no_byte_of_the_store_can_be_changed(closed: Installed, copy: Path, verify: Run) -> None:
    file, chosen = copy / "home" / "audit_log.db", random.Random(7)  # noqa: S311 the same places each time
    whole = file.read_bytes()
    assert verify().code == 0
    for at in [0, len(whole) - 1, *(chosen.randrange(len(whole)) for _ in range(FLIPS))]:
        shutil.rmtree(copy)
        shutil.copytree(closed[0], copy)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chosen.randrange(8)]) + whole[at + 1 :])
        done = verify()
        assert done.code in {1, 2, 3}, at
        assert "ok: yes" not in done.out


def test_a_log_that_is_not_there_is_a_fault(copy: Path, verify: Run) -> None:
    (copy / "home" / "audit_log.db").unlink()
    assert verify().code == 3
