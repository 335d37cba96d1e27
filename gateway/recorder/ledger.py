"""Turns events into the log: stamps them, builds their leaves, grows the tree, writes the group, has its head signed.

Time never goes backwards on the log, whatever the clock does; an event whose id is there already keeps its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from gateway.audit.event import Event, EventType, Receipt, Subjects
from gateway.audit.leaf import People, Stamp, leaf_and_columns, moment, subjects_hash
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Verifier
from gateway.audit.sealing import Sealer
from gateway.audit.tokens import SCHEME, Tokens
from gateway.errors import AuditUnavailable
from gateway.identifiers import is_nhs_number
from gateway.recorder import reviews
from gateway.recorder.heads import Heads
from gateway.recorder.signing import Signs
from gateway.stores.audit_log.entry import Entry, Head, Placed
from gateway.stores.audit_log.log import Log

SALT_BYTES = 16
SLICE = 250  # people whose numbers are sealed between two groups: about 20 ms
REMEMBERED = 1_000  # groups of people, a hash and a number each
_KEEP_EVERY_MS = 60_000
Append = tuple[Event, Subjects | None]


@dataclass(slots=True)
class _Group:
    """What one transaction will add."""

    now_ms: int
    at: str
    frontier: Frontier
    known: Mapping[str, Placed]
    entries: dict[str, Entry] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    hashes: list[bytes] = field(default_factory=list)
    fetched: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)


class Ledger:
    """The log as the sequencer sees it: its head in memory, its files on the disk."""

    def __init__(
        self,
        log: Log,
        signer: Signs,
        clock_ms: Callable[[], int],
        random: Callable[[int], bytes],
        sealer: Sealer | None = None,
    ) -> None:
        """Raises LogInvalid when the head was not signed with the log's key, or the signer does not sign it now.

        sealer: of NHS numbers to the auditor, where there is an auditor's key.
        """
        self._log, self._clock_ms, self._random = log, clock_ms, random
        self._heads = Heads(log, signer)
        self._tokens, self._sealer = Tokens(log.token_key), sealer
        self._ahead: dict[str, bytes] = {}  # seals of a great list whose event is still to come
        self._people: dict[str, int] = {}  # hash of tokens → the event beside which they stand
        log.catch_up()
        self._head, self._frontier = self._heads.begin()

    @property
    def verifier(self) -> Verifier:
        """The log's key that signs now."""
        return self._heads.keys.current

    @property
    def checkpoint(self) -> str:
        """The signed head, with what witnesses signed under it."""
        return self._heads.with_cosignatures(self._head)

    @property
    def cosigned_checkpoint(self) -> str:
        """The newest head that a witness cosigned, with its lines; '' before there is one."""
        return self._heads.newest_cosigned

    def cosigned(self, note: str, witness: str) -> str:
        """Keep a witness's signature, which stands under a checkpoint of this log. Raises AuditUnavailable."""
        return self._heads.cosigned(note, witness)

    def signed_manifest(self, digest: str) -> str:
        """The note over an export's manifest. Raises AuditUnavailable for what is no SHA-256 in hex."""
        return self._heads.signed_manifest(digest)

    def next_key(self) -> dict[str, str]:
        """What an event tells of the key that is to follow. Raises AuditUnavailable, and all is as it was."""
        return self._heads.prepared()

    def rotate(self, event_id: str, details: dict[str, str]) -> tuple[str, int]:
        """That key from now on: what it is, and its event, of that id; asked again, it is done once.

        Raises AuditUnavailable; then the process ends, and what is half done is completed when it starts again.
        """
        if self._log.find(event_id) is None:
            event = Event(event_id, EventType.KEY_ROTATED, {"resource": "audit.log", "details": details})
            self.take([(event, None)])
            self._head = self._heads.rotated(self._head)
        rotation = self._heads.keys.rotations[-1]
        return str(rotation.new), rotation.index

    def token(self, store: str, identifier: str) -> str:
        """What stands on the log for `identifier` of `store`."""
        return self._tokens.token(store, identifier)

    def take(self, appends: Sequence[Append]) -> list[Receipt | AuditUnavailable]:
        """A receipt for each event, once all are durable, or why that one cannot be taken.

        Raises AuditUnavailable when nothing can be written; then the process ends and starts again from the disk.
        """
        now_ms = max(self._clock_ms(), self._head.at_ms)
        known = self._log.find_all([event.id for event, _ in appends])
        group = _Group(now_ms, moment(now_ms), self._frontier.copy(), known)
        taken = [self._taken(group, event, subjects) for event, subjects in appends]
        if group.entries:
            self._write(group)
        else:
            self._log.check_place()
        return taken

    def _taken(self, group: _Group, event: Event, subjects: Subjects | None) -> Receipt | AuditUnavailable:
        if event.id in group.entries:
            return Receipt(group.entries[event.id].index, event.id, group.at)
        if placed := group.known.get(event.id):
            return Receipt(placed[0], event.id, placed[1])
        try:
            entry = self._entry(group, event, subjects)
        except AuditUnavailable as error:
            return error
        group.entries[event.id] = entry
        group.hashes.append(entry.hash)
        group.frontier.add(entry.hash)
        return Receipt(entry.index, event.id, group.at)

    def _entry(self, group: _Group, event: Event, subjects: Subjects | None) -> Entry:
        index = group.frontier.size
        tokens = self._tokens.tokens(subjects.store, subjects.identifiers) if subjects else []
        stamp = Stamp(index, group.at, self._random(SALT_BYTES).hex())
        people = People(f"{SCHEME}/{subjects.store}" if subjects else SCHEME, len(tokens), subjects_hash(tokens))
        body, beside = leaf_and_columns(event, stamp, people)
        at = self._subjects_at(group, people, index) if subjects else None
        entry = Entry(index, event.id, leaf_hash(body), body, beside, tokens, at)
        entry = self._with_export(group, entry, event, stamp.at)
        return self._with_people(entry, event, subjects, stamp.at) if subjects else entry

    def _with_people(self, entry: Entry, event: Event, subjects: Subjects, at: str) -> Entry:
        """What is sealed of them or erased."""
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
        return [(token, self._ahead.pop(token, b"") or sealer.seal(token, by_token[token])) for token in new]

    def sealing(self, subjects: Subjects) -> Iterator[None]:
        """Make the seals of a great list ahead of its event, a slice each time, with groups between. Raises as take."""
        for start in range(0, len(subjects.identifiers) if self._sealer else 0, SLICE):
            some = Subjects(subjects.store, subjects.identifiers[start : start + SLICE])
            self._ahead |= self._seals(self._sealer, some) if self._sealer else ()
            yield

    def _subjects_at(self, group: _Group, people: People, index: int) -> int:
        """Lists of the same people are opened again and again: written once, for as long as we remember them."""
        if people.number == 1:
            return index
        return self._people[people.hash] if people.hash in self._people else group.people.setdefault(people.hash, index)

    def _with_export(self, group: _Group, entry: Entry, event: Event, at: str) -> Entry:
        """What the tables of exports and checkpoints take from the event. Raises AuditUnavailable."""
        details = event.fields.get("details", {})
        if event.type is EventType.AUDIT_EXPORTED:
            note = str(details.get("checkpoint"))
            return replace(entry, export=_export(event, at), kept=(self._heads.read(note).size, note))
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

    def _write(self, group: _Group) -> None:
        keep = group.now_ms - self._head.kept_ms >= _KEEP_EVERY_MS
        frontier = tuple(hashed.hex() for hashed in group.frontier.hashes)
        kept_ms = group.now_ms if keep else self._head.kept_ms
        head = Head(group.frontier.size, frontier, "", group.now_ms, kept_ms)
        self._log.add(group.entries.values(), head)
        self._head = self._heads.signed(head, self._frontier, group.frontier, group.hashes, keep=keep)
        self._frontier = group.frontier
        if len(self._people) > REMEMBERED:
            self._people.clear()
        self._people |= group.people


def read_event(kind: str, event_id: str, fields: dict[str, object]) -> Event:
    """An event as it came over the socket. Raises AuditUnavailable for an unknown type or a malformed id."""
    try:
        event = Event(str(UUID(event_id)), EventType(kind), fields)
    except ValueError as error:
        raise AuditUnavailable("an event has an unknown type or no proper id") from error
    if event.type is EventType.KEY_ROTATED:
        raise AuditUnavailable("a new key is told of by the audit log itself, and by nobody else")
    return event


def _export(event: Event, at: str) -> tuple[str | int, ...]:
    """The row of exports. Raises AuditUnavailable."""
    details, actor = event.fields.get("details", {}), event.fields.get("actor", {})
    first, size, sha256 = (details.get(name) for name in ("first", "size", "sha256"))
    if not (isinstance(first, int) and isinstance(size, int) and isinstance(sha256, str)):
        raise AuditUnavailable("an export tells its range and its hash")
    return (at, actor.get("user", ""), first, size, sha256, event.fields.get("channel", ""))
