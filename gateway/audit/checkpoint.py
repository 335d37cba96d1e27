"""C2SP tlog-checkpoint: the signed head of the log, its size and root. https://c2sp.org/tlog-checkpoint"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from gateway.audit.note import Verifier
from gateway.errors import LogInvalid

ORIGIN = "commissioning-gateway/audit"
_LINES = 3
_ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many leaves the tree has and what its root is."""

    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{ORIGIN}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint of a signed note. Raises LogInvalid for a wrong signature or shape."""
    lines = verifier.text_of(note).splitlines()
    try:
        origin, size, root = lines[:_LINES]
        checkpoint = Checkpoint(int(size), base64.b64decode(root, validate=True))
    except ValueError as error:
        raise LogInvalid("this is not a checkpoint") from error
    if (
        origin != ORIGIN
        or checkpoint.size < 0
        or len(checkpoint.root) != _ROOT_BYTES
        or checkpoint.text().splitlines() != lines[:_LINES]
    ):
        raise LogInvalid("this is not a checkpoint of this log")
    return checkpoint
