"""The log's keys one after the other: followed where the log tells of each, and a forged one is named so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.audit.checkpoint import ORIGIN, Checkpoint
from gateway.audit.faults import Fault
from gateway.audit.merkle import inclusion_proof, leaf_hash
from gateway.audit.note import Signer
from gateway.audit.rotation import (
    Keys,
    Rotation,
    accepted,
    document,
    proven,
    read_rotation,
    size_of,
    vouched,
)
from gateway.audit.verify import verify
from gateway.errors import LogInvalid

Rotated = Any  # the log is made in conftest, where no test imports from
FIRST, SECOND, THIRD = (Signer.from_seed(ORIGIN, bytes([number]) * 32) for number in range(3))
OLD, NEW, NEWEST = (signer.verifier() for signer in (FIRST, SECOND, THIRD))


def leaf(index: int, by: Signer = FIRST, to: Signer = SECOND, **changes: Any) -> bytes:
    details = {"old": str(by.verifier()), "new": str(to.verifier()), "note": vouched(to.verifier(), by)}
    told = {"type": "key.rotated", "index": index, "details": details, **changes}
    return json.dumps(told).encode()


def note(size: int, by: Signer, root: bytes = bytes(32)) -> str:
    return by.sign(Checkpoint(size, root).text(), by.verifier())


def test_a_rotation_is_read_from_its_event() -> None:
    assert read_rotation(leaf(7)) == Rotation(7, OLD, NEW)


@pytest.mark.parametrize(
    ("forged", "says"),
    [
        (b"{", "cannot be read"),
        (b"[]", "cannot be read"),
        (leaf(7, type="session.start"), "is none"),
        (leaf(index=True), "is none"),
        (leaf(7).replace(str(NEW).encode(), str(NEWEST).encode(), 1), "another key"),
        (leaf(7).replace(str(OLD).encode(), str(NEWEST).encode()), "did not sign the new one"),
        (leaf(7, details={"old": str(OLD), "new": "none", "note": ""}), "did not sign the new one"),
    ],
)
def test_what_the_key_before_did_not_sign_is_forged(forged: bytes, says: str) -> None:
    with pytest.raises(LogInvalid, match=says) as fault:
        read_rotation(forged)
    assert "forged rotation" in str(fault.value)


@pytest.mark.parametrize("known", [OLD, NEW, NEWEST])
def test_the_keys_are_followed_from_whichever_is_known(known: Any) -> None:
    keys = Keys.following(known, [leaf(4), leaf(9, SECOND, THIRD)])
    assert keys.all == (OLD, NEW, NEWEST)
    assert keys.current == NEWEST
    assert [keys.at(size) for size in (0, 4, 5, 6, 10, 11)] == [
        (OLD,),
        (OLD,),
        (OLD, NEW),
        (NEW,),
        (NEW, NEWEST),
        (NEWEST,),
    ]


def test_a_log_whose_key_was_never_changed_has_the_one() -> None:
    assert Keys.following(OLD, []).all == (OLD,)


@pytest.mark.parametrize(
    "leaves", [[leaf(4), leaf(9, THIRD, FIRST)], [leaf(9), leaf(4, SECOND, THIRD)], [leaf(4, SECOND, THIRD)]]
)
def test_a_chain_that_does_not_hold_together_is_forged(leaves: list[bytes]) -> None:
    with pytest.raises(LogInvalid, match="forged"):
        Keys.following(OLD, leaves)


def test_an_old_key_signs_nothing_after_its_rotation_and_a_new_one_nothing_before() -> None:
    keys = Keys.following(OLD, [leaf(4)])
    assert [keys.read(note(size, by)).size for size, by in ((4, FIRST), (5, FIRST), (5, SECOND), (6, SECOND))]
    for size, by in ((6, FIRST), (4, SECOND)):
        with pytest.raises(LogInvalid, match="not signed by the key"):
            keys.read(note(size, by))


def test_a_key_that_was_retired_leads_to_no_other() -> None:
    later = Rotation(9, OLD, NEWEST)
    assert accepted([OLD], [Rotation(4, OLD, NEW), later], 12) == (NEW,)
    assert accepted([NEWEST], [Rotation(4, OLD, NEW)], 12) == (NEWEST,)


def test_where_no_key_may_sign_it_is_told() -> None:
    assert accepted([], [], 3) == ()
    with pytest.raises(LogInvalid, match="no key of the log may sign"):
        Keys(OLD, (Rotation(4, OLD, NEW), Rotation(2, NEW, OLD))).read(note(9, FIRST))


@pytest.mark.parametrize("text", ["", "origin", "origin\nx\n", "origin\n-1\n", f"origin\n{'9' * 20}\n"])
def test_what_tells_no_size_is_no_checkpoint(text: str) -> None:
    with pytest.raises(LogInvalid, match="not a checkpoint"):
        size_of(text)


def under(hashes: list[bytes], index: int, told: bytes) -> list[dict[str, Any]]:
    return document([(told, inclusion_proof(index, len(hashes), hashes))])


def test_a_rotation_that_stands_under_the_checkpoint_is_proven(a_rotated_log: Rotated) -> None:
    told = under([row.hash for row in a_rotated_log.rows], 3, a_rotated_log.rows[3].leaf)
    (found,) = proven(told, a_rotated_log.top[1])
    assert (found.index, found.old, found.new) == (3, *a_rotated_log.keys)


@pytest.mark.parametrize("wrong", ["elsewhere", "unread", "no path", "other log"])
def test_a_rotation_that_is_not_on_the_log_is_forged(a_rotated_log: Rotated, wrong: str) -> None:
    hashes = [row.hash for row in a_rotated_log.rows]
    told = under(hashes, 3, a_rotated_log.rows[3].leaf)
    head = a_rotated_log.top[1]
    if wrong == "elsewhere":
        told = under(hashes, 3, leaf(3, SECOND, THIRD))
    elif wrong == "unread":
        told = [{"leaf": told[0]["leaf"]}]
    elif wrong == "no path":
        told[0]["path"] = []
    else:
        head = note(6, SECOND)
    with pytest.raises(LogInvalid, match="forged rotation"):
        proven(told, head)


@pytest.mark.parametrize("which", [0, 1])
def test_a_log_verifies_across_a_rotation_from_the_old_key_and_from_the_new(a_rotated_log: Rotated, which: int) -> None:
    report = verify(a_rotated_log, a_rotated_log.keys[which])
    assert report.ok
    assert report.checkpoints == 4


def test_a_key_that_no_rotation_leads_from_is_told_as_re_signed(a_rotated_log: Rotated) -> None:
    report = verify(a_rotated_log, NEWEST)
    assert report.findings[0].fault is Fault.RESIGNED
    assert "no rotation of the log" in report.findings[0].detail


def test_a_rotation_that_an_insider_of_the_store_planted_is_told(a_rotated_log: Rotated, outsider: Signer) -> None:
    details = {"old": str(OLD), "new": str(outsider.verifier()), "note": vouched(outsider.verifier(), outsider)}
    forged = json.dumps({"type": "key.rotated", "index": 3, "details": details}, separators=(",", ":")).encode()
    row = a_rotated_log.rows[3]
    a_rotated_log.rows[3] = row._replace(leaf=forged, hash=leaf_hash(forged))
    found = verify(a_rotated_log, a_rotated_log.keys[0]).findings
    assert any(one.fault is Fault.RESIGNED and "forged rotation" in one.detail for one in found)


def test_heads_that_the_old_key_signed_after_its_rotation_do_not_hold(
    a_log: Callable[..., Any], a_rotated_log: Rotated, insider: Signer
) -> None:
    a_rotated_log.top = (6, a_rotated_log.note(6, insider))
    found = verify(a_rotated_log, a_rotated_log.keys[0]).findings
    assert [one.fault for one in found] == [Fault.CHANGED]
    assert verify(a_log(6), insider.verifier()).ok
