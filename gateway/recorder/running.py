"""Finds the running sequencer, or keeps a private one for as long as a command or a server runs.

A private one ends with its parent; one that fails is started again. The lock on the log means never two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import AuditUnavailable, GatewayError, LogInvalid, SettingsInvalid, StoreUnavailable
from gateway.recorder.client import LogClient
from gateway.recorder.sequencer import LOCKED, READY, SEAL
from gateway.settings import Settings

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0
_PAUSE = 0.2


@contextmanager
def log_for(settings: Settings) -> Iterator[LogClient]:
    """A client of the log's sequencer, which runs already or runs for the time of this context.

    Raises SettingsInvalid, StoreUnavailable or LogInvalid when it cannot open the log; AuditUnavailable otherwise.
    """
    client = LogClient(settings.socket)
    keeper = None if client.answers() else Keeper(settings)
    try:
        if keeper:
            keeper.start()
        yield client
    finally:
        client.close()
        if keeper:
            keeper.stop()


def is_running(settings: Settings) -> bool:
    """Whether a sequencer of this installation answers."""
    client = LogClient(settings.socket)
    try:
        return _answers(client)
    finally:
        client.close()


class Keeper:
    """Starts a sequencer, and again whenever it ends, until told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is started yet."""
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="keeps the sequencer", daemon=True)

    def start(self) -> None:
        """Returns once it listens, or another one does. Raises what kept it from starting."""
        self._process = self._begin()
        self._first_word(self._process)
        self._watcher.start()

    def stop(self) -> None:
        """End it in good order, and wait for it."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join(_STOP_SECONDS)
        if self._process:
            _end(self._process)

    def _begin(self) -> subprocess.Popen[str]:
        told = self._settings
        command = [sys.executable, "-m", "gateway.recorder.sequencer", told.home, told.keys, told.socket, "private"]
        command += [f"{SEAL}{told.auditor_key}"] if told.auditor_key else []
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(  # noqa: S603 - our own module, with this interpreter
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # an interrupt at the terminal reaches the command, which then ends this
        )

    def _first_word(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        word, _, rest = process.stdout.readline().strip().partition(" ")
        if word == READY:
            return
        _end(process)
        if word == LOCKED:
            self._wait_for_the_other()
            return
        raise _refusal(rest)

    def _wait_for_the_other(self) -> None:
        client, deadline = LogClient(self._settings.socket), time.monotonic() + _START_SECONDS
        while not _answers(client):
            if time.monotonic() > deadline:
                raise AuditUnavailable("another process owns the audit log and does not answer")
        client.close()

    def _watch(self) -> None:
        while not self._stopping.wait(_PAUSE):
            if self._process is not None and self._process.poll() is not None:
                _end(self._process)
                self._process = self._begin()


def _answers(client: LogClient) -> bool:
    try:
        client.checkpoint()
    except AuditUnavailable:
        return False
    return True


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _refusal(told: str) -> GatewayError:
    """The sequencer's own reason, as the error that it is."""
    code, _, sentence = told.partition(" ")
    kinds: dict[str, type[GatewayError]] = {
        str(SettingsInvalid.exit_code): SettingsInvalid,
        str(LogInvalid.exit_code): LogInvalid,
        str(StoreUnavailable.exit_code): StoreUnavailable,
    }
    return kinds.get(code, AuditUnavailable)(sentence or "the audit log's process could not be started")
