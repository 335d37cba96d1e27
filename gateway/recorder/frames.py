"""What client and sequencer say to each other: JSON objects, each after its length in four bytes."""

from __future__ import annotations

import json
from typing import Any

from gateway.errors import AuditUnavailable

LENGTH_BYTES = 4
LONGEST = 16 * 1024 * 1024
Message = dict[str, Any]


def packed(message: Message) -> bytes:
    """The frame. Raises AuditUnavailable for what JSON cannot hold or what is too long."""
    try:
        body = json.dumps(message, separators=(",", ":"), default=dict).encode()
    except (TypeError, ValueError) as error:
        raise AuditUnavailable("an event holds integers and strings only") from error
    if len(body) > LONGEST:
        raise AuditUnavailable(f"an event with its subjects has more than {LONGEST} bytes")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


class Incoming:
    """Puts one frame together from what arrives; never asks for a byte of the next."""

    def __init__(self) -> None:
        """Nothing has arrived."""
        self._buffer = bytearray()

    def wanted(self) -> int:
        """How many bytes are missing. Raises AuditUnavailable for a length beyond the limit."""
        if len(self._buffer) < LENGTH_BYTES:
            return LENGTH_BYTES - len(self._buffer)
        length = int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
        if length > LONGEST:
            raise AuditUnavailable("a message to the audit log is too long")
        return LENGTH_BYTES + length - len(self._buffer)

    def add(self, arrived: bytes) -> Message | None:
        """The message once it is whole. Raises AuditUnavailable when it is no JSON object."""
        self._buffer += arrived
        if self.wanted():
            return None
        body, self._buffer = bytes(self._buffer[LENGTH_BYTES:]), bytearray()
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise AuditUnavailable("a message to the audit log cannot be read") from error
        if not isinstance(message, dict):
            raise AuditUnavailable("a message to the audit log cannot be read")
        return message
