"""The sequencer's loop: whatever arrives while a group is being flushed makes the next group."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Iterator, Sequence

from gateway.audit.event import Event, EventType, Receipt, Subjects, new_id
from gateway.errors import AuditUnavailable
from gateway.recorder.door import Door
from gateway.recorder.frames import Message
from gateway.recorder.ledger import SLICE, Append, Ledger, read_event
from gateway.recorder.serving import Connection, Request, Serving

Appended = tuple[Connection, Append]
_DONE = object()
_SHARE, _LONGEST_GRACE = 4, 0.001  # of what a group took, its clients are waited for that part, or so many seconds


class Loop(Serving):
    """Serves every client of the log from one thread."""

    def __init__(self, ledger: Ledger, door: Door, parent: int | None = None) -> None:
        """parent: as in Serving."""
        super().__init__(door, parent)
        self._ledger = ledger
        self._great: deque[tuple[Connection, Append, Iterator[None]]] = deque()  # lists that are being sealed

    def record(self, kind: EventType) -> None:
        """Put an event of the log's own on it."""
        event_id = new_id(time.time_ns() // 1_000_000, secrets.token_bytes(10))
        self._ledger.take([(Event(event_id, kind, {"resource": "audit.log"}), None)])

    def serve(self, requests: Sequence[Request]) -> None:
        """Events as one group, and whatever else was asked before it. Raises AuditUnavailable."""
        events: list[Appended] = []
        for connection, message in requests:
            if message.get("do") == "rotate":
                self._rotate(connection, str(message.get("id")))
                continue
            try:
                if message.get("do") == "append":
                    self._put(connection, _append(message), events)
                else:
                    self.answer(connection, {"ok": self._told(message)})
            except AuditUnavailable as error:
                self.answer(connection, {"error": str(error)})
        self._seal(events)
        if events:
            self._take(events)

    def patience(self) -> float:
        """Nobody is waited for while there is something to seal."""
        return 0 if self._great else super().patience()

    def _put(self, connection: Connection, append: Append, events: list[Appended]) -> None:
        """Into this group; one about very many people when those are sealed, so that nobody waits for it."""
        subjects = append[1]
        if subjects and len(subjects.identifiers) > SLICE:
            self._great.append((connection, append, self._ledger.sealing(subjects)))
        else:
            events.append((connection, append))

    def _seal(self, events: list[Appended]) -> None:
        """One slice; an event whose people are all sealed joins the group. Raises AuditUnavailable."""
        if self._great:
            connection, append, sealing = self._great[0]
            if next(sealing, _DONE) is _DONE:
                self._great.popleft()
                events.append((connection, append))

    def _take(self, events: Sequence[Appended]) -> None:
        begun = time.monotonic()
        try:
            taken = self._ledger.take([append for _, append in events])
        except AuditUnavailable as error:
            for connection, _ in events:
                self.answer(connection, {"error": str(error)})
            raise
        for (connection, _), outcome in zip(events, taken, strict=True):
            told = {"ok": [outcome.index, outcome.id, outcome.at]} if isinstance(outcome, Receipt) else None
            self.answer(connection, told or {"error": str(outcome)})
        self.expected, self.grace = len(events), min((time.monotonic() - begun) / _SHARE, _LONGEST_GRACE)

    def _rotate(self, connection: Connection, event_id: str) -> None:
        """A new key, in a group of its own. Raises AuditUnavailable where it is half done."""
        try:
            details = self._ledger.next_key()
        except AuditUnavailable as error:
            self.answer(connection, {"error": str(error)})
            return
        try:
            self.answer(connection, {"ok": self._ledger.rotate(event_id, details)})
        except AuditUnavailable as error:
            self.answer(connection, {"error": str(error)})
            raise

    def _told(self, message: Message) -> str:
        asked = message.get("do")
        if asked == "checkpoint":
            return self._ledger.checkpoint
        if asked == "newest cosigned":
            return self._ledger.cosigned_checkpoint
        if asked == "key":
            return str(self._ledger.verifier)
        if asked == "manifest":
            return self._ledger.signed_manifest(str(message.get("sha256")))
        if asked == "cosigned":
            return self._ledger.cosigned(str(message.get("note")), str(message.get("witness")))
        if asked == "token":
            return self._ledger.token(str(message.get("store")), str(message.get("identifier")))
        raise AuditUnavailable("the audit log does not know that request")


def _append(message: Message) -> Append:
    fields, identifiers = message.get("fields"), message.get("identifiers", [])
    if not isinstance(fields, dict) or not isinstance(identifiers, list):
        raise AuditUnavailable("an event has fields, and a list of identifiers")
    event = read_event(str(message.get("type")), str(message.get("id")), fields)
    subjects = Subjects(str(message.get("store")), tuple(map(str, identifiers))) if identifiers else None
    return event, subjects
