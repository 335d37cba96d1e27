"""The process that owns the log: lock, socket, signals, and the loop between system.start and system.stop.

It fails stop: when a write fails it answers so and ends, and whoever keeps it starts it again from what is on the
disk. `python -m gateway.recorder.sequencer HOME KEYS SOCKET [private] [seal=FILE]`. Keeps ALL-3.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.audit.event import EventType
from gateway.audit.sealing import Sealer
from gateway.errors import GatewayError, SettingsInvalid
from gateway.recorder.ledger import Ledger
from gateway.recorder.loop import Loop
from gateway.stores.audit_log.log import Log

BACKLOG = 1024
LOCK_FILE = "audit_log.lock"
READY, LOCKED, REFUSED = "ready", "locked", "refused"
SEAL = "seal="  # before the file of the auditor's public key
_OTHERS = 0o077


def serve(home: Path, keys: Path, address: Path, parent: int | None = None, seal: Path | None = None) -> None:
    """Own the log of `home` until SIGTERM or SIGINT, or until `parent` ends and the last client is gone.

    seal: the auditor's public key. Says 'ready' on standard output once it listens. Raises BlockingIOError where
    another process owns the log; SettingsInvalid, StoreUnavailable, LogInvalid before it listens; AuditUnavailable
    when a write fails.
    """
    with _owned(home):
        log = Log(home, keys)
        try:
            ledger = Ledger(log, lambda: time.time_ns() // 1_000_000, secrets.token_bytes, _sealer(seal))
            with _listening(address) as listener:
                _run(Loop(ledger, listener, parent))
        finally:
            log.close()


def _sealer(key: Path | None) -> Sealer | None:
    """Raises SettingsInvalid where the key cannot be read, or is none."""
    try:
        return Sealer(key.read_bytes()) if key else None
    except OSError as error:
        raise SettingsInvalid(
            f"the auditor's key cannot be read at {key}: put it there, or name no such key"
        ) from error


def _run(loop: Loop) -> None:
    def stop(_signal: int, _frame: object) -> None:
        loop.stopping = True

    awake, waker = socket.socketpair()
    waker.settimeout(0)  # a signal's byte ends the wait in select
    signal.set_wakeup_fd(waker.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with awake, waker:
        loop.wake_by(awake)
        try:
            loop.record(EventType.SYSTEM_START)
            _say(READY)
            loop.run()
            loop.record(EventType.SYSTEM_STOP)
        finally:
            signal.set_wakeup_fd(-1)


@contextmanager
def _owned(home: Path) -> Iterator[None]:
    """Hold the lock beside the log. Raises BlockingIOError where another process has it."""
    handle = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def _listening(address: Path) -> Iterator[socket.socket]:
    """Listen in a folder that nobody else can enter. Raises SettingsInvalid where it is not so."""
    address.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = address.parent.stat()
    if found.st_uid != os.getuid() or found.st_mode & _OTHERS:
        raise SettingsInvalid(f"others can enter {address.parent}: give it to this account alone, mode 0700")
    address.unlink(missing_ok=True)  # left by one that was killed; the lock says that it is gone
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(BACKLOG)
        listener.settimeout(0)
        yield listener
        address.unlink(missing_ok=True)


def _say(*words: str) -> None:
    try:
        sys.stdout.write(" ".join(words).replace("\n", " ") + "\n")
        sys.stdout.flush()
    except OSError:  # nobody listens any more; the loop finds that out by itself
        return


def main(arguments: list[str]) -> int:
    """The process: its exit code is that of the error it ended with."""
    home, keys, address = map(Path, arguments[:3])
    try:
        seal = next((Path(word.removeprefix(SEAL)) for word in arguments[3:] if word.startswith(SEAL)), None)
        serve(home, keys, address, sys.stdin.fileno() if "private" in arguments[3:] else None, seal)
    except BlockingIOError:
        _say(LOCKED)
        return 1
    except GatewayError as error:
        _say(REFUSED, str(error.exit_code), str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
