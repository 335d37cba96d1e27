"""What the signer remembers: the last head that it signed, in a file of its own, two places in turn.

A write that was torn costs one place, and the other still holds. It survives the process at once and a power cut as
soon as it was flushed, which the signer does within a tenth of a second.
"""

from __future__ import annotations

import os
from hashlib import sha256
from operator import itemgetter
from pathlib import Path

from gateway.audit.checkpoint import Checkpoint
from gateway.errors import LogInvalid, SettingsInvalid

FILE = "log-signer.head"
PLACE = 512  # bytes: a disk writes so many whole or not at all
_PARTS = 4


class Memory:
    """The last head, on the disk."""

    last: Checkpoint | None

    def __init__(self, home: Path) -> None:
        """Raises SettingsInvalid where the file cannot be used, LogInvalid where it was damaged."""
        self._path, self.dirty = home / FILE, False
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            content = os.pread(self._handle, 2 * PLACE, 0)
        except OSError as error:
            raise SettingsInvalid(f"the signer's memory cannot be used at {self._path}: {error.strerror}") from error
        places = [_read(content[at : at + PLACE]) for at in (0, PLACE)]
        held = [place for place in places if place]
        if content and not held:
            raise LogInvalid(
                f"the signer's memory at {self._path} is damaged: run 'gateway audit verify', then see why"
            )
        self._turn, self.last = max(held, key=itemgetter(0)) if held else (0, None)

    def remember(self, head: Checkpoint) -> None:
        """Put it down. Raises OSError."""
        turn = self._turn + 1
        told = f"{turn} {head.size} {head.root.hex()}"
        line = f"{told} {sha256(told.encode()).hexdigest()}\n".encode().ljust(PLACE)
        os.pwrite(self._handle, line, turn % 2 * PLACE)
        self._turn, self.last, self.dirty = turn, head, True

    def flush(self) -> None:
        """Have it outlive a power cut. Raises OSError."""
        os.fdatasync(self._handle)
        self.dirty = False

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)


def _read(place: bytes) -> tuple[int, Checkpoint] | None:
    parts = place.decode("ascii", "replace").split()
    if len(parts) != _PARTS or sha256(" ".join(parts[:-1]).encode()).hexdigest() != parts[-1]:
        return None
    return int(parts[0]), Checkpoint(int(parts[1]), bytes.fromhex(parts[2]))
