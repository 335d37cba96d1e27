"""The sequencer's door: a group and its head, or nothing; and no answer for a file that is somewhere else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from gateway.audit.leaf import COLUMNS
from gateway.errors import AuditUnavailable, SettingsInvalid, StoreUnavailable
from gateway.stores.audit_log.entry import Entry, Head
from gateway.stores.audit_log.log import Log

Kept = Any  # the class is in conftest, where no test imports from
Make = Callable[[], Log]
WORDS = ("2026-11-24", "2026-11-24T09:00:00.000Z", "access.empty", *[""] * 9, 0, "cli")
HEAD = Head(1, ("ab",), "a note", 5, 0)


def entry(index: int = 0, **facts: Any) -> Entry:
    told: dict[str, Any] = {"hash": b"h", "leaf": b"{}", "columns": WORDS, "tokens": [], **facts}
    return Entry(index, str(UUID(int=index)), **told)


def put(log: Log, entries: list[Entry], head: Head, *, keep: bool = False) -> None:
    """The group, and its head's signature."""
    log.add(entries, head)
    log.sign(head.size, head.note, keep=keep)


def test_the_words_of_this_test_are_one_for_each_column() -> None:
    assert len(WORDS) == len(COLUMNS)


def test_a_commit_is_flushed_to_the_disk_before_it_returns(a_log: Make) -> None:
    log = a_log()
    (flushed,), (journal,) = (
        log._connection.execute(f"PRAGMA {name}").fetchone() for name in ("synchronous", "journal_mode")
    )
    assert (flushed, journal) == (2, "wal")
    log.close()


def test_what_was_added_is_found_again(a_log: Make) -> None:
    log = a_log()
    assert log.head() is None
    put(log, [entry(tokens=["t"], subjects_at=0)], HEAD, keep=True)
    assert (log.head(), log.find(entry().id)) == (HEAD, (0, WORDS[1]))
    assert log.find(str(UUID(int=9))) is None
    log.close()
    again = a_log()
    assert again.head() == HEAD
    again.close()


def test_of_a_group_that_cannot_be_written_nothing_is_there(a_log: Make) -> None:
    log = a_log()
    put(log, [entry()], HEAD)
    with pytest.raises(AuditUnavailable, match="cannot be written"):
        put(log, [entry(1), entry(1)], replace(HEAD, size=3), keep=True)
    assert (log.head(), log.find(entry(1).id)) == (HEAD, None)
    log.close()


def test_a_full_disk_takes_no_event(a_log: Make) -> None:
    log = a_log()
    put(log, [entry()], HEAD)
    pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
    log._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(AuditUnavailable, match="full"):
        put(log, [entry(1, leaf=b"x" * 60_000)], replace(HEAD, size=2))
    assert log.head() == HEAD
    log.close()


def test_an_export_can_be_fetched_until_it_was(a_log: Make) -> None:
    log = a_log()
    assert not log.can_be_fetched(0)
    put(log, [entry(export=("at", "ada", 0, 0, "ab", "cli"))], HEAD)
    assert log.can_be_fetched(0)
    put(log, [entry(1, fetched=("later", 0))], HEAD)
    assert not log.can_be_fetched(0)
    log.close()


def moved(kept: Kept) -> None:
    kept.file.rename(kept.home / "elsewhere.db")


def replaced(kept: Kept) -> None:
    shutil.copy(kept.file, kept.home / "copy.db")
    (kept.home / "copy.db").rename(kept.file)


def wal_gone(kept: Kept) -> None:
    kept.file.with_name(f"{kept.file.name}-wal").unlink()


def wal_replaced(kept: Kept) -> None:
    wal = kept.file.with_name(f"{kept.file.name}-wal")
    wal.unlink()
    wal.write_bytes(b"")


@pytest.mark.parametrize("happens", [moved, replaced, wal_gone, wal_replaced])
def test_a_file_that_is_no_longer_the_one_that_was_opened_takes_no_event(
    kept: Kept, a_log: Make, happens: Callable[[Kept], None]
) -> None:
    log = a_log()
    put(log, [entry()], HEAD)
    happens(kept)
    with pytest.raises(AuditUnavailable, match="moved or replaced"):
        log.check_place()
    with pytest.raises(AuditUnavailable, match="moved or replaced"):
        put(log, [entry(1)], HEAD)
    log.close()


def test_a_file_that_cannot_be_read_is_told(kept: Kept, a_log: Make) -> None:
    kept.written(1)
    log = a_log()
    content = bytearray(kept.file.read_bytes())
    for at in range(12_288, len(content), 512):  # every page but those of the schema
        content[at] ^= 1
    kept.file.write_bytes(content)
    for ask in (log.head, lambda: log.find(entry().id), lambda: log.can_be_fetched(0)):
        with pytest.raises(AuditUnavailable, match="cannot be read"):
            ask()
    log.close()


def test_without_its_keys_it_is_not_opened(kept: Kept, a_log: Make) -> None:
    for name in ("log-tokens", "audit_log"):
        (kept.keys / f"{name}.key").unlink()
        with pytest.raises(SettingsInvalid, match=name):
            a_log()


def test_without_its_file_it_is_not_made(kept: Kept, a_log: Make) -> None:
    kept.file.unlink()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        a_log()
    assert not kept.file.exists()
