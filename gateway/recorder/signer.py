"""The process that holds the log's key: it signs what extends the last head it signed, and does nothing else.

It can run under an account of its own, which alone reads the key and its memory; the sequencer's account reaches its
socket. `python -m gateway.recorder.signer HOME KEYS SOCKET [private]`. Keeps ALL-3.
"""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.audit.checkpoint import Checkpoint
from gateway.errors import AuditUnavailable, LogInvalid, SettingsInvalid
from gateway.recorder.door import Door
from gateway.recorder.frames import Message
from gateway.recorder.process import READY, ended, owned, parent_of, say, signalled
from gateway.recorder.serving import Request, Serving
from gateway.recorder.signing import Signing

LOCK_FILE = "log-signer.lock"
FLUSH_EVERY = 0.1  # seconds


class Loop(Serving):
    """Serves the sequencer."""

    def __init__(self, signing: Signing, door: Door, parent: int | None = None) -> None:
        """parent: as in Serving."""
        super().__init__(door, parent)
        self._signing, self._flushed = signing, time.monotonic()

    def serve(self, requests: Sequence[Request]) -> None:
        """Each its answer; what is remembered of them is flushed soon after. Raises AuditUnavailable."""
        for connection, message in requests:
            try:
                self.answer(connection, {"ok": self._told(message)})
            except (LogInvalid, SettingsInvalid) as error:
                self.answer(connection, {"refused": str(error)})
            except (KeyError, TypeError, ValueError, AuditUnavailable):
                self.answer(connection, {"error": "the signer does not know that request"})
            except OSError as error:
                self.answer(connection, {"error": f"the signer's memory cannot be written: {error.strerror}"})
                raise AuditUnavailable(f"the signer's memory cannot be written: {error.strerror}") from error
        self._flush()

    def patience(self) -> float:
        """Not long while something is to be flushed."""
        return FLUSH_EVERY if self._signing.unflushed else super().patience()

    def _flush(self) -> None:
        if not self._signing.unflushed or time.monotonic() < self._flushed + FLUSH_EVERY:
            return
        try:
            self._signing.flush()
        except OSError as error:
            raise AuditUnavailable(f"the signer's memory cannot be written: {error.strerror}") from error
        self._flushed = time.monotonic()

    def _told(self, message: Message) -> Any:  # noqa: ANN401 - JSON
        asked: dict[str, Callable[[], Any]] = {
            "key": self._signing.key,
            "last": self._signing.last,
            "head": lambda: self._head(message),
            "manifest": lambda: self._signing.manifest(str(message["sha256"])),
            "prepare": self._prepared,
            "rotate": lambda: self._signing.rotate(str(message["leaf"]).encode(), _hashes(message["path"])),
        }
        return asked[str(message["do"])]()

    def _head(self, message: Message) -> str:
        head = Checkpoint(int(message["size"]), base64.b64decode(message["root"], validate=True))
        return self._signing.head(int(message["old"]), head, _hashes(message["proof"]))

    def _prepared(self) -> dict[str, str]:
        prepared = self._signing.prepared()
        return {"new": prepared.new, "note": prepared.note}


def _hashes(told: list[str]) -> list[bytes]:
    return [base64.b64decode(part, validate=True) for part in told]


def serve(home: Path, keys: Path, address: Path, parent: int | None = None) -> None:
    """Sign until SIGTERM or SIGINT, or until `parent` ends and the last client is gone.

    home: the folder of its memory. Says 'ready' on standard output once it listens. Raises BlockingIOError where
    another process signs, SettingsInvalid, LogInvalid, AuditUnavailable when its memory cannot be written.
    """
    with owned(home / LOCK_FILE):
        signing = Signing(home, keys)
        try:
            with Door(address) as door:
                loop = Loop(signing, door, parent)
                with signalled(loop):
                    say(READY)
                    loop.run()
            signing.flush()
        finally:
            signing.close()


def main(words: list[str]) -> int:
    """The process: its exit code is that of the error it ended with."""
    home, keys, address = map(Path, words[:3])
    return ended(lambda: serve(home, keys, address, parent_of(words[3:])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
