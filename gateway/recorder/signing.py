"""What the signer does: sign a head that extends the last one it signed, a manifest, and a key that follows its own.

It needs the log's key and a little memory, and no store: the ledger asks it directly or over its socket.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.manifest import signed_text
from gateway.audit.merkle import EMPTY, is_consistent, leaf_hash, root_from_inclusion
from gateway.audit.note import Signer
from gateway.audit.rotation import read_rotation, vouched
from gateway.errors import LogInvalid, SettingsInvalid
from gateway.recorder.memory import Memory

KEY, NEXT = "log-signing.key", "log-signing.next.key"
SEED_BYTES = 32
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Vouched:
    """A verifier key that is to follow, and the note by which the one in force signs for it."""

    new: str
    note: str


class Signs(Protocol):
    """The signer, as the ledger asks it."""

    def key(self) -> str:
        """The verifier key in force."""

    def last(self) -> int:
        """How many events the last head had that it signed."""

    def head(self, old: int, head: Checkpoint, proof: Sequence[bytes]) -> str:
        """The signed note of a head, with the proof that it extends the last one, of `old` events."""

    def manifest(self, sha256: str) -> str:
        """The note over an export's manifest."""

    def prepared(self) -> Vouched:
        """The key that is to follow, made now unless it is there already."""

    def rotate(self, leaf: bytes, path: Sequence[bytes]) -> str:
        """Use that key from now on: `leaf` tells of it, the last of the last head. The last head, signed by it."""


class Signing:
    """The signer's key and memory. Raises LogInvalid for what it does not sign, with the reason."""

    def __init__(self, home: Path, keys: Path) -> None:
        """home: where its memory is. Raises SettingsInvalid, LogInvalid."""
        self._keys = keys
        self._signer = _signer(keys / KEY)
        self._verifier = self._signer.verifier()
        self._memory = Memory(home)

    def key(self) -> str:
        """The verifier key in force."""
        return str(self._verifier)

    def last(self) -> int:
        """How many events the last head had, 0 where it signed none yet."""
        return self._memory.last.size if self._memory.last else 0

    def head(self, old: int, head: Checkpoint, proof: Sequence[bytes]) -> str:
        """The note, once the head is remembered: never two heads that do not extend one another."""
        last = self._memory.last or Checkpoint(0, EMPTY)
        if head.size < last.size:
            raise LogInvalid(f"the signer refuses: rolled back, {last.size} events were signed before {head.size}")
        if old != last.size:
            raise LogInvalid(f"the signer refuses: it signed {last.size} events last, and not {old}")
        if not is_consistent(old, last.root, head.size, head.root, proof):
            raise LogInvalid(f"the signer refuses: forked, the log does not extend the {old} events signed before")
        if head != self._memory.last:
            self._memory.remember(head)
        return self._signer.sign(head.text(), self._verifier)

    def manifest(self, sha256: str) -> str:
        """The note over an export's manifest, by its SHA-256 in hex."""
        if not _SHA256.fullmatch(sha256):
            raise LogInvalid("a manifest is signed by its SHA-256")
        return self._signer.sign(signed_text(sha256), self._verifier)

    def prepared(self) -> Vouched:
        """The key that is to follow; asked again, the same one until it is in force. Raises SettingsInvalid."""
        path = self._keys / NEXT
        if not path.exists():
            _write_key(path)
        new = _signer(path).verifier()
        return Vouched(str(new), vouched(new, self._signer))

    def rotate(self, leaf: bytes, path: Sequence[bytes]) -> str:
        """The last head, signed by the key that followed; one rename puts it in force. Raises SettingsInvalid too."""
        last, rotation = self._memory.last, read_rotation(leaf)
        after = _signer(self._keys / NEXT)
        if (rotation.old, rotation.new) != (self._verifier, after.verifier()):
            raise LogInvalid("the signer refuses: that event is of other keys than its own")
        if last is None or rotation.index != last.size - 1:
            raise LogInvalid("the signer refuses: a rotation is the last event of the last head")
        try:
            root = root_from_inclusion(rotation.index, last.size, leaf_hash(leaf), path)
        except ValueError:
            root = b""
        if root != last.root:
            raise LogInvalid("the signer refuses: that event is not on the log")
        _put_in_force(self._keys)
        self._signer, self._verifier = after, rotation.new
        return self._signer.sign(last.text(), self._verifier)

    @property
    def unflushed(self) -> bool:
        """Whether its memory would not outlive a power cut yet."""
        return self._memory.dirty

    def flush(self) -> None:
        """Have its memory outlive a power cut."""
        self._memory.flush()

    def close(self) -> None:
        """Let go of its memory's file."""
        self._memory.close()


def _signer(path: Path) -> Signer:
    """Raises SettingsInvalid, with the mend."""
    try:
        seed = path.read_bytes()
    except OSError as error:
        message = f"the log's signing key cannot be read at {path}: restore it, or give it to the signer's account"
        raise SettingsInvalid(message) from error
    if len(seed) != SEED_BYTES:
        raise SettingsInvalid(f"the log's signing key at {path} has {len(seed)} bytes, not {SEED_BYTES}: restore it")
    return Signer.from_seed(ORIGIN, seed)


def _write_key(path: Path) -> None:
    """A new key, whole on the disk under its name or not there."""
    aside = path.with_name(f"{path.name}.new")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SEED_BYTES))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync(path.parent)
    except OSError as error:
        told = f"a new key cannot be written to {path.parent}: {error.strerror}; give the signer a folder that it can"
        raise SettingsInvalid(told) from error


def _put_in_force(keys: Path) -> None:
    try:
        (keys / NEXT).replace(keys / KEY)
        _sync(keys)
    except OSError as error:
        raise SettingsInvalid(f"the new key cannot take the old one's place in {keys}: {error.strerror}") from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
