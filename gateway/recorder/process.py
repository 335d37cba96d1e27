"""What the log's processes share: a lock, signals that end them in order, words to whoever started them."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import GatewayError, SettingsInvalid
from gateway.recorder.serving import Serving

READY, LOCKED, REFUSED = "ready", "locked", "refused"
PRIVATE = "private"  # among the words of a command: end with the pipe of standard input


@contextmanager
def owned(lock: Path) -> Iterator[None]:
    """Hold the lock. Raises BlockingIOError where another process has it, SettingsInvalid where it cannot be had."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        told = f"{lock} cannot be opened: {error.strerror}; start the log under the account that has this folder"
        raise SettingsInvalid(told) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def signalled(serving: Serving) -> Iterator[None]:
    """SIGTERM and SIGINT end it after the group that is under way."""

    def stop(_signal: int, _frame: object) -> None:
        serving.stopping = True

    awake, waker = socket.socketpair()
    waker.settimeout(0)  # a signal's byte ends the wait in select
    signal.set_wakeup_fd(waker.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with awake, waker:
        serving.wake_by(awake)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)


def say(*words: str) -> None:
    """One line to whoever started this."""
    try:
        sys.stdout.write(" ".join(words).replace("\n", " ") + "\n")
        sys.stdout.flush()
    except OSError:  # nobody listens any more; the loop finds that out by itself
        return


def ended(serve: Callable[[], None]) -> int:
    """Run it: the exit code is that of the error it ended with."""
    try:
        serve()
    except BlockingIOError:
        say(LOCKED)
        return 1
    except GatewayError as error:
        say(REFUSED, str(error.exit_code), str(error))
        return error.exit_code
    return 0


def told(words: list[str], name: str) -> Path | None:
    """The path of `name=PATH` among the words of a command."""
    found = next((word for word in words if word.startswith(f"{name}=")), None)
    return Path(found.partition("=")[2]) if found else None


def parent_of(words: list[str]) -> int | None:
    """The pipe whose end means that whoever started this is gone, where it was told to be private."""
    return sys.stdin.fileno() if PRIVATE in words else None
