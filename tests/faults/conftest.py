"""Faults planted for real: an installation whose web side lives on while the log, a file or the disk fails under it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.access.snapshot import PolicySnapshot
from gateway.audit.note import Verifier
from gateway.audit.verify import Report, verify
from gateway.enforcement.answer import Answer, answer
from gateway.enforcement.desk import Desk, policy_of, stores_of
from gateway.errors import GatewayError
from gateway.recorder.client import LogClient
from gateway.recorder.running import Keeper
from gateway.settings import Settings
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Vault
from tests.builders.everything import OURS, asks, filled, made, subject

UNAVAILABLE = 503
TRIES, PAUSE = 100, 0.1
SMALL = "size=4m"


@dataclass
class Place:
    """An installation: `desk` is a web worker's, made once; `keeper` keeps the log's process as `serve` does."""

    settings: Settings
    desk: Desk
    keeper: Keeper
    shown: list[Answer] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.settings.home / "audit_log.db"

    @property
    def run(self) -> Path:
        return self.settings.home / "risk_identifiable" / "run-000001.db"

    def ask(self) -> int:
        """A GP's staff asks for the work list: 200 and it is kept, else the status of the refusal."""
        request = asks(subject("practice_staff", OURS), "direct_care", "practice.worklist", "list")
        try:
            self.shown.append(answer(request, desk=self.desk))
        except GatewayError as fault:
            return fault.status
        return 200

    def is_well_again(self) -> bool:
        """The same worker's desk answers, sooner or later."""
        return self.until(200)

    def fails(self) -> bool:
        """It answers 503, sooner or later, and shows nothing then."""
        return self.until(UNAVAILABLE)

    def until(self, status: int) -> bool:
        for _ in range(TRIES):
            told = self.ask()
            assert told in {200, UNAVAILABLE}
            if told == status:
                return True
            time.sleep(PAUSE)
        return False

    def kill_the_sequencer(self) -> None:
        """By its id, as its socket's listener tells it."""
        for process in children(os.getpid()):
            if "gateway.recorder.sequencer" in words_of(process) and str(self.settings.home) in words_of(process):
                os.kill(process, signal.SIGKILL)

    def leaves(self) -> list[dict[str, Any]]:
        connection = Vault(self.settings.keys).connect("audit_log", self.log, read_only=True)
        try:
            return [json.loads(row.leaf) for row in Stream(connection).entries()]
        finally:
            connection.close()

    def verified(self) -> Report:
        key = Verifier.parse(self.desk.log.key())
        connection = Vault(self.settings.keys).connect("audit_log", self.log, read_only=True)
        try:
            return verify(Stream(connection), key)
        finally:
            connection.close()

    def everything_shown_is_on_the_log(self) -> bool:
        leaves = self.leaves()
        return bool(self.shown) and all(
            leaves[one.receipt.index]["id"] == one.receipt.id
            and leaves[one.receipt.index]["response_sha256"]
            and leaves[one.receipt.index]["type"] == "access.permitted"
            for one in self.shown
        )


def children(parent: int) -> list[int]:
    """Ids of the processes below `parent`, however far."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            above = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if above == parent:
            found += [int(path.parent.name), *children(int(path.parent.name))]
    return found


def words_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a little in every store, to be copied."""
    folder = tmp_path_factory.mktemp("faults") / "installation"
    filled(made(folder))
    return folder


@pytest.fixture(scope="session")
def policy(model: Path) -> PolicySnapshot:
    """Compiled once: every copy has the same."""
    return policy_of(Settings.from_folder(model, {}))


@contextmanager
def kept(folder: Path, policy: PolicySnapshot) -> Iterator[Place]:
    settings = Settings.from_folder(folder, {})
    vault, keeper = Vault(settings.keys), Keeper(settings)
    desk = Desk(settings, policy, LogClient(settings.socket), vault, stores_of(settings, policy, vault))
    keeper.start()
    try:
        yield Place(settings, desk, keeper)
    finally:
        desk.log.close()  # type: ignore[attr-defined]
        keeper.stop()


@pytest.fixture
def place(model: Path, policy: PolicySnapshot, tmp_path: Path) -> Iterator[Place]:
    """An installation of one's own, its log running, that has answered once."""
    with kept(Path(shutil.copytree(model, tmp_path / "installation")), policy) as one:
        assert one.ask() == 200
        yield one


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    point = tmp_path / "disk"
    point.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", point], capture_output=True, check=False
    ).returncode:
        pytest.skip("a fault of the disk cannot be planted here: mounting needs root")
    try:
        yield point
    finally:
        subprocess.run(["umount", "--lazy", point], check=True)


@pytest.fixture
def disk(model: Path, small_disk: Path) -> Path:
    """The same with a copy of the installation on it."""
    return Path(shutil.copytree(model, small_disk / "installation"))


@pytest.fixture
def on_a_small_disk(disk: Path, policy: PolicySnapshot) -> Iterator[Place]:
    with kept(disk, policy) as one:
        assert one.ask() == 200
        yield one


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("a fault of the disk's speed or the clock cannot be planted here: there is no C compiler")
    made_shim = tmp_path_factory.mktemp("shim") / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made_shim, source], check=True)
    return made_shim


@pytest.fixture
def shimmed(
    model: Path, policy: PolicySnapshot, tmp_path: Path, shim: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Place, Callable[[str], Path]]]:
    """An installation whose log's process alone has the shim, and the file that plants each fault."""
    switches = {name: tmp_path / name for name in ("SLOW", "DAY_BEHIND")}
    monkeypatch.setenv("LD_PRELOAD", str(shim))
    for name, path in switches.items():
        monkeypatch.setenv(f"GATEWAY_TEST_{name}", str(path))
    with kept(Path(shutil.copytree(model, tmp_path / "installation")), policy) as one:
        assert one.ask() == 200
        yield one, lambda name: switches[name]


@pytest.fixture(scope="session")
def processes() -> tuple[Callable[[int], list[int]], Callable[[int], str]]:
    """The ids below a process, and a process's own words."""
    return children, words_of
