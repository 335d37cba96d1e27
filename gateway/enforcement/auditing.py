"""What the auditor does with the whole log: verify it, prove one event, take it away. Each is an access like any other.

The command line and the pages both come here. Keeps ALL-3.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.audit.faults import Fault, Finding
from gateway.audit.leaf import PRUNED, moment
from gateway.audit.manifest import Span
from gateway.audit.merkle import EMPTY, leaf_hash, root_from_inclusion
from gateway.audit.note import Verifier
from gateway.audit.rotation import Keys
from gateway.audit.verify import Report, verify
from gateway.enforcement.answer import permitted
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import LogInvalid, NotFound
from gateway.recorder.export import Order, span_since
from gateway.recorder.renderings import ALL
from gateway.stores.audit_log import stream_of
from gateway.stores.audit_log.stream import Stream
from gateway.stores.outbox import Transaction


@dataclass(frozen=True, slots=True)
class Proof:
    """One event, with what shows that the signed head stands on it. path: RFC 6962, lowest sibling first."""

    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    size: int
    checkpoint: str
    pruned_hash: bytes = b""

    @property
    def leaf_hash(self) -> bytes:
        """SHA-256 of 0x00 and the leaf, as it was kept where the leaf itself was pruned."""
        return self.pruned_hash or leaf_hash(self.leaf)

    @property
    def event(self) -> dict[str, Any]:
        """The leaf, read."""
        read: dict[str, Any] = json.loads(self.leaf)
        return read


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported. manifest: SHA-256 of manifest.json; sha256: of the whole body, of a folder the manifest's."""

    span: Span
    made_at: str
    manifest: str
    sha256: str
    bytes: int


Write = Callable[[Stream, Order], tuple[str, str, int]]  # → SHA-256 of the manifest, of the body, and its bytes


def tokens_of(desk: Desk, nhs_number: str) -> tuple[str, ...]:
    """What stands on the log for one patient (ten digits): a token for each store. Raises AuditUnavailable."""
    return tuple(desk.log.token(store, nhs_number) for store in sorted(desk.stores))


def verified(
    request: AccessRequest, *, desk: Desk, previous: tuple[str, ...] = (), key: str | None = None
) -> Changed[Report]:
    """Recompute the whole log. previous, key: checkpoints, and a key, that were kept elsewhere. Raises LogInvalid."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[Report]:
        stream = stream_of(grant, transaction)
        damage = tuple(Finding(Fault.CHANGED, 0, told) for told in stream.damage())
        whole = Report(0, EMPTY, damage, 0)
        report = whole if damage else verify(stream, Verifier.parse(key or desk.log.key()), previous)
        found = {"verified": "ok" if report.ok else "not ok", "size": report.size, "findings": len(report.findings)}
        return Outcome(report, EventType.AUDIT_SEARCHED, found)

    return change(request, act, desk=desk)


def proved(request: AccessRequest, index: int, *, desk: Desk) -> Changed[Proof]:
    """The event `index` and its proof, which was checked. Raises NotFound, LogInvalid."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[Proof]:
        stream = stream_of(grant, transaction)
        size, note = stream.head()
        if not 0 <= index < size:
            raise NotFound
        row = next(iter(stream.entries(index, index + 1)), None)
        if row is None:
            raise NotFound
        path = stream.tree(size).inclusion_proof(index)
        proof = Proof(index, row.leaf, tuple(path), size, note, row.hash if row.leaf == PRUNED else b"")
        _check(proof, Keys.following(Verifier.parse(desk.log.key()), stream.rotations()))
        return Outcome(proof, EventType.AUDIT_SEARCHED, {"index": index, "rows": 1})

    return change(request, act, desk=desk)


def _check(proof: Proof, keys: Keys) -> None:
    """Raises LogInvalid where the path does not lead to the head that was signed."""
    root = root_from_inclusion(proof.index, proof.size, proof.leaf_hash, proof.path)
    if keys.read(proof.checkpoint).root != root:
        raise LogInvalid(f"event {proof.index} does not lead to the signed head: run 'gateway audit verify'")


def exported(
    request: AccessRequest, first: int, write: Write, *, desk: Desk, formats: frozenset[str] = ALL
) -> Changed[Export]:
    """Write the log from `first` on; nothing may be handed over before this returns. Raises BadRequest.

    formats: renderings beside what can be checked.
    """

    def act(grant: Grant, transaction: Transaction) -> Outcome[Export]:
        stream = stream_of(grant, transaction)
        span, made_at = span_since(stream, first), moment(int(desk.now().timestamp() * 1000))
        order = Order(span, made_at, desk.log.key(), desk.log.signed_manifest, formats)
        export = Export(span, made_at, *write(stream, order))
        details = {
            "first": span.first,
            "size": span.size,
            "sha256": export.sha256,
            "manifest_sha256": export.manifest,
            "bytes": export.bytes,
            "checkpoint": stream.head()[1],
        }
        return Outcome(export, EventType.AUDIT_EXPORTED, details)

    return change(request, act, desk=desk)


def granted(request: AccessRequest, *, desk: Desk) -> Grant:
    """The permission to fetch what was exported before. Raises AccessDenied, on the log already."""
    return permitted(request, desk=desk)
