"""A witness of the log, away from it: keeps the last checkpoint that it saw, and cosigns none that does not extend it.

Needs no store and no key of the gateway: a folder of its own, and the log's verifier key. C2SP tlog-witness.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gateway.audit.checkpoint import Checkpoint
from gateway.audit.cosignature import Cosigner
from gateway.audit.note import Verifier, parted
from gateway.audit.rotation import Rotation, proven, read_rotation
from gateway.audit.witnessing import Refused, Submission, agreed, signed
from gateway.errors import LogInvalid, SettingsInvalid

CHECKPOINT, KEY, LOCK, ROTATIONS = "checkpoint", "witness.key", "lock", "rotations"
SEED_BYTES = 32


class Witness:
    """One witness of one log; several threads and processes may use its folder."""

    def __init__(self, folder: Path, name: str, keys: Sequence[Verifier], clock: Callable[[], float]) -> None:
        """The folder and the witness's own key are made where they are not there yet. Raises SettingsInvalid."""
        self._folder, self._keys, self._clock = folder, keys, clock
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                self._cosigner = Cosigner.from_seed(name, _seed(folder / KEY))
        except (OSError, ValueError) as error:
            raise SettingsInvalid(f"the witness's folder {folder} cannot be used: {error}") from error

    @property
    def key(self) -> str:
        """Its verifier key, for whoever checks its cosignatures."""
        return str(self._cosigner.witness)

    def last(self) -> Checkpoint | None:
        """The last checkpoint that it cosigned. Raises Refused where the log's key is not among those given."""
        path = self._folder / CHECKPOINT
        return signed(path.read_text("utf-8"), self._keys, self.rotations()) if path.exists() else None

    def rotations(self) -> tuple[Rotation, ...]:
        """The changes of the log's key that were proven to it."""
        path = self._folder / ROTATIONS
        return tuple(map(read_rotation, path.read_bytes().splitlines())) if path.exists() else ()

    def knows(self, note: str) -> bool:
        """Whether a key that it knows to be in force signed the note."""
        try:
            signed(note, self._keys, self.rotations())
        except Refused:
            return False
        return True

    def cosign(self, submission: Submission, told: Sequence[Mapping[str, Any]] = ()) -> str:
        """Its signature line, once the checkpoint is kept. Raises Refused.

        told: the log's changes of key, each with its leaf and its path to this checkpoint.
        """
        with self._alone():
            rotations = (*self.rotations(), *self._proven(submission.note, told))
            agreed(submission, self._keys, self.last(), rotations)
            if told:
                held = path.read_text("utf-8").splitlines() if (path := self._folder / ROTATIONS).exists() else []
                lines = dict.fromkeys([*held, *(str(one["leaf"]) for one in told)])
                _keep(path, "".join(f"{line}\n" for line in lines).encode())
            _keep(self._folder / CHECKPOINT, submission.note.encode())
        return self._cosigner.cosign(parted(submission.note)[0], int(self._clock()))

    def _proven(self, note: str, told: Sequence[Mapping[str, Any]]) -> tuple[Rotation, ...]:
        try:
            return proven(told, note)
        except LogInvalid as error:
            raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _seed(path: Path) -> bytes:
    if not path.exists():
        _keep(path, secrets.token_bytes(SEED_BYTES))
    return path.read_bytes()


def _keep(path: Path, body: bytes) -> None:
    """The whole of it on the disk, under its name, or nothing."""
    aside = path.with_name(f"{path.name}.new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
