"""The sequencer's loop: accept, read, take a group, answer.

Whatever arrives while a group is being flushed makes the next group; a client has one request under way, so what
waits is bounded by the clients, and what they send beyond it waits in their own sockets.
"""

from __future__ import annotations

import secrets
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence

from gateway.audit.event import Event, EventType, Receipt, Subjects, new_id
from gateway.errors import AuditUnavailable
from gateway.recorder.frames import Incoming, Message, packed
from gateway.recorder.ledger import Append, Ledger, read_event

GROUP = 256


class Connection:
    """One client: what of its request has arrived."""

    def __init__(self, channel: socket.socket) -> None:
        """`channel` does not block."""
        self.channel = channel
        self.busy = False
        self._incoming = Incoming()

    def read(self) -> Message | None:
        """The request once it is whole. Raises OSError when the client is gone, AuditUnavailable for nonsense."""
        arrived = self.channel.recv(self._incoming.wanted())
        if not arrived:
            raise ConnectionResetError
        return self._incoming.add(arrived)


class Loop:
    """Serves every client of the log from one thread."""

    def __init__(self, ledger: Ledger, listener: socket.socket, parent: int | None = None) -> None:
        """parent: a pipe whose end means that whoever started this is gone."""
        self._ledger = ledger
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, listener)
        if parent is not None:
            self._selector.register(parent, selectors.EVENT_READ, parent)
        self._waiting: deque[tuple[Connection, Message]] = deque()
        self._clients = 0
        self._orphaned = False
        self.stopping = False

    def wake_by(self, channel: socket.socket) -> None:
        """A byte on `channel` ends a wait, so that `stopping` is seen."""
        self._selector.register(channel, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Serve until told to stop, or, without a parent, until nobody is left. Raises AuditUnavailable."""
        try:
            while not self.stopping and not (self._orphaned and not self._clients):
                for key, _mask in self._selector.select(0 if self._waiting else None):
                    self._ready(key.data)
                self._serve([self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))])
        finally:
            self._hang_up()

    def record(self, kind: EventType) -> None:
        """Put an event of the log's own on it."""
        event_id = new_id(time.time_ns() // 1_000_000, secrets.token_bytes(10))
        self._ledger.take([(Event(event_id, kind, {"resource": "audit.log"}), None)])

    def _ready(self, what: socket.socket | int | Connection | None) -> None:
        if isinstance(what, Connection):
            self._read(what)
        elif isinstance(what, socket.socket):
            self._accept(what)
        elif what is not None:
            self._selector.unregister(what)
            self._orphaned = True

    def _accept(self, listener: socket.socket) -> None:
        try:
            channel, _ = listener.accept()
        except OSError:  # the client was gone before it was met
            return
        channel.settimeout(0)
        self._selector.register(channel, selectors.EVENT_READ, Connection(channel))
        self._clients += 1

    def _read(self, connection: Connection) -> None:
        if connection.busy:
            return
        try:
            message = connection.read()
        except BlockingIOError:
            return
        except (OSError, AuditUnavailable):
            self._drop(connection)
            return
        if message is not None:
            connection.busy = True
            self._waiting.append((connection, message))

    def _drop(self, connection: Connection) -> None:
        self._selector.unregister(connection.channel)
        connection.channel.close()
        self._clients -= 1

    def _hang_up(self) -> None:
        """Let everybody go; whoever waits asks again, of the sequencer that comes after."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Connection):
                self._drop(key.data)
        self._selector.close()

    def _serve(self, requests: Sequence[tuple[Connection, Message]]) -> None:
        events: list[tuple[Connection, Append]] = []
        for connection, message in requests:
            try:
                if message.get("do") == "append":
                    events.append((connection, _append(message)))
                else:
                    self._answer(connection, {"ok": self._told(message)})
            except AuditUnavailable as error:
                self._answer(connection, {"error": str(error)})
        if events:
            self._take(events)

    def _take(self, events: Sequence[tuple[Connection, Append]]) -> None:
        try:
            taken = self._ledger.take([append for _, append in events])
        except AuditUnavailable as error:
            for connection, _ in events:
                self._answer(connection, {"error": str(error)})
            raise
        for (connection, _), outcome in zip(events, taken, strict=True):
            told = {"ok": [outcome.index, outcome.id, outcome.at]} if isinstance(outcome, Receipt) else None
            self._answer(connection, told or {"error": str(outcome)})

    def _told(self, message: Message) -> str:
        if message.get("do") == "checkpoint":
            return self._ledger.checkpoint
        if message.get("do") == "key":
            return str(self._ledger.verifier)
        if message.get("do") == "manifest":
            return self._ledger.signed_manifest(str(message.get("sha256")))
        if message.get("do") == "cosigned":
            return self._ledger.cosigned(str(message.get("note")), str(message.get("witness")))
        if message.get("do") == "token":
            return self._ledger.token(str(message.get("store")), str(message.get("identifier")))
        raise AuditUnavailable("the audit log does not know that request")

    def _answer(self, connection: Connection, message: Message) -> None:
        frame = packed(message)
        connection.busy = False
        try:
            whole = connection.channel.send(frame) == len(frame)
        except OSError:
            whole = False
        if not whole:  # gone, or it does not read what it asked for
            self._drop(connection)


def _append(message: Message) -> Append:
    fields, identifiers = message.get("fields"), message.get("identifiers", [])
    if not isinstance(fields, dict) or not isinstance(identifiers, list):
        raise AuditUnavailable("an event has fields, and a list of identifiers")
    event = read_event(str(message.get("type")), str(message.get("id")), fields)
    subjects = Subjects(str(message.get("store")), tuple(map(str, identifiers))) if identifiers else None
    return event, subjects
