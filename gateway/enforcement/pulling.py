"""The log pulled by a machine, night after night: leaves byte for byte from a cursor on, a part at a time.

The event is durable before the first byte, and names the exact range and the hash of the bytes. What is sent is read
again in short pieces: memory does not grow with the range, and no look at the log lasts. Keeps ALL-3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.audit.manifest import Span
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest, StoreUnavailable
from gateway.stores.audit_log import stream_of
from gateway.stores.outbox import Transaction

MOST = 100_000  # events of one pull
PIECE = 1_000


@dataclass(frozen=True, slots=True)
class Pull:
    """What may be sent: a range, its bytes and their hash. head: size of the log; unchanged: the asker has it."""

    grant: Grant
    span: Span
    head: int
    sha256: str
    bytes: int
    unchanged: bool


Known = Callable[[Grant, Span, str], bool]


def pulled(  # noqa: PLR0913 a range and its limits
    request: AccessRequest, first: int, end: int | None, known: Known, *, desk: Desk, most: int = MOST
) -> Changed[Pull]:
    """Events from `first` up to and without `end`, or the head, at most so many. Raises BadRequest.

    known: whether the asker has these bytes, of this SHA-256, already; then nothing is sent, which is an access too.
    """

    def act(grant: Grant, transaction: Transaction) -> Outcome[Pull]:
        stream = stream_of(grant, transaction)
        head, note = stream.head()
        span = _span(first, end, head, most)
        digest, length = sha256(), 0
        for lines in stream.lines(span.first, span.size):
            digest.update(lines)
            length += len(lines)
        hashed = digest.hexdigest()
        told = {"first": span.first, "size": span.size, "sha256": hashed, "bytes": length, "checkpoint": note}
        if known(grant, span, hashed):
            return Outcome(Pull(grant, span, head, hashed, 0, unchanged=True), EventType.AUDIT_SEARCHED, told)
        return Outcome(Pull(grant, span, head, hashed, length, unchanged=False), EventType.AUDIT_EXPORTED, told)

    return change(request, act, desk=desk)


def pieces(pull: Pull, *, desk: Desk) -> Iterator[bytes]:
    """The bytes. Raises StoreUnavailable before the last of them where they are not what the event says."""
    digest, held = sha256(), b""
    store = desk.writable_store_for(pull.grant)
    for start in range(pull.span.first, pull.span.size, PIECE):
        if held:
            yield held
        with store.changing() as transaction:
            held = b"".join(stream_of(pull.grant, transaction).lines(start, min(start + PIECE, pull.span.size)))
        digest.update(held)
    if digest.hexdigest() != pull.sha256:
        raise StoreUnavailable("the log was pruned while it was sent: ask again")
    yield held


def _span(first: int, end: int | None, head: int, most: int) -> Span:
    end = head if end is None else end
    if not 0 <= first <= end <= head:
        raise BadRequest(f"the log has {head} events: choose 'from' and 'to' in order, from 0 to {head}")
    return Span(first, min(end, first + most))
