"""A log in memory: what the sequencer would have written, to be read whole and to be tampered with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.event import Event, EventType, new_id
from gateway.audit.leaf import Stamp, columns, leaf, moment
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.note import Signer, Verifier
from gateway.audit.rotation import vouched

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # a loaded machine fails no test
SIGNER = Signer.from_seed(ORIGIN, bytes(32))
TOKENS: tuple[Sequence[str], ...] = ((), ("one",), ("one", "two"))
START = 1_795_510_800_000


class Row(NamedTuple):
    place: int
    hash: bytes
    leaf: bytes
    columns: tuple[str | int, ...]


def row_of(index: int, kind: EventType = EventType.ACCESS_PERMITTED, **fields: Any) -> Row:
    """The row of event `index`; what it tells of subjects is in TOKENS."""
    event = Event(new_id(START + index, index.to_bytes(10, "big")), kind, fields)
    body = leaf(event, Stamp(index, moment(START + index), "5a" * 16), TOKENS[index % 3], "s")
    return Row(index, leaf_hash(body), body, columns(body))


@dataclass
class Memory:
    """A log that can be read, and altered behind its own back."""

    rows: list[Row]
    about: list[tuple[int, str]]
    top: tuple[int, str] = (0, "")
    kept: list[tuple[int, str]] = field(default_factory=list)
    alike: list[tuple[int, list[bytes]]] = field(default_factory=list)
    kept_tiles: list[tuple[int, int, bytes]] = field(default_factory=list)
    keys: tuple[Verifier, ...] = (SIGNER.verifier(),)

    @classmethod
    def of(cls, size: int, kept: Sequence[int] = ()) -> Memory:
        """A good log of `size` events that kept its checkpoints at some sizes."""
        about = [(index, token) for index in range(size) for token in TOKENS[index % 3]]
        log = cls([row_of(index, n=index) for index in range(size)], about)
        log.sign(kept)
        return log

    def note(self, size: int, by: Signer = SIGNER) -> str:
        """The signed checkpoint of its first `size` events."""
        root = root_of(row.hash for row in self.rows[:size])
        return by.sign(Checkpoint(size, root).text(), by.verifier())

    def sign(self, kept: Sequence[int] = (), by: Signer = SIGNER) -> None:
        """Sign all of it as it stands now."""
        self.top = (len(self.rows), self.note(len(self.rows), by))
        self.kept = [(size, self.note(size, by)) for size in kept]

    def agreeing(self) -> Iterator[tuple[int, list[bytes]]]:
        return iter(self.alike)

    def entries(self, first: int, end: int) -> Iterator[Row]:
        return (row for row in self.rows if first <= row.place < end)

    def subjects(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        return (one for one in self.about if first <= one[0] < end)

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        return iter(self.kept_tiles)

    def head(self) -> tuple[int, str]:
        return self.top

    def checkpoints(self) -> list[tuple[int, str]]:
        return self.kept

    def rotations(self) -> list[bytes]:
        return [row.leaf for row in self.rows if b'"type":"key.rotated"' in row.leaf]

    def replace(self, index: int, **fields: Any) -> None:
        """Another event in the place of `index`, its hash and columns as they should be."""
        self.rows[index] = row_of(index, **fields)

    def leaf_of(self, index: int) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.rows[index].leaf)
        return told


@pytest.fixture
def a_log() -> Callable[..., Memory]:
    return Memory.of


@pytest.fixture
def a_rotated_log() -> Memory:
    """Six events, of which event 3 tells of a new key; `keys` are the old one and the new one."""
    new = Signer.from_seed(ORIGIN, b"\x01" * 32)
    log = Memory.of(6, kept=[2])
    told = {"old": str(SIGNER.verifier()), "new": str(new.verifier()), "note": vouched(new.verifier(), SIGNER)}
    log.rows[3] = row_of(3, EventType.KEY_ROTATED, details=told)
    log.kept = [(2, log.note(2)), (4, log.note(4)), (4, log.note(4, new))]
    log.top, log.keys = (6, log.note(6, new)), (SIGNER.verifier(), new.verifier())
    return log


@pytest.fixture
def verifier() -> Verifier:
    return SIGNER.verifier()


@pytest.fixture
def insider() -> Signer:
    """Somebody who holds the log's own key."""
    return SIGNER


@pytest.fixture
def outsider() -> Signer:
    """Somebody who made a key under the log's name."""
    return Signer.from_seed(ORIGIN, b"1" * 32)
