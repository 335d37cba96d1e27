"""Whether a log is still what was signed, and if not, which event was changed, dropped, reordered, added or cut off.

Every leaf names its own place, so that a fault is found where it is; the root alone tells that there is one (RFC 6962).
A checkpoint kept outside also tells of a log that was forked, or signed again with another key. Where a store says
that a run of events agrees with what stands beside them, their hashes alone are looked at; all others one by one.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from gateway.audit.event import EventType
from gateway.audit.faults import Fault, Finding, misplaced
from gateway.audit.leaf import COLUMNS, KEPT_OF_PRUNED, PRUNED, columns_of, subjects_hash
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Verifier
from gateway.audit.regrowing import Regrown, Stored, differing
from gateway.audit.rotation import Keys
from gateway.audit.tiles import path_of
from gateway.errors import LogInvalid

MOST_TOLD = 100
_FAR = 2**53  # no place of a leaf is beyond, on either side


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. size, root: of the leaves that are there; pruned: how many are there by hash alone."""

    size: int
    root: bytes
    findings: tuple[Finding, ...]
    checkpoints: int
    pruned: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


class Row(Protocol):
    """One stored event."""

    @property
    def place(self) -> int:
        """Where it is stored."""

    @property
    def hash(self) -> bytes:
        """The leaf hash stored beside it."""

    @property
    def leaf(self) -> bytes:
        """Its canonical bytes."""

    @property
    def columns(self) -> tuple[str | int, ...]:
        """What it is searched by."""


class Held(Protocol):
    """A log that can be read from one end to the other."""

    def agreeing(self) -> Iterator[tuple[int, Sequence[bytes]]]:
        """Runs of events whose leaf, hash, columns and people agree, in order: the first, and the leaf hashes."""

    def entries(self, first: int, end: int) -> Iterator[Row]:
        """Its events in order, from one place up to and without another."""

    def subjects(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        """Index and token, in order of both."""

    def tiles(self) -> Iterator[Stored]:
        """The tiles of hashes that are kept."""

    def head(self) -> tuple[int, str]:
        """Size and signed checkpoint of its head."""

    def checkpoints(self) -> list[tuple[int, str]]:
        """Size and note of the checkpoints it keeps."""

    def rotations(self) -> list[bytes]:
        """The leaves that tell of a new key, in order."""


@dataclass(slots=True)
class _Walk:
    """What has been seen on the way along the leaves."""

    due: dict[int, tuple[bytes, Fault]] = field(default_factory=dict)  # size → its root as signed; the fault if not so
    places: array[int] = field(default_factory=lambda: array("q"))
    findings: list[Finding] = field(default_factory=list)
    pruned: int = 0
    pruned_to: int = 0  # after the last event without a body
    may_go_to: int = 0  # after the last event of which another says that its body was pruned
    good: int = 0  # the greatest size whose signed root was met
    unmet: Finding | None = None  # the first signed root that was not; told where nothing else tells why

    def tell(self, fault: Fault, index: int, detail: str) -> None:
        self.findings.append(Finding(fault, index, detail))

    def compare(self, frontier: Frontier) -> None:
        size = frontier.size
        root, fault = self.due.pop(size)
        if root == frontier.root():
            self.good = size
        elif self.unmet is None:
            between = f"the events from {self.good} up to {size} do not give the root that was signed"
            self.unmet = Finding(fault, self.good, between)

    def follow(self, verifier: Verifier, leaves: Sequence[bytes]) -> Keys:
        """The log's keys, of which `verifier` is one; that one alone where they cannot be followed."""
        try:
            return Keys.following(verifier, leaves)
        except LogInvalid as error:
            self.tell(Fault.RESIGNED, 0, str(error))
            return Keys(verifier)

    def expect(self, notes: Iterable[str], keys: Keys, unsigned: Fault, otherwise: Fault) -> int:
        """Put down the roots of signed checkpoints; how many hold. The faults: of a note, and of events not so."""
        held = 0
        for note in notes:
            try:
                checkpoint = keys.read(note)
            except LogInvalid as error:
                self.tell(unsigned, 0, f"a checkpoint does not hold: {error}")
                continue
            held += 1
            root, _ = self.due.setdefault(checkpoint.size, (checkpoint.root, otherwise))
            if root != checkpoint.root:
                self.tell(Fault.FORKED, checkpoint.size, "two roots were signed for that many events")
        return held


def verify(held: Held, verifier: Verifier, previous: Iterable[str] = ()) -> Report:
    """Recompute everything that was signed. previous: checkpoints that the auditor kept elsewhere.

    verifier: a key of the log, the one in force or an earlier one; the others are followed from there.
    """
    size, note = held.head()
    walk = _Walk()
    keys = walk.follow(verifier, held.rotations())
    kept = [note for _, note in held.checkpoints()]
    signed = walk.expect([*([note] if note else []), *kept], keys, Fault.CHANGED, Fault.CHANGED)
    signed += walk.expect(previous, keys, Fault.RESIGNED, Fault.FORKED)
    walk.due.pop(0, None)
    tree = Regrown(walk.due, walk.compare)
    seen = -_FAR
    for first, hashes in held.agreeing():
        _walk(held, seen, first, walk, tree)
        seen = first + len(hashes)
        walk.places.extend(range(first, seen))
        tree.add(hashes)
    _walk(held, seen, _FAR, walk, tree)
    whole = tree.whole()
    end = max([size, *walk.due])
    if walk.pruned_to > walk.may_go_to:
        walk.tell(Fault.CHANGED, walk.pruned_to - 1, "its body is gone, and no event says that it was pruned")
    walk.findings[:0] = misplaced(walk.places, 0, end)
    if walk.unmet and not walk.findings:
        walk.findings.append(walk.unmet)
    if not walk.findings:
        for tile, index in differing(held.tiles(), tree.tiles()):
            walk.tell(Fault.CHANGED, index, f"the tile {path_of(tile)} of hashes is not what the events give")
    return Report(whole.size, whole.root(), tuple(walk.findings), signed, walk.pruned)


def _walk(held: Held, first: int, end: int, walk: _Walk, tree: Regrown) -> None:
    """Look at the events from `first` up to `end` one by one."""
    if first == end:
        return
    tokens = _tokens(held.subjects(first, end))
    waiting = next(tokens, None)
    for row in held.entries(first, end):
        while waiting is not None and waiting[0] < row.place:
            walk.tell(Fault.ADDED, waiting[0], "subjects stand there without their event")
            waiting = next(tokens, None)
        own: Sequence[str] = ()
        if waiting is not None and waiting[0] == row.place:
            own, waiting = waiting[1], next(tokens, None)
        tree.add([_checked(row, own, walk)])
    while waiting is not None:
        walk.tell(Fault.ADDED, waiting[0], "subjects stand there without their event")
        waiting = next(tokens, None)


def _checked(row: Row, tokens: Sequence[str], walk: _Walk) -> bytes:
    """The hash of the event's leaf, after what is wrong with it was told."""
    if row.leaf == PRUNED:
        _check_pruned(row, tokens, walk)
        return row.hash
    hashed = leaf_hash(row.leaf)
    _check_leaf(row, hashed, tokens, walk)
    return hashed


def _check_leaf(row: Row, hashed: bytes, tokens: Sequence[str], walk: _Walk) -> None:
    try:
        whole = json.loads(row.leaf)
        walk.may_go_to = max(walk.may_go_to, _pruned_by(whole))
        place, subjects, beside = _place(whole["index"]), whole["subjects"]["hash"], columns_of(whole)
    except (ValueError, KeyError, TypeError, AttributeError):
        walk.places.append(row.place)
        walk.tell(Fault.CHANGED, row.place, "the leaf cannot be read")
        return
    walk.places.append(place)
    if place != row.place:
        return  # told by its place
    if hashed != row.hash:
        walk.tell(Fault.CHANGED, place, "the leaf is not the one that was hashed")
    elif beside != row.columns:
        walk.tell(Fault.CHANGED, place, "what it is searched by is not what the leaf says")
    elif subjects != subjects_hash(tokens):
        walk.tell(Fault.CHANGED, place, "its subjects are not those that the leaf says")


def _check_pruned(row: Row, tokens: Sequence[str], walk: _Walk) -> None:
    """An event of which the hash alone is there; that it was the signed one, the roots over it tell."""
    walk.places.append(row.place)
    walk.pruned, walk.pruned_to = walk.pruned + 1, row.place + 1
    told = dict(zip(COLUMNS, row.columns, strict=True))
    if tokens or any(told[name] for name in COLUMNS if name not in KEPT_OF_PRUNED):
        walk.tell(Fault.CHANGED, row.place, "something is told of it, though its body was pruned")


def _pruned_by(whole: Mapping[str, Any]) -> int:
    """How far an event says that bodies were pruned, 0 where it says nothing of it."""
    if whole.get("type") != EventType.LOG_PRUNED:
        return 0
    return _place(whole["details"]["end"])


def _place(told: object) -> int:
    if type(told) is not int or not 0 <= told < _FAR:
        raise ValueError("no place of a leaf")
    return told


def _tokens(subjects: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    for index, group in groupby(subjects, key=itemgetter(0)):
        yield index, [token for _, token in group]
