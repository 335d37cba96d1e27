"""Small files that are whole or not there, and folders that remember it: on the disk when these return."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def sync(path: Path) -> None:
    """A file's bytes, or which files a folder has, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(path: Path, content: bytes, between: Callable[[], T], mode: int = 0o600) -> T:
    """Write beside, do what has to come `between`, then take the old file's place; what `between` gave.

    Raises OSError, or what `between` raises: then the old file is there as it was, and nothing beside it.
    """
    beside = path.with_name(f".{path.name}.next")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        found = between()
        beside.replace(path)
        sync(path.parent)
    finally:
        with suppress(OSError):
            beside.unlink()
    return found
