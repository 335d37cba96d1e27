"""The signer, as the sequencer reaches it over its socket; one that is started again meanwhile is waited for."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.audit.checkpoint import Checkpoint
from gateway.errors import AuditUnavailable, LogInvalid
from gateway.recorder.client import exchange
from gateway.recorder.frames import Message, packed
from gateway.recorder.signing import Vouched

PATIENCE = 5.0  # seconds; a signer that was killed is there again by then
_PAUSE = 0.02


class RemoteSigner:
    """Each raises AuditUnavailable where the signer does not answer, and LogInvalid where it refuses."""

    def __init__(self, address: Path) -> None:
        """Nothing is opened yet."""
        self._address = str(address)
        self._channel: socket.socket | None = None

    def key(self) -> str:
        """The verifier key in force."""
        return str(self._ask({"do": "key"}))

    def last(self) -> int:
        """How many events the last head had, 0 where it signed none yet."""
        return int(self._ask({"do": "last"}))

    def head(self, old: int, head: Checkpoint, proof: Sequence[bytes]) -> str:
        """The signed note of a head that extends the last one."""
        root = base64.b64encode(head.root).decode()
        return str(self._ask({"do": "head", "old": old, "size": head.size, "root": root, "proof": _texts(proof)}))

    def manifest(self, sha256: str) -> str:
        """The note over an export's manifest."""
        return str(self._ask({"do": "manifest", "sha256": sha256}))

    def prepared(self) -> Vouched:
        """The key that is to follow."""
        return Vouched(**self._ask({"do": "prepare"}))

    def rotate(self, leaf: bytes, path: Sequence[bytes]) -> str:
        """The last head, signed by the key that follows from now on."""
        return str(self._ask({"do": "rotate", "leaf": leaf.decode(), "path": _texts(path)}))

    def answers(self) -> bool:
        """Whether it is there; asked once."""
        try:
            self._ask({"do": "key"}, patience=0)
        except AuditUnavailable:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        if self._channel is not None:
            self._channel.close()
        self._channel = None

    def _ask(self, message: Message, patience: float = PATIENCE) -> Any:  # noqa: ANN401 - JSON
        frame, deadline = packed(message), time.monotonic() + patience
        while True:
            try:
                answer = exchange(self._connected(), frame, time.monotonic() + PATIENCE)
                break
            except OSError as error:
                self.close()
                if time.monotonic() + _PAUSE >= deadline:
                    raise AuditUnavailable("the log's signer does not answer") from error
                time.sleep(_PAUSE)  # asking twice is safe: it signs the same head again
        if "refused" in answer:
            raise LogInvalid(str(answer["refused"]))
        if "error" in answer:
            raise AuditUnavailable(str(answer["error"]))
        return answer["ok"]

    def _connected(self) -> socket.socket:
        if self._channel is None:
            channel = socket.socket(socket.AF_UNIX)
            try:
                channel.connect(self._address)
            except OSError:
                channel.close()
                raise
            self._channel = channel
        return self._channel


def _texts(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(part).decode() for part in hashes]
