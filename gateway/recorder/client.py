"""The client of the sequencer: an event is on the disk when `append` returns, or nothing may be shown.

One connection for each thread and process; it comes back by itself after the sequencer was started again.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from pathlib import Path
from typing import Any

from gateway.audit.event import Event, Receipt, Subjects, new_id
from gateway.errors import AuditUnavailable
from gateway.recorder.frames import Incoming, Message, packed

PATIENCE = 1.0  # seconds
_ROTATING = 10.0
_SUBJECTS_A_SECOND = 8_000  # where each is seen for the first time, and sealed
_PAUSE = 0.05


class LogClient:
    """Appends events and asks for the head, the key and a token; threads may share it."""

    def __init__(self, address: Path) -> None:
        """`address` is the sequencer's socket; nothing is opened yet."""
        self._address = str(address)
        self._own = threading.local()

    def append(self, event: Event, subjects: Subjects | None = None) -> Receipt:
        """The receipt, once the event is durable; appended again, the same id gives the same receipt.

        Raises AuditUnavailable within a second (a little more where it concerns very many people).
        """
        message: Message = {"do": "append", "id": event.id, "type": str(event.type), "fields": event.fields}
        if subjects:
            message |= {"store": subjects.store, "identifiers": subjects.identifiers}
        many = len(subjects.identifiers) if subjects else 0
        return Receipt(*self._ask(message, PATIENCE + many / _SUBJECTS_A_SECOND))

    def answers(self) -> bool:
        """Whether the sequencer is there and answers; asked once, not again and again as for an event."""
        try:
            self._ask({"do": "key"}, again=False)
        except AuditUnavailable:
            return False
        return True

    def checkpoint(self) -> str:
        """The signed head of the log. Raises AuditUnavailable."""
        return str(self._ask({"do": "checkpoint"}))

    def key(self) -> str:
        """The log's verifier key. Raises AuditUnavailable."""
        return str(self._ask({"do": "key"}))

    def cosigned_checkpoint(self) -> str:
        """The newest head that a witness cosigned, with its lines; '' before there is one. Raises AuditUnavailable."""
        return str(self._ask({"do": "newest cosigned"}))

    def rotate_key(self) -> tuple[str, int]:
        """A new key from now on: what it is, and the event that tells of it. Raises AuditUnavailable."""
        event_id = new_id(time.time_ns() // 1_000_000, secrets.token_bytes(10))  # asked twice, it is done once
        key, index = self._ask({"do": "rotate", "id": event_id}, _ROTATING)
        return str(key), int(index)

    def signed_manifest(self, sha256: str) -> str:
        """The log's signature over an export's manifest. Raises AuditUnavailable."""
        return str(self._ask({"do": "manifest", "sha256": sha256}))

    def cosigned(self, note: str, witness: str) -> None:
        """Have a witness's signature under a checkpoint kept. witness: its key. Raises AuditUnavailable."""
        self._ask({"do": "cosigned", "note": note, "witness": witness})

    def token(self, store: str, identifier: str) -> str:
        """What stands on the log for `identifier` of `store`. Raises AuditUnavailable."""
        return str(self._ask({"do": "token", "store": store, "identifier": identifier}))

    def close(self) -> None:
        """Close this thread's connection."""
        self._drop()

    def _ask(self, message: Message, patience: float = PATIENCE, *, again: bool = True) -> Any:  # noqa: ANN401 - JSON
        frame, deadline = packed(message), time.monotonic() + patience
        while True:
            try:
                answer = exchange(self._connection(deadline), frame, deadline)
            except OSError as error:
                self._drop()
                if not again or time.monotonic() + _PAUSE >= deadline:
                    raise AuditUnavailable("the audit log does not answer") from error
                time.sleep(_PAUSE)  # it may be starting again; the event's id makes asking twice safe
                continue
            if "error" in answer:
                raise AuditUnavailable(str(answer["error"]))
            return answer["ok"]

    def _connection(self, deadline: float) -> socket.socket:
        """The one of this thread, made anew after a fork: two processes never share one."""
        if getattr(self._own, "process", None) != os.getpid():
            self._drop()
            channel = socket.socket(socket.AF_UNIX)
            self._own.channel, self._own.process = channel, os.getpid()
            channel.settimeout(_left(deadline))
            channel.connect(self._address)
        own: socket.socket = self._own.channel
        return own

    def _drop(self) -> None:
        channel = getattr(self._own, "channel", None)
        self._own.channel = self._own.process = None
        if channel is not None:
            channel.close()


def exchange(channel: socket.socket, frame: bytes, deadline: float) -> Message:
    """Ask, and wait for the whole answer. Raises OSError where it does not come before `deadline` (monotonic)."""
    channel.settimeout(_left(deadline))
    channel.sendall(frame)
    incoming, answer = Incoming(), None
    while answer is None:
        channel.settimeout(_left(deadline))
        arrived = channel.recv(incoming.wanted())
        if not arrived:
            raise ConnectionResetError("the other side hung up")
        answer = incoming.add(arrived)
    return answer


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is up")
    return left
