"""What a witness agrees to: only what extends the last checkpoint, whoever signed it and whatever key they have."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.merkle import consistency_proof
from gateway.audit.note import Signer, Verifier
from gateway.audit.rotation import read_rotation
from gateway.audit.witnessing import Refused, Submission, agreed, read_submission

Memory = Any  # the class is in conftest, where no test imports from
MakeLog = Callable[..., Memory]
SECOND = Signer.from_seed(ORIGIN, b"\x01" * 32)


def head(log: Memory, size: int, verifier: Verifier) -> Checkpoint:
    return agreed(Submission(0, (), log.note(size)), [verifier], None)


def later(log: Memory, old: int, size: int, **signed: Any) -> Submission:
    proof = consistency_proof(old, size, [row.hash for row in log.rows])
    return Submission(old, tuple(proof), log.note(size, **signed))


def refusal(submission: Submission, verifier: Verifier, last: Checkpoint | None) -> Refused:
    with pytest.raises(Refused) as refused:
        agreed(submission, [verifier], last)
    return refused.value


def test_a_log_that_grew_is_agreed_to(a_log: MakeLog, verifier: Verifier) -> None:
    log = a_log(9)
    seen = head(log, 5, verifier)
    assert agreed(later(log, 5, 9), [verifier], seen).size == 9
    assert agreed(later(log, 5, 5), [verifier], seen) == seen


def test_any_of_the_logs_keys_will_do(a_log: MakeLog, verifier: Verifier, outsider: Signer) -> None:
    other = Verifier(verifier.name, outsider.verifier().public)
    assert agreed(Submission(0, (), a_log(3).note(3)), [other, verifier], None).size == 3


def test_a_log_forked_by_somebody_with_its_key_is_refused(a_log: MakeLog, verifier: Verifier) -> None:
    log = a_log(9)
    seen = head(log, 5, verifier)
    log.replace(2, n=77)
    forked = refusal(later(log, 5, 9), verifier, seen)
    assert (forked.answer, "forked" in str(forked)) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    at_once = refusal(later(log, 5, 5), verifier, seen)
    assert (at_once.answer, at_once.size) == (HTTPStatus.CONFLICT, 5)


def test_a_log_signed_again_with_another_key_is_refused(a_log: MakeLog, verifier: Verifier, outsider: Signer) -> None:
    log = a_log(9)
    refused = refusal(later(log, 5, 9, by=outsider), verifier, head(log, 5, verifier))
    assert (refused.answer, "re-signed" in str(refused)) == (HTTPStatus.FORBIDDEN, True)


def test_a_log_rolled_back_is_refused(a_log: MakeLog, verifier: Verifier) -> None:
    log = a_log(9)
    seen = head(log, 5, verifier)
    assert refusal(Submission(5, (), log.note(3)), verifier, seen).answer is HTTPStatus.BAD_REQUEST
    assert refusal(Submission(3, (), log.note(3)), verifier, seen).size == 5


def test_another_log_is_not_known(a_log: MakeLog, verifier: Verifier) -> None:
    note = a_log(3).note(3).replace("commissioning-gateway", "somebody-else", 1)
    assert refusal(Submission(0, (), note), verifier, None).answer is HTTPStatus.NOT_FOUND


def test_a_first_checkpoint_has_no_proof(a_log: MakeLog, verifier: Verifier) -> None:
    submission = Submission(0, (bytes(32),), a_log(3).note(3))
    assert refusal(submission, verifier, None).answer is HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_submission_is_read_as_it_was_written(a_log: MakeLog) -> None:
    for submission in (later(a_log(9), 5, 9), Submission(0, (), a_log(1).note(1))):
        assert read_submission(submission.body()) == submission


@pytest.mark.parametrize(
    "body",
    ["", "old 1\nnote", "old 01\n\nnote", "old -1\n\n", "new 1\n\n", "old 1\n!\n\n", "old 1\n" + "AA==\n" * 64 + "\n"],
)
def test_what_is_no_submission_is_refused(body: str) -> None:
    with pytest.raises(Refused) as refused:
        read_submission(body)
    assert refused.value.answer is HTTPStatus.BAD_REQUEST


def test_a_key_that_was_proven_is_followed_and_the_retired_one_is_not(a_rotated_log: Memory) -> None:
    (old, new), leaves = a_rotated_log.keys, a_rotated_log.rotations()
    rotations = [read_rotation(leaf) for leaf in leaves]
    seen = agreed(Submission(0, (), a_rotated_log.note(4)), [old], None, rotations)
    assert agreed(later(a_rotated_log, 4, 6, by=SECOND), [old], seen, rotations).size == 6
    assert SECOND.verifier() == new
    for known in ((), rotations):
        with pytest.raises(Refused, match="re-signed"):
            agreed(later(a_rotated_log, 4, 6, **({} if known else {"by": SECOND})), [old], seen, known)
