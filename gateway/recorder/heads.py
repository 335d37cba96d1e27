"""The log's heads: each written first, then signed by the signer as what extends the last one, then told.

A head that a crash left unsigned is signed at the next start; a rotation that it left half done is completed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.audit.checkpoint import Checkpoint
from gateway.audit.cosignature import Witness
from gateway.audit.merkle import Frontier, growth_proof
from gateway.audit.note import Verifier, parted, signature_by
from gateway.audit.rotation import Keys
from gateway.errors import AuditUnavailable, LogInvalid, SettingsInvalid
from gateway.recorder.signing import Signs
from gateway.stores.audit_log.entry import Head
from gateway.stores.audit_log.log import Log

_EMPTY = Head(0, (), "", 0, 0)


class Heads:
    """What is signed, and by which of the log's keys."""

    def __init__(self, log: Log, signer: Signs) -> None:
        """Raises LogInvalid where the rotations on the log are forged, or the signer has another key."""
        self._log, self._signer = log, signer
        leaves, key = log.rotations(), Verifier.parse(signer.key())
        self._cosigned = log.newest_cosigned()
        try:
            self.keys = Keys.following(key, leaves)
        except LogInvalid as error:
            raise LogInvalid(f"the signer's key is none of the log's: {error}") from error

    def begin(self) -> tuple[Head, Frontier]:
        """The stored head, signed, and its tree's frontier. Raises LogInvalid where it is not what was signed."""
        head = self._log.head() or _EMPTY
        frontier = self._right_edge(head)
        last = self._signer.last()
        if last > head.size:
            raise LogInvalid(f"rolled back: {last} events were signed before, and the log has {head.size}")
        proof = self._log.tree(head.size).consistency_proof(last)
        note = self._signer.head(last, Checkpoint(frontier.size, frontier.root()), proof)
        if not head.note:
            head = self._told(head, note, keep=False)
        return (self.rotated(head) if self._is_half_done() else head), frontier

    def signed(self, head: Head, old: Frontier, new: Frontier, hashes: Sequence[bytes], *, keep: bool) -> Head:
        """The head with its signature, on the disk as well. Raises AuditUnavailable where it is not signed."""
        try:
            note = self._signer.head(old.size, Checkpoint(new.size, new.root()), growth_proof(old, hashes))
        except LogInvalid as error:
            raise AuditUnavailable(str(error)) from error
        return self._told(head, note, keep=keep)

    def prepared(self) -> dict[str, str]:
        """What an event tells of the key that is to follow. Raises AuditUnavailable."""
        try:
            key, made = self.keys.current, self._signer.prepared()
        except (LogInvalid, SettingsInvalid) as error:
            raise AuditUnavailable(str(error)) from error
        return {"old": str(key), "new": made.new, "note": made.note}

    def rotated(self, head: Head) -> Head:
        """Put the key in force that the last event tells of; the head with both signatures. Raises AuditUnavailable."""
        leaves = self._log.rotations()
        path = self._log.tree(head.size).inclusion_proof(head.size - 1)
        try:
            line = parted(self._signer.rotate(leaves[-1], path))[1]
            self.keys = Keys.following(self.keys.current, leaves)
        except (LogInvalid, SettingsInvalid) as error:
            raise AuditUnavailable(str(error)) from error
        return self._told(head, head.note + line, keep=True)

    def signed_manifest(self, digest: str) -> str:
        """The note over an export's manifest. Raises AuditUnavailable for what is no SHA-256 in hex."""
        try:
            return self._signer.manifest(digest)
        except LogInvalid as error:
            raise AuditUnavailable(str(error)) from error

    def read(self, note: str) -> Checkpoint:
        """A checkpoint that the log signed. Raises AuditUnavailable."""
        try:
            return self.keys.read(note)
        except LogInvalid as error:
            raise AuditUnavailable("this is no checkpoint that the log signed") from error

    def cosigned(self, note: str, witness: str) -> str:
        """Keep a witness's signature, which stands under a checkpoint of this log. Raises AuditUnavailable."""
        checkpoint = self.read(note)
        try:
            who = Witness.parse(witness)
            line = who.line_of(note)
        except LogInvalid as error:
            raise AuditUnavailable(f"no cosignature of that witness: {error}") from error
        ours = "".join(f"{line}\n" for line in parted(note)[1].splitlines() if self._is_ours(line))
        self._log.keep_cosignature(checkpoint.size, f"{checkpoint.text()}\n{ours}", str(who), line)
        self._cosigned = self._log.newest_cosigned()
        return line

    @property
    def newest_cosigned(self) -> str:
        """The newest checkpoint that a witness cosigned, with its lines; '' before there is one."""
        _size, note, lines = self._cosigned
        return note + "".join(lines.values())

    def with_cosignatures(self, head: Head) -> str:
        """The head's note, with what witnesses signed under it."""
        size, _note, lines = self._cosigned
        return head.note + ("".join(lines.values()) if size == head.size else "")

    def _told(self, head: Head, note: str, *, keep: bool) -> Head:
        self._log.sign(head.size, note, keep=keep)
        return replace(head, note=note)

    def _is_half_done(self) -> bool:
        """Whether the last rotation on the log is not in force yet."""
        return self._signer.key() != str(self.keys.current)

    def _is_ours(self, line: str) -> bool:
        return any(signature_by(line, key.name, key.key_id) is not None for key in self.keys.all)

    def _right_edge(self, head: Head) -> Frontier:
        """The tree's frontier as the head tells it and its note signs it. Raises LogInvalid."""
        try:
            frontier = Frontier(head.size, map(bytes.fromhex, head.frontier))
        except ValueError as error:
            raise LogInvalid("the head of the audit log cannot be read: run 'gateway audit verify'") from error
        if head.note and self.keys.read(head.note) != Checkpoint(frontier.size, frontier.root()):
            raise LogInvalid("the head of the audit log is not what was signed: run 'gateway audit verify'")
        return frontier
