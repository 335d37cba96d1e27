"""Turns events into the log: stamps them, builds their leaves, grows the tree, signs its head, writes the group.

Time never goes backwards on the log, whatever the clock does; an event whose id is there already keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from gateway.audit.checkpoint import ORIGIN, Checkpoint, read_checkpoint
from gateway.audit.cosignature import Witness
from gateway.audit.event import Event, EventType, Receipt, Subjects
from gateway.audit.leaf import Stamp, columns, leaf, moment, subjects_hash
from gateway.audit.manifest import signed_text
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Signer, parted, signature_by
from gateway.audit.sealing import Sealer
from gateway.audit.tokens import SCHEME, Tokens
from gateway.errors import AuditUnavailable, LogInvalid
from gateway.identifiers import is_nhs_number
from gateway.recorder import reviews
from gateway.stores.audit_log.log import Entry, Head, Log

SALT_BYTES = 16
REMEMBERED = 1_000  # groups of people, a hash and a number each
_KEEP_EVERY_MS = 60_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
Append = tuple[Event, Subjects | None]


@dataclass(slots=True)
class _Group:
    """What one transaction will add."""

    now_ms: int
    frontier: Frontier
    entries: dict[str, Entry]
    people: dict[str, int] = field(default_factory=dict)
    fetched: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)


class Ledger:
    """The log as the sequencer sees it: its head in memory, its files on the disk."""

    def __init__(
        self, log: Log, clock_ms: Callable[[], int], random: Callable[[int], bytes], sealer: Sealer | None = None
    ) -> None:
        """Raises LogInvalid when the head was not signed with this log's key, or is not what was signed.

        sealer: of NHS numbers to the auditor, where there is an auditor's key.
        """
        self._log, self._clock_ms, self._random = log, clock_ms, random
        self._signer = Signer.from_seed(ORIGIN, log.signing_seed)
        self.verifier = self._signer.verifier()
        self._tokens, self._sealer = Tokens(log.token_key), sealer
        self._people: dict[str, int] = {}  # hash of tokens → the event beside which they stand
        self._head = log.head() or Head(0, (), self._signed(Frontier()), 0, 0)
        self._cosigned = (self._head.size, log.cosignatures(self._head.size))
        self._frontier = self._right_edge()
        log.catch_up()

    @property
    def checkpoint(self) -> str:
        """The signed head, with what witnesses signed under it."""
        size, lines = self._cosigned
        return self._head.note + ("".join(lines.values()) if size == self._head.size else "")

    def cosigned(self, note: str, witness: str) -> str:
        """Keep a witness's signature, which stands under a checkpoint of this log. Raises AuditUnavailable."""
        checkpoint = self._read(note)
        try:
            who = Witness.parse(witness)
            line = who.line_of(note)
        except LogInvalid as error:
            raise AuditUnavailable(f"no cosignature of that witness: {error}") from error
        ours = next(line for line in parted(note)[1].splitlines() if self._signed_it(line))
        self._log.keep_cosignature(checkpoint.size, f"{checkpoint.text()}\n{ours}\n", str(who), line)
        self._cosigned = (checkpoint.size, self._log.cosignatures(checkpoint.size))
        return line

    def signed_manifest(self, digest: str) -> str:
        """The note over an export's manifest. Raises AuditUnavailable for what is no SHA-256 in hex."""
        if not _SHA256.fullmatch(digest):
            raise AuditUnavailable("a manifest is signed by its SHA-256")
        return self._signer.sign(signed_text(digest), self.verifier)

    def token(self, store: str, identifier: str) -> str:
        """What stands on the log for `identifier` of `store`."""
        return self._tokens.token(store, identifier)

    def take(self, appends: Sequence[Append]) -> list[Receipt | AuditUnavailable]:
        """A receipt for each event, once all are durable, or why that one cannot be taken.

        Raises AuditUnavailable when nothing can be written; then the process ends and starts again from the disk.
        """
        group = _Group(max(self._clock_ms(), self._head.at_ms), self._frontier.copy(), {})
        taken = [self._taken(group, event, subjects) for event, subjects in appends]
        if group.entries:
            self._write(group)
        else:
            self._log.check_place()
        return taken

    def _taken(self, group: _Group, event: Event, subjects: Subjects | None) -> Receipt | AuditUnavailable:
        if event.id in group.entries:
            return Receipt(group.entries[event.id].index, event.id, moment(group.now_ms))
        if placed := self._log.find(event.id):
            return Receipt(placed[0], event.id, placed[1])
        try:
            entry = self._entry(group, event, subjects)
        except AuditUnavailable as error:
            return error
        group.entries[event.id] = entry
        group.frontier.add(entry.hash)
        return Receipt(entry.index, event.id, moment(group.now_ms))

    def _entry(self, group: _Group, event: Event, subjects: Subjects | None) -> Entry:
        index = group.frontier.size
        tokens = self._tokens.tokens(subjects.store, subjects.identifiers) if subjects else []
        stamp = Stamp(index, moment(group.now_ms), self._random(SALT_BYTES).hex())
        scheme = f"{SCHEME}/{subjects.store}" if subjects else SCHEME
        body = leaf(event, stamp, tokens, scheme)
        entry = Entry(index, event.id, leaf_hash(body), body, columns(body), tokens)
        entry = self._with_export(group, entry, event, stamp.at)
        return self._with_people(group, entry, event, subjects, stamp.at) if subjects else entry

    def _with_people(self, group: _Group, entry: Entry, event: Event, subjects: Subjects, at: str) -> Entry:
        """Where their tokens stand, and what is sealed of them or erased."""
        entry = replace(entry, subjects_at=self._subjects_at(group, entry.tokens, entry.index))
        if event.type is EventType.SEAL_ERASED:
            return replace(entry, erased=at)
        if self._sealer is None or entry.subjects_at != entry.index:
            return entry
        return replace(entry, seals=self._seals(self._sealer, subjects))

    def _seals(self, sealer: Sealer, subjects: Subjects) -> list[tuple[str, bytes]]:
        """Each NHS number among the identifiers, once for the time its token first appears."""
        numbers = filter(is_nhs_number, subjects.identifiers)
        by_token = {self._tokens.token(subjects.store, number): number for number in numbers}
        new = self._log.unsealed(by_token) if by_token else []
        return [(token, sealer.seal(token, by_token[token])) for token in new]

    def _subjects_at(self, group: _Group, tokens: Sequence[str], index: int) -> int:
        """Lists of the same people are opened again and again: written once, for as long as we remember them."""
        if len(tokens) == 1:
            return index
        people = subjects_hash(tokens)
        return self._people[people] if people in self._people else group.people.setdefault(people, index)

    def _with_export(self, group: _Group, entry: Entry, event: Event, at: str) -> Entry:
        """What the tables of exports and checkpoints take from the event. Raises AuditUnavailable."""
        details = event.fields.get("details", {})
        if event.type is EventType.AUDIT_EXPORTED:
            note = str(details.get("checkpoint"))
            return replace(entry, export=_export(event, at), kept=(self._read(note).size, note))
        if event.type is EventType.EXPORT_FETCHED and "export" in details:
            index = details["export"]
            if not isinstance(index, int) or index in group.fetched or not self._log.can_be_fetched(index):
                raise AuditUnavailable("this export was fetched before, or there is none")
            group.fetched.add(index)
            return replace(entry, fetched=(at, index))
        if event.type is EventType.REVIEW_OPENED:
            return replace(entry, opened=reviews.opened(event, at, entry.index))
        if event.type is EventType.REVIEW_DECIDED:
            return replace(entry, decided=self._decided(group, reviews.decided(event, at)))
        if event.type is EventType.LOG_PRUNED:
            return replace(entry, prune_to=self._prune_to(details, entry.index))
        return entry

    def _decided(self, group: _Group, row: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The same row. Raises AuditUnavailable where there is nothing to decide."""
        number = int(row[-1])
        if number in group.decided or not self._log.can_be_decided(number):
            raise AuditUnavailable("this review was decided before, or there is none")
        group.decided.add(number)
        return row

    def _prune_to(self, details: Mapping[str, object], index: int) -> int:
        """The first event that keeps its body. Raises AuditUnavailable where one is not before the day told."""
        end, before = details.get("end"), details.get("before")
        told = isinstance(end, int) and isinstance(before, str) and 0 <= end <= index
        if not told or not self._log.may_be_pruned(int(str(end)), str(before)):
            raise AuditUnavailable("what is pruned is before the day that the event tells")
        self._people.clear()  # they may stand beside what goes now
        return int(str(end))

    def _read(self, note: str) -> Checkpoint:
        try:
            return read_checkpoint(note, self.verifier)
        except LogInvalid as error:
            raise AuditUnavailable("this is no checkpoint that the log signed") from error

    def _write(self, group: _Group) -> None:
        keep = group.now_ms - self._head.kept_ms >= _KEEP_EVERY_MS
        frontier = tuple(hashed.hex() for hashed in group.frontier.hashes)
        kept_ms = group.now_ms if keep else self._head.kept_ms
        head = Head(group.frontier.size, frontier, self._signed(group.frontier), group.now_ms, kept_ms)
        self._log.add(group.entries.values(), head, keep=keep)
        self._head, self._frontier = head, group.frontier
        if len(self._people) > REMEMBERED:
            self._people.clear()
        self._people |= group.people

    def _signed_it(self, line: str) -> bool:
        return signature_by(line, ORIGIN, self.verifier.key_id) is not None

    def _right_edge(self) -> Frontier:
        """The tree's frontier as the head tells it and its note signs it. Raises LogInvalid."""
        try:
            frontier = Frontier(self._head.size, map(bytes.fromhex, self._head.frontier))
            if read_checkpoint(self._head.note, self.verifier) == Checkpoint(frontier.size, frontier.root()):
                return frontier
        except ValueError as error:
            raise LogInvalid("the head of the audit log cannot be read: run 'gateway audit verify'") from error
        raise LogInvalid("the head of the audit log is not what was signed: run 'gateway audit verify'")

    def _signed(self, frontier: Frontier) -> str:
        return self._signer.sign(Checkpoint(frontier.size, frontier.root()).text(), self.verifier)


def read_event(kind: str, event_id: str, fields: dict[str, object]) -> Event:
    """An event as it came over the socket. Raises AuditUnavailable for an unknown type or a malformed id."""
    try:
        return Event(str(UUID(event_id)), EventType(kind), fields)
    except ValueError as error:
        raise AuditUnavailable("an event has an unknown type or no proper id") from error


def _export(event: Event, at: str) -> tuple[str | int, ...]:
    """The row of exports. Raises AuditUnavailable."""
    details, actor = event.fields.get("details", {}), event.fields.get("actor", {})
    first, size, sha256 = (details.get(name) for name in ("first", "size", "sha256"))
    if not (isinstance(first, int) and isinstance(size, int) and isinstance(sha256, str)):
        raise AuditUnavailable("an export tells its range and its hash")
    return (at, actor.get("user", ""), first, size, sha256, event.fields.get("channel", ""))
