"""Whoever serves pages shares a lock on the folder of stores; what must not happen under them takes it alone.

The lock is the folder's own, so that there is no file to leave behind, and it goes with its process however that ends.
A log that runs by itself, or for another command, is asked for over its socket. docs/agreements.md.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.errors import Conflict, SettingsInvalid
from gateway.recorder.running import is_running
from gateway.settings import Settings

_STOP = "the gateway is running: stop it, then {}"
_WAIT = "the stores are being closed, restored or migrated: start the gateway when that has ended"


def served(settings: Settings) -> int:
    """Serve for as long as the handle is open here or in a process that is forked from here.

    Raises Conflict while something is done under which nobody may serve.
    """
    handle = _opened(settings)
    try:
        _lock(handle, fcntl.LOCK_SH, _WAIT)
    except Conflict:
        os.close(handle)
        raise
    return handle


@contextmanager
def stopped(settings: Settings, then: str) -> Iterator[None]:
    """Nobody serves or begins to, and no log runs. then: what is done meanwhile, in words.

    Raises Conflict where that is not so; nothing was done then.
    """
    with alone(settings, then):
        if is_running(settings):
            raise Conflict(_STOP.format(then))
        yield


@contextmanager
def alone(settings: Settings, then: str) -> Iterator[None]:
    """The same, whether a log runs or not. Raises Conflict."""
    handle = _opened(settings)
    try:
        _lock(handle, fcntl.LOCK_EX, _STOP.format(then))
        yield
    finally:
        os.close(handle)


def _opened(settings: Settings) -> int:
    try:
        return os.open(settings.home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        told = f"the folder of stores cannot be opened at {settings.home}: {error.strerror}; give it to this account"
        raise SettingsInvalid(told) from error


def _lock(handle: int, how: int, sentence: str) -> None:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(sentence) from error
