"""The log's keys, one after the other: each next one stands on the log in `key.rotated`, signed for by the one before.

The head that is the first over that event may be signed by either key, every later one by the new key alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gateway.audit.checkpoint import ORIGIN, Checkpoint, read_checkpoint
from gateway.audit.event import EventType
from gateway.audit.merkle import leaf_hash, root_from_inclusion
from gateway.audit.note import Signer, Verifier
from gateway.errors import LogInvalid

TEXT = f"{ORIGIN}-key"


@dataclass(frozen=True, slots=True)
class Rotation:
    """One change of key, and the event that tells of it."""

    index: int
    old: Verifier
    new: Verifier


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a log: the first one, and each rotation from there on, in order."""

    first: Verifier
    rotations: tuple[Rotation, ...] = ()

    @classmethod
    def following(cls, known: Verifier, leaves: Iterable[bytes]) -> Keys:
        """Of the log whose rotations these leaves are, all of them in order. known: one of its keys, from outside.

        Raises LogInvalid where a rotation is forged, does not follow on the one before, or `known` is none of them.
        """
        rotations = tuple(map(read_rotation, leaves))
        for before, after in pairwise(rotations):
            if before.new != after.old or before.index >= after.index:
                raise LogInvalid(f"event {after.index} is a forged rotation: it does not follow on the key before it")
        keys = cls(rotations[0].old if rotations else known, rotations)
        if known not in keys.all:
            raise LogInvalid(f"forged: no rotation of the log leads from or to the key {known}")
        return keys

    @property
    def all(self) -> tuple[Verifier, ...]:
        """Every key, the oldest first."""
        return (self.first, *(rotation.new for rotation in self.rotations))

    @property
    def current(self) -> Verifier:
        """The key that signs now."""
        return self.all[-1]

    def at(self, size: int) -> tuple[Verifier, ...]:
        """Whoever may sign a head of that many events: one key, or two where it is the first over a rotation."""
        return accepted(self.all[:1], self.rotations, size)

    def read(self, note: str) -> Checkpoint:
        """The checkpoint of a note signed by the key of its time. Raises LogInvalid."""
        return read_by(self.at(size_of(note)), note)


def accepted(known: Iterable[Verifier], rotations: Sequence[Rotation], size: int) -> tuple[Verifier, ...]:
    """Which keys may sign a head of that many events, where `known` are trusted and the rotations followed in order."""
    keys = dict.fromkeys(known, 0)
    retired: dict[Verifier, int] = {}
    for rotation in rotations:
        if rotation.old in keys and rotation.old not in retired:
            keys.setdefault(rotation.new, rotation.index + 1)
            retired[rotation.old] = rotation.index + 1
    return tuple(key for key, since in keys.items() if since <= size <= retired.get(key, size))


def read_by(keys: Iterable[Verifier], note: str) -> Checkpoint:
    """The checkpoint of a note that one of the keys signed. Raises LogInvalid with what the last of them said."""
    fault = LogInvalid("no key of the log may sign so many events")
    for key in keys:
        try:
            return read_checkpoint(note, key)
        except LogInvalid as error:
            fault = error
    raise fault


def size_of(note: str) -> int:
    """How many events a note claims to be of; nothing is verified. Raises LogInvalid for no number."""
    _origin, _, rest = note.partition("\n")
    told = rest.partition("\n")[0]
    if not (told.isascii() and told.isdigit() and len(told) < 20):  # noqa: PLR2004 a number of 64 bits
        raise LogInvalid("this is not a checkpoint")
    return int(told)


def vouched(new: Verifier, by: Signer) -> str:
    """The note by which the key in force signs for the one that follows it."""
    return by.sign(_text(new), by.verifier())


def read_rotation(leaf: bytes) -> Rotation:
    """The rotation that an event tells of. Raises LogInvalid where it is none, or the key before did not sign it."""
    try:
        told = json.loads(leaf)
        index, details = told["index"], told["details"]
        rotation = Rotation(index, Verifier.parse(details["old"]), Verifier.parse(details["new"]))
        is_one = told["type"] == EventType.KEY_ROTATED and type(index) is int
        signed = rotation.old.text_of(details["note"]) == _text(rotation.new)
    except LogInvalid as error:
        raise LogInvalid(f"forged rotation: the key before it did not sign the new one: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogInvalid("forged rotation: the event cannot be read") from error
    if not (is_one and signed):
        raise LogInvalid("forged rotation: the event is none, or the key before it signed another key")
    return rotation


def proven(told: Sequence[Mapping[str, Any]], note: str) -> tuple[Rotation, ...]:
    """The rotations that stand on the log under a checkpoint, each with its leaf and path. Raises LogInvalid.

    Whether the checkpoint itself is signed by the last of them is the caller's to see.
    """
    size, found = size_of(note), []
    for one in told:
        try:
            leaf, path = str(one["leaf"]).encode(), [bytes.fromhex(part) for part in one["path"]]
            rotation = read_rotation(leaf)
            root = root_from_inclusion(rotation.index, size, leaf_hash(leaf), path)
        except (ValueError, KeyError, TypeError) as error:
            raise LogInvalid("forged rotation: it cannot be read, or is not on this log") from error
        if not note.startswith(Checkpoint(size, root).text()):
            raise LogInvalid(f"forged rotation: event {rotation.index} does not stand under this checkpoint")
        found.append(rotation)
    return tuple(found)


def document(rotations: Iterable[tuple[bytes, Sequence[bytes]]]) -> list[dict[str, Any]]:
    """Leaves and their paths, as `proven` reads them."""
    return [{"leaf": leaf.decode(), "path": [part.hex() for part in path]} for leaf, path in rotations]


def _text(new: Verifier) -> str:
    """What is signed: no text that could be taken for a checkpoint."""
    return f"{TEXT}\n{new}\n"
