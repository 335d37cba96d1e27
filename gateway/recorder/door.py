"""A Unix socket that a process listens on, whose file is looked after: deleted or replaced, it is made anew.

Its folder says who may come: mode 0700 this account alone, 0750 its group too, for which the socket then opens (0660).
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.errors import SettingsInvalid

BACKLOG = 1024
EVERY = 1.0  # seconds between two looks at the file
_OTHERS = stat.S_IWGRP | stat.S_IRWXO


class Door:
    """Listens until it is closed."""

    def __init__(self, address: Path) -> None:
        """Make the folder where it is not there, and listen. Raises SettingsInvalid where others can enter it."""
        self._address = address
        self._opened()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop listening, and take the file away."""
        self.socket.close()
        if self._found() == self._own:
            self._address.unlink()

    def is_gone(self) -> bool:
        """Whether nobody new can come in: the file is not there, or another one."""
        return self._found() != self._own

    def renew(self) -> None:
        """Listen again under the same name. Raises SettingsInvalid."""
        self.socket.close()
        self._opened()

    def _opened(self) -> None:
        try:
            place = self._address.parent
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = place.stat()
            if folder.st_uid != os.getuid() or folder.st_mode & _OTHERS:
                raise SettingsInvalid(
                    f"others can enter {place}: give it to this account, mode 0700, or 0750 for a group"
                )
            self._address.unlink(missing_ok=True)  # left by one that was killed; the lock says that it is gone
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(str(self._address))
            if folder.st_mode & stat.S_IXGRP:
                os.chown(self._address, -1, folder.st_gid)
                self._address.chmod(0o660)
            else:
                self._address.chmod(0o600)
            self.socket.listen(BACKLOG)
        except OSError as error:
            raise SettingsInvalid(f"the socket {self._address} cannot be made: {error.strerror}") from error
        self.socket.settimeout(0)
        self._own = self._found()

    def _found(self) -> tuple[int, int] | None:
        try:
            status = self._address.lstat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
