"""The risk intake killed at its worst moments, and given a line that no memory holds."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import gateway
from gateway.intake.stages import STAGES
from gateway.recorder.running import log_for
from gateway.settings import Settings
from tests.builders.deliveries import ANNA, BEN, HERE, Files, Rows, spell
from tests.builders.processor import made
from tests.builders.typed import Place, command

A_STAGE = "gateway.intake.stage"
KILLED_AT = {
    **{f"as stage {stage} begins": (A_STAGE, stage, 1) for stage in STAGES},
    "once both stores are written": ("os.chmod", "run-000002.db", 2),
    "before the pointer is renamed": ("os.rename", "risk-run.next", 1),
}
if os.environ.get("GATEWAY_PROOF") == "full":
    KILLED_AT |= {
        "once the first store is written": ("os.chmod", "run-000002.db", 1),
        "before the pointer is written": ("open", "risk-run.next", 1),
    }
# the command, in a process that ends itself by SIGKILL when the interpreter is about to do what is named
KILLED = """
import os, signal, sys
event, name, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
def hook(what, args):
    global left
    if what == event and any(name in str(part) for part in args):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
sys.argv = ["gateway", *sys.argv[4:]]
from gateway.cli import main
main()
"""
# the command twice in one process, and by how many megabytes its peak grew with the second
GROWN = """
import resource, sys
from gateway.cli import gateway
from gateway.errors import DeliveryRefused
words, small, large = sys.argv[3:], sys.argv[1], sys.argv[2]
peak = []
for file in (small, large):
    try:
        gateway([*words, "--apc", file], standalone_mode=False)
    except DeliveryRefused as error:
        print(error)
    peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print((peak[1] - peak[0]) // 1024)
"""
LARGEST_GROWTH = 200  # megabytes


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A first run is served: Anna is at risk."""
    folder = tmp_path_factory.mktemp("risk") / "installation"
    settings = made(folder)
    place = Place(folder, Rows().written(tmp_path_factory.mktemp("first")))
    with log_for(settings):
        assert here(place.words()) == 0
    return place


@pytest.fixture
def place(served: Place, tmp_path: Path) -> Iterator[Place]:
    copy = served.copied(tmp_path / "installation")
    with log_for(Settings.from_folder(copy.folder, {})):
        yield copy


def here(words: list[str]) -> int:
    """The command in this process, which is quicker."""
    return CliRunner().invoke(gateway, words).exit_code


def second(folder: Path) -> Files:
    """A later delivery, after which Ben is at risk too."""
    rows = Rows(apc=[spell(at, BEN, Admission_Date="2026-06-01", Discharge_Date="2026-06-02") for at in (40, 50)])
    return rows.written(folder)


@pytest.mark.parametrize("moment", KILLED_AT)
def test_an_intake_that_is_killed_leaves_the_old_run_served_and_can_be_run_again(
    place: Place, tmp_path: Path, moment: str
) -> None:
    event, name, time = KILLED_AT[moment]
    words = place.words(second(tmp_path / "second"), "--again")
    before = place.stores()
    dead = command(event, name, str(time), *words, code=KILLED)
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert {path: kept for path, kept in place.stores().items() if path in before} == before
    assert place.numbers_at_risk() == {HERE: {ANNA}}
    assert here(words) == 0
    assert place.numbers_at_risk() == {HERE: {ANNA, BEN}}
    assert place.events().count("intake.finished") == place.run
    assert {path for path in place.stores() if path.endswith(".db")} == {
        f"{store}/run-{place.run:06d}.db" for store in ("risk_identifiable", "risk_pseudonymised")
    }


def test_a_line_of_a_gigabyte_is_refused_without_being_held(place: Place, tmp_path: Path) -> None:
    files = second(tmp_path / "second")
    small, large = tmp_path / "small.csv", tmp_path / "large.csv.gz"
    small.write_text("a" * 100_000, "ascii")
    piece = gzip.compress(b"a" * (1 << 20), 1)
    large.write_bytes(piece * 1024)
    before = place.stores()
    words = [word for word in place.words(files, "--again") if word not in {"--apc", str(files["apc"])}]
    told = command(str(small), str(large), *words, code=GROWN)
    *refusals, grown = told.stdout.splitlines()
    assert refusals == [f"{path.name}: a line has more than 65536 bytes: mend its ends" for path in (small, large)], (
        told
    )
    assert int(grown) < LARGEST_GROWTH
    assert place.stores() == before
