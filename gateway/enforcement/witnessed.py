"""The log shown to its witness: the signed head, and the proof that it extends what the witness saw; no event."""

from __future__ import annotations

from typing import cast

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.cosignature import Witness
from gateway.audit.note import DASH, Verifier, parted
from gateway.audit.tiles import Tree
from gateway.audit.witnessing import Refused, Submission
from gateway.enforcement.desk import Desk
from gateway.recorder.witness_http import submitted
from gateway.stores import audit_log


def submit(url: str, witness: Witness, *, desk: Desk) -> str:
    """The head's note with the witness's line, which is kept. Raises Refused, LogInvalid, StoreUnavailable."""
    note = _without(witness, desk.log.checkpoint())
    tree = Tree(
        read_checkpoint(note, Verifier.parse(desk.log.key())).size,
        cast("audit_log.Store", desk.stores[audit_log.NAME]).hashes,
    )
    try:
        line = submitted(url, Submission(0, (), note))
    except Refused as conflict:
        if not conflict.size or conflict.size > tree.size:
            raise
        proof = tuple(tree.consistency_proof(conflict.size))
        line = submitted(url, Submission(conflict.size, proof, note))
    witness.seen_at(note + line)
    desk.log.cosigned(note + line, str(witness))
    return note + line


def _without(witness: Witness, note: str) -> str:
    text, lines = parted(note)
    others = [line for line in lines.splitlines(keepends=True) if not line.startswith(f"{DASH}{witness.name} ")]
    return f"{text}\n{''.join(others)}"
