"""What a witness agrees to: a checkpoint signed by the log that extends the last one it saw, and nothing else.

The request and the answers are those of C2SP tlog-witness (https://c2sp.org/tlog-witness); nothing here keeps state.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.merkle import is_consistent
from gateway.audit.note import Verifier
from gateway.audit.rotation import Rotation, accepted, read_by, size_of
from gateway.errors import LogInvalid

MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Submission:
    """What a log sends: the size it believes the witness saw last, the proof from there on, its signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def body(self) -> str:
        """As it goes over the wire."""
        lines = [f"old {self.old}", *(base64.b64encode(part).decode() for part in self.proof)]
        return "".join(f"{line}\n" for line in lines) + f"\n{self.note}"


class Refused(LogInvalid):
    """The witness does not cosign. answer: the status of tlog-witness; size: the size it knows, for a conflict."""

    def __init__(self, answer: HTTPStatus, detail: str, size: int | None = None) -> None:
        """`detail` says what is wrong with the log, in a sentence."""
        super().__init__(detail)
        self.answer, self.size = answer, size


def read_submission(body: str) -> Submission:
    """Raises Refused (400) for a body of another form."""
    head, blank, note = body.partition("\n\n")
    old, *hashes = head.split("\n")
    found = _OLD.fullmatch(old)
    if not blank or found is None or len(hashes) > MOST_HASHES:
        raise Refused(HTTPStatus.BAD_REQUEST, "this is no request to a witness")
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in hashes)
    except ValueError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "a line of the proof is no base64") from error
    return Submission(int(found.group(1)), proof, note)


def agreed(
    submission: Submission, keys: Sequence[Verifier], last: Checkpoint | None, rotations: Sequence[Rotation] = ()
) -> Checkpoint:
    """The checkpoint that the witness may cosign and keep, given the log's keys and the last one it saw.

    rotations: the changes of key that were proven to it.

    Raises Refused: another log (404), no key of it (403), a size that is not the last (409), a shorter log (400), a
    fork (409 at the same size, 422 after it).
    """
    checkpoint = signed(submission.note, keys, rotations)
    seen = last or Checkpoint(0, b"")
    if submission.old > checkpoint.size:
        raise Refused(HTTPStatus.BAD_REQUEST, f"rolled back: the log has {checkpoint.size} events, fewer than before")
    if submission.old != seen.size:
        told = f"the witness saw {seen.size} events last"
        raise Refused(HTTPStatus.CONFLICT, told, seen.size)
    if last is None:
        if submission.proof:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "a first checkpoint has no proof")
        return checkpoint
    if checkpoint.size == seen.size and checkpoint.root != seen.root:
        raise Refused(HTTPStatus.CONFLICT, f"forked: another log of {seen.size} events was seen before", seen.size)
    if not is_consistent(seen.size, seen.root, checkpoint.size, checkpoint.root, submission.proof):
        told = f"forked: the log does not extend the {seen.size} events that were seen before"
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, told)
    return checkpoint


def signed(note: str, keys: Sequence[Verifier], rotations: Sequence[Rotation] = ()) -> Checkpoint:
    """The checkpoint of a note of that log, by a key of its that was in force. Raises Refused (404, 403)."""
    if note.partition("\n")[0] != ORIGIN:
        raise Refused(HTTPStatus.NOT_FOUND, "this witness does not know that log")
    try:
        return read_by(accepted(keys, rotations, size_of(note)), note)
    except LogInvalid as error:
        told = "re-signed: no key of the log that this witness knows has signed it"
        raise Refused(HTTPStatus.FORBIDDEN, told) from error
