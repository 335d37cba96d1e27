"""Finds the running sequencer, or keeps a private one and a signer for as long as a command or a server runs.

A private one ends with its parent; one that fails is started again. The locks mean never two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from gateway.errors import AuditUnavailable, GatewayError, LogInvalid, SettingsInvalid, StoreUnavailable
from gateway.recorder import sequencer, signer
from gateway.recorder.client import LogClient
from gateway.recorder.process import LOCKED, PRIVATE, READY
from gateway.recorder.remote_signer import RemoteSigner
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


def log_alone(settings: Settings) -> None:
    """Be the sequencer until told to stop. Raises BlockingIOError where another one is, and what keeps it from it."""
    addresses = (settings.socket, settings.signers_address)
    sequencer.serve(sequencer.Where(settings.log_folder, settings.keys, *addresses, settings.auditor_key))


def signer_alone(settings: Settings) -> None:
    """Be the signer, the same way."""
    signer.serve(settings.log_folder, settings.keys, settings.signers_address)


class Keeper:
    """Keeps a sequencer and its signer until told to stop; a signer that answers already is somebody else's to keep."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is started yet."""
        self._signer = RemoteSigner(settings.signers_address)
        where: list[Path | str] = [settings.log_folder, settings.keys]
        seal = [f"{sequencer.SEAL}={settings.auditor_key}"] if settings.auditor_key else []
        addresses = [settings.socket, settings.signers_address]
        self.signer = Kept("signer", [*where, settings.signers_address], self._signer.answers)
        client = LogClient(settings.socket)
        self.sequencer = Kept("sequencer", [*where, *addresses, *seal], partial(_answers, client))

    def start(self) -> None:
        """Returns once they listen, or others do. Raises what kept them from starting."""
        if not self._signer.answers():
            self.signer.start()
        self._signer.close()
        try:
            self.sequencer.start()
        except GatewayError:
            self.signer.stop()
            raise

    def stop(self) -> None:
        """End them in good order, the signer last, and wait for them."""
        self.sequencer.stop()
        self.signer.stop()


class Kept:
    """Starts one of the log's processes, and again whenever it ends, until told to stop."""

    def __init__(self, name: str, words: Sequence[Path | str], answers: Callable[[], bool]) -> None:
        """name: its module; words: of its command; answers: whether one that listens already does."""
        self._command = [sys.executable, "-m", f"gateway.recorder.{name}", *map(str, words), PRIVATE]
        self._answers = answers
        self.process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"keeps the {name}", daemon=True)

    def start(self) -> None:
        """Returns once it listens, or another one does. Raises what kept it from starting."""
        self.process = self._begin()
        self._first_word(self.process)
        self._watcher.start()

    def stop(self) -> None:
        """End it in good order, and wait for it; nothing where it was not started."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join(_STOP_SECONDS)
        if self.process:
            _end(self.process)

    def _begin(self) -> subprocess.Popen[str]:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(  # noqa: S603 - our own module, with this interpreter
            self._command,
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
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise AuditUnavailable("another process owns the audit log and does not answer")
            time.sleep(_PAUSE)

    def _watch(self) -> None:
        while not self._stopping.wait(_PAUSE):
            if self.process is not None and self.process.poll() is not None:
                _end(self.process)
                self.process = self._begin()


def _answers(client: LogClient) -> bool:
    try:
        client.checkpoint()
    except AuditUnavailable:
        return False
    finally:
        client.close()
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
