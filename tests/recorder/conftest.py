"""A log of one's own: folders, keys and a socket; its ledger and loop in this process, or the real one beside it."""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from gateway.audit.event import Event, EventType, Receipt, Subjects, new_id
from gateway.audit.sealing import Sealer
from gateway.audit.verify import Report, verify
from gateway.recorder import keys
from gateway.recorder.client import LogClient
from gateway.recorder.door import Door
from gateway.recorder.ledger import Ledger
from gateway.recorder.loop import Loop
from gateway.recorder.serving import Serving
from gateway.recorder.signer import Loop as SignersLoop
from gateway.recorder.signing import Signing
from gateway.settings import AUDITOR_KEY, Settings, shipped_policies
from gateway.stores import audit_log
from gateway.stores.audit_log.log import Log
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Vault

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # a loaded machine fails no test
START = 1_795_510_800_000


@dataclass
class Clock:
    """Milliseconds, moved by hand. While `gate` is shut, whoever asks for the time waits."""

    now: int = START
    step: int = 1
    gate: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self) -> int:
        self.asked.set()
        assert self.gate.wait(20)
        self.now += self.step
        return self.now


def event(kind: EventType = EventType.ACCESS_PERMITTED, **fields: Any) -> Event:
    return Event(new_id(START, secrets.token_bytes(10)), kind, fields)


@dataclass
class Place:
    """One log."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def address(self) -> Path:
        return self.folder / "socket" / "log.sock"

    @property
    def file(self) -> Path:
        return self.home / audit_log.FILE

    @property
    def settings(self) -> Settings:
        secret = self.keys / "web-secret.key"
        key = self.keys / AUDITOR_KEY
        told = Settings(self.home, self.keys, shipped_policies(), frozenset({"RS"}), {}, secret, self.address, {}, 0)
        return replace(told, auditor_key=key if key.exists() else None)

    def client(self) -> LogClient:
        return LogClient(self.address)

    def make(self) -> Place:
        self.home.mkdir()
        vault = Vault(self.keys)
        vault.create(audit_log.NAME)
        audit_log.create(vault, self.home)
        keys.create(self.keys)
        return self

    def copy(self, folder: Path) -> Place:
        """Everything but the socket, as a thief of the disk would have it."""
        for name in ("home", "keys"):
            shutil.copytree(self.folder / name, folder / name)
        return Place(folder)

    @property
    def signers_address(self) -> Path:
        return self.settings.signers_address

    @contextmanager
    def ledger(self, clock: Clock | None = None, sealer: Sealer | None = None) -> Iterator[Ledger]:
        """The ledger and the signer in this process, where nobody else may have them open."""
        with closing(Log(self.home, self.keys)) as log, closing(Signing(self.home, self.keys)) as signing:
            yield Ledger(log, signing, clock or Clock(), secrets.token_bytes, sealer)

    @contextmanager
    def loop(self, clock: Clock | None = None, parent: int | None = None) -> Iterator[threading.Thread]:
        """The loop in a thread of this process."""
        with self.ledger(clock) as ledger, Door(self.address) as door, running(Loop(ledger, door, parent)) as thread:
            yield thread

    @contextmanager
    def signer(self) -> Iterator[None]:
        """The signer in a thread of this process, reached over its socket."""
        with (
            closing(Signing(self.home, self.keys)) as signing,
            Door(self.signers_address) as door,
            running(SignersLoop(signing, door)),
        ):
            yield

    @contextmanager
    def process(self, *words: str, signer: bool = True, **given: Any) -> Iterator[subprocess.Popen[str]]:
        """The real process, once it said its first word; it is no more when this ends. signer: one beside it."""
        with self.signer() if signer else nullcontext(), self.started("sequencer", *words, **given) as process:
            yield process

    @contextmanager
    def started(self, name: str, *words: str, **given: Any) -> Iterator[subprocess.Popen[str]]:
        """One of the log's processes."""
        addresses = [self.address, self.signers_address] if name == "sequencer" else [self.signers_address]
        command = [sys.executable, "-m", f"gateway.recorder.{name}", self.home, self.keys, *addresses, *words]
        with subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **given
        ) as process:
            assert process.stdout is not None
            process.first_word = process.stdout.readline().strip()  # type: ignore[attr-defined]
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    process.wait(20)

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        connection = Vault(self.keys).connect(audit_log.NAME, self.file, read_only=True)
        try:
            yield Stream(connection)
        finally:
            connection.close()

    def leaves(self) -> list[bytes]:
        with self.stream() as stream:
            return [row.leaf for row in stream.entries()]

    def verified(self, *previous: str) -> Report:
        with self.ledger() as ledger, self.stream() as stream:
            return verify(stream, ledger.verifier, previous)


@contextmanager
def running(loop: Serving) -> Iterator[threading.Thread]:
    awake, waker = socket.socketpair()
    with awake, waker:
        loop.wake_by(awake)
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            yield thread
        finally:
            loop.stopping = True
            waker.send(b"x")
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def place() -> Iterator[Place]:
    """A log that holds nothing; in a short path, as a socket needs."""
    with tempfile.TemporaryDirectory(prefix="log-") as folder:
        yield Place(Path(folder)).make()


@pytest.fixture(scope="session")
def new_place() -> Callable[[Path], Place]:
    """A log that holds nothing, in a folder of the caller's; its path may be too long for a socket."""
    return lambda folder: Place(folder).make()


@pytest.fixture(scope="session")
def an_event() -> Callable[..., Event]:
    return event


@pytest.fixture(scope="session")
def a_clock() -> Callable[..., Clock]:
    return Clock


@pytest.fixture(scope="session")
def taken() -> Callable[..., list[Any]]:
    """Events into a ledger, in one group; a receipt or a refusal for each."""

    def take(ledger: Ledger, *events: Event, subjects: Subjects | None = None) -> list[Receipt | Exception]:
        return list(ledger.take([(one, subjects) for one in events]))

    return take
