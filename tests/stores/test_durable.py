"""A small file is the old one or the new one, whole, whatever happens between."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import Conflict
from gateway.stores.durable import put


def test_the_new_file_takes_the_old_ones_place_after_what_has_to_come_between(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_bytes(b"old")
    assert put(path, b"new", path.read_bytes) == b"old"
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["record"]


def test_where_that_fails_the_old_file_stays_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_bytes(b"old")

    def fail() -> None:
        raise Conflict

    with pytest.raises(Conflict):
        put(path, b"new", fail)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("record", b"old")]


def test_its_owner_alone_reads_it_unless_told_otherwise(tmp_path: Path) -> None:
    put(tmp_path / "a", b"", lambda: None)
    put(tmp_path / "b", b"", lambda: None, mode=0o644)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in "ab"] == [0o600, 0o644]
