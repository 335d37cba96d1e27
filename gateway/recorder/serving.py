"""How the log's processes serve: accept, read, take what has arrived as a group, answer, all from one thread.

A client has one request under way; what it sends beyond that waits in its own socket.
"""

from __future__ import annotations

import selectors
import socket
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence

from gateway.errors import AuditUnavailable
from gateway.recorder.door import EVERY, Door
from gateway.recorder.frames import Incoming, Message, packed

GROUP = 256


class Connection:
    """One client: what of its request has arrived."""

    def __init__(self, channel: socket.socket) -> None:
        """`channel` does not block."""
        self.channel = channel
        self.busy = False
        self._incoming = Incoming()

    def read(self) -> Message:
        """The request once it is whole.

        Raises BlockingIOError while it is not, OSError when the client is gone, AuditUnavailable for nonsense.
        """
        message = None
        while message is None:  # its length, then the rest, which mostly is there too
            arrived = self.channel.recv(self._incoming.wanted())
            if not arrived:
                raise ConnectionResetError
            message = self._incoming.add(arrived)
        return message


Request = tuple[Connection, Message]


class Serving(ABC):
    """Serves every client from one thread."""

    def __init__(self, door: Door, parent: int | None = None) -> None:
        """parent: a pipe whose end means that whoever started this is gone."""
        self._door, self._look_at = door, time.monotonic() + EVERY
        self._selector = selectors.DefaultSelector()
        self._selector.register(door.socket, selectors.EVENT_READ, door.socket)
        if parent is not None:
            self._selector.register(parent, selectors.EVENT_READ, parent)
        self._waiting: deque[Request] = deque()
        self._clients = 0
        self._orphaned = False
        self.stopping = False
        self.expected, self.grace = 0, 0.0  # how many may come together, and how many seconds they are waited for

    def wake_by(self, channel: socket.socket) -> None:
        """A byte on `channel` ends a wait, so that `stopping` is seen."""
        self._selector.register(channel, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Serve until told to stop, or, without a parent, until nobody is left. Raises AuditUnavailable."""
        try:
            while not self.stopping and not (self._orphaned and not self._clients):
                self._hear(0 if self._waiting else self.patience())
                self._gather()
                self.serve([self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))])
                if time.monotonic() >= self._look_at:
                    self._look()
        finally:
            self._hang_up()

    @abstractmethod
    def serve(self, requests: Sequence[Request]) -> None:
        """Answer each of a group, which may be nobody."""

    def patience(self) -> float:
        """How long to wait for somebody, in seconds."""
        return EVERY

    def answer(self, connection: Connection, message: Message) -> None:
        """Send it; whoever does not read is dropped."""
        frame = packed(message)
        connection.busy = False
        try:
            whole = connection.channel.send(frame) == len(frame)
        except OSError:
            whole = False
        if not whole:  # gone, or it does not read what it asked for
            self._drop(connection)

    def _hear(self, seconds: float) -> None:
        for key, _mask in self._selector.select(seconds):
            self._ready(key.data)

    def _gather(self) -> None:
        """Wait a little for those who are about to come: together they cost one flush."""
        until = time.monotonic() + self.grace
        while 0 < len(self._waiting) < min(self.expected, self._clients) and time.monotonic() < until:
            self._hear(until - time.monotonic())

    def _look(self) -> None:
        """Where the socket's file is gone, make it anew: those who are in stay, and others can come again."""
        self._look_at = time.monotonic() + EVERY
        if self._door.is_gone():
            self._selector.unregister(self._door.socket)
            self._door.renew()
            self._selector.register(self._door.socket, selectors.EVENT_READ, self._door.socket)

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
        connection.busy = True
        self._waiting.append((connection, message))

    def _drop(self, connection: Connection) -> None:
        self._selector.unregister(connection.channel)
        connection.channel.close()
        self._clients -= 1

    def _hang_up(self) -> None:
        """Let everybody go; whoever waits asks again, of the process that comes after."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Connection):
                self._drop(key.data)
        self._selector.close()
