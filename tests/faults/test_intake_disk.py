"""A disk that is full while a run is written: nothing of it stays, the one before is served, it can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.recorder.running import log_for
from gateway.settings import Settings
from tests.builders.deliveries import ANNA, BEN, HERE, Files, Rows, spell
from tests.builders.processor import made
from tests.builders.typed import Place, command

pytestmark = pytest.mark.journey
SPARES = (20_000, 150_000, 300_000)  # bytes that are left, all of them less than the two stores of a run


@pytest.fixture
def place(tmp_path: Path, small_disk: Path) -> Iterator[Place]:
    """An installation on a small disk that serves a first run."""
    folder = small_disk / "installation"
    made(folder)
    place = Place(folder, Rows().written(tmp_path / "first"))
    with log_for(Settings.from_folder(folder, {})):
        assert command(*place.words()).returncode == 0
        yield place


def second(folder: Path) -> Files:
    rows = Rows(apc=[spell(at, BEN, Admission_Date="2026-06-01", Discharge_Date="2026-06-02") for at in (40, 50)])
    return rows.written(folder)


@pytest.mark.parametrize("spare", SPARES)
def test_a_full_disk_leaves_the_old_run_served_and_nothing_of_the_new(place: Place, tmp_path: Path, spare: int) -> None:
    words = place.words(second(tmp_path / "second"), "--again")
    before, filler = place.stores(), place.folder.parent / "filler"
    free = shutil.disk_usage(filler.parent).free
    filler.write_bytes(b"x" * (free - spare))
    told = command(*words)
    assert told.returncode == 3, told.stderr
    assert told.stderr.startswith("gateway: ")  # of whichever store met it first, or the log
    assert len(told.stderr.splitlines()) == 1
    assert place.stores() == before
    assert place.numbers_at_risk() == {HERE: {ANNA}}
    filler.unlink()
    assert command(*words).returncode == 0
    assert place.numbers_at_risk() == {HERE: {ANNA, BEN}}
    assert place.events().count("intake.finished") == 2
