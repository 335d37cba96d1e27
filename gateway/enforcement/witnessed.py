"""The log shown to its witness: the signed head, and the proof that it extends what the witness saw; no event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gateway.audit.cosignature import Witness
from gateway.audit.note import DASH, parted
from gateway.audit.rotation import document, size_of
from gateway.audit.tiles import Tree
from gateway.audit.witnessing import Refused, Submission
from gateway.enforcement.desk import Desk
from gateway.recorder.witness_http import submitted
from gateway.stores import audit_log


def submit(url: str, witness: Witness, *, desk: Desk) -> str:
    """The head's note with the witness's line, which is kept. Raises Refused, LogInvalid, StoreUnavailable."""
    note = _without(witness, desk.log.checkpoint())
    store = cast("audit_log.Store", desk.stores[audit_log.NAME])
    try:
        line = _submitted(url, note, store)
    except Refused:  # it may not know yet that the log has another key now
        head, rotations = store.keys()
        if not rotations:
            raise
        note = _without(witness, head)
        line = _submitted(url, note, store, document(rotations))
    witness.seen_at(note + line)
    desk.log.cosigned(note + line, str(witness))
    return note + line


def _submitted(url: str, note: str, store: audit_log.Store, rotations: Sequence[Mapping[str, Any]] = ()) -> str:
    """The witness's line: at first as if it had seen nothing, then from the size that it names."""
    tree = Tree(size_of(note), store.hashes)
    try:
        return submitted(url, Submission(0, (), note), rotations)
    except Refused as conflict:
        if not conflict.size or conflict.size > tree.size:
            raise
        proof = tuple(tree.consistency_proof(conflict.size))
        return submitted(url, Submission(conflict.size, proof, note), rotations)


def _without(witness: Witness, note: str) -> str:
    text, lines = parted(note)
    others = [line for line in lines.splitlines(keepends=True) if not line.startswith(f"{DASH}{witness.name} ")]
    return f"{text}\n{''.join(others)}"
