"""kill -9 under load: each answer that somebody got whole has its event, and the log verifies at the end.

GATEWAY_PROOF=full kills a hundred times.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.note import Verifier
from gateway.audit.verify import verify
from gateway.recorder.client import LogClient
from gateway.settings import Settings
from gateway.stores.audit_log.store import Store
from gateway.stores.audit_log.stream import Stream
from gateway.stores.vault import Vault
from tests.builders.everything import OURS
from tests.journeys.served import Person, command

pytestmark = pytest.mark.journey
KILLS = 100 if os.environ.get("GATEWAY_PROOF") == "full" else 6
CLIENTS, PATIENCE = 3, 60
PASSWORD = "correct horse battery staple"
PAGE = "/practice/worklist"
KINDS = ("worker", "sequencer", "signer", "all")
CHANCE = secrets.SystemRandom()


@dataclass
class Running:
    """`gateway serve`, and what its clients got whole: the indexes that each page names."""

    folder: Path
    port: int
    below: Callable[[int], list[int]]
    words: Callable[[int], str]
    shown: list[int] = field(default_factory=list)
    signed_in: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)
    process: Any = None

    def start(self) -> None:
        words = command(self.folder, "serve", "--port", str(self.port))
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self, kind: str) -> None:
        """Processes of this server alone, by their ids."""
        if kind == "all":
            while not self.stand_still():  # nobody is forked between the list and the kill
                pass
            for one in (*self.below(self.process.pid), self.process.pid):
                _kill(one)
            self.process.wait(PATIENCE)
            self.start()
            return
        until = time.monotonic() + PATIENCE
        while not (found := self.of_kind(kind)):
            assert time.monotonic() < until, f"there is no {kind}"
            time.sleep(0.05)
        _kill(CHANCE.choice(found))

    def stand_still(self) -> bool:
        """Stop them all; whether there was nobody new meanwhile."""
        seen = (self.process.pid, *self.below(self.process.pid))
        for one in seen:
            _kill(one, signal.SIGSTOP)
        return set(seen) == {self.process.pid, *self.below(self.process.pid)}

    def of_kind(self, kind: str) -> list[int]:
        below = self.below(self.process.pid)
        log = [one for one in below if "gateway.recorder.sequencer" in self.words(one)]
        web = [one for one in below if one not in log and "gunicorn" in self.words(one) and not self.below(one)]
        return log if kind == "sequencer" else web

    def wait_for_more(self) -> None:
        """Until a page was shown again."""
        before, until = len(self.shown), time.monotonic() + PATIENCE
        while len(self.shown) <= before and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.shown) > before, f"it did not come back: {self.process.poll()}"

    def client(self) -> None:
        """A practice's staff who looks at the list again and again."""
        person = Person(self.port, "dot")
        while not self.over.is_set():
            try:
                if not person.cookies:  # signed in once: an attempt that was killed counts as failed
                    person.take_token("/sign-in")
                    assert person.post("/sign-in", user="dot", password=PASSWORD).status == 303
                    self.signed_in.release()
                page = person.get(PAGE)
            except (OSError, HTTPException):
                continue
            if page.status == 200:
                self.shown += page.events


def _kill(process: int, by: signal.Signals = signal.SIGKILL) -> None:
    try:
        os.kill(process, by)
    except ProcessLookupError:
        return


@pytest.fixture
def running(model: Path, tmp_path: Path, password_hash: str, processes: Any) -> Iterator[Running]:
    folder = Path(shutil.copytree(model, tmp_path / "installation"))
    add_staff(Settings.from_folder(folder, {}), password_hash)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        one = Running(folder, free.getsockname()[1], *processes)
    one.start()
    threads = [threading.Thread(target=one.client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert one.signed_in.acquire(timeout=PATIENCE)
        yield one
    finally:
        one.over.set()
        for thread in threads:
            thread.join(PATIENCE)
        one.process.terminate()
        one.process.wait(PATIENCE)


def add_staff(settings: Settings, password_hash: str) -> None:
    connection = Vault(settings.keys).connect("accounts", settings.home / "accounts.db")
    connection.execute(
        "INSERT INTO account (user, name, employer, status, contract_from, password_hash) "
        "VALUES ('dot', 'Dot Example', ?, 'employee', '2020-01-01', ?)",
        (OURS, password_hash),
    )
    connection.execute(
        "INSERT INTO membership (user, role, organisation, valid_from, granted_by, approved_by, state) "
        "VALUES ('dot', 'practice_staff', ?, '2020-01-01', 'asked', 'approved', 'approved')",
        (OURS,),
    )
    connection.close()


@pytest.mark.timeout(3600)
def test_each_answer_that_was_got_whole_has_its_event_whatever_was_killed(running: Running) -> None:
    running.wait_for_more()
    for number in range(KILLS):
        time.sleep(CHANCE.random() / 10)
        running.kill(KINDS[number % len(KINDS)])
        running.wait_for_more()
    shown = list(running.shown)
    settings = Settings.from_folder(running.folder, {})
    log = LogClient(settings.socket)
    key = Verifier.parse(log.key())
    log.close()
    with Store(Vault(settings.keys), settings.home).changing() as snapshot:
        stream = Stream(snapshot.connection)
        leaves = [json.loads(row.leaf) for row in stream.entries()]
        assert verify(stream, key).ok
    assert len(shown) == len(set(shown)) > KILLS
    told = [(leaves[index]["type"], leaves[index]["resource"], leaves[index]["actor"]["user"]) for index in shown]
    assert set(told) == {("access.permitted", "practice.worklist", "dot")}
