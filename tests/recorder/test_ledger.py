"""The ledger: every event once, in order, in a time that never goes back; a poor event stops no other."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.checkpoint import read_checkpoint
from gateway.audit.event import Event, EventType, Receipt, Subjects
from gateway.audit.leaf import subjects_hash
from gateway.audit.merkle import leaf_hash
from gateway.errors import AuditUnavailable, LogInvalid
from gateway.recorder.ledger import Ledger, read_event
from gateway.stores.vault import Vault
from tests.oracles import plain_merkle as rfc

Place = Any  # these classes are in conftest, where no test imports from
Clock = Any
Make = Callable[..., Event]
Take = Callable[..., list[Any]]


def test_events_get_consecutive_places_and_the_head_is_signed_over_them(
    place: Place, an_event: Make, taken: Take
) -> None:
    with place.ledger() as ledger:
        first = taken(ledger, an_event(n=0), an_event(n=1))
        second = taken(ledger, an_event(n=2))
        assert [receipt.index for receipt in [*first, *second]] == [0, 1, 2]
        head = read_checkpoint(ledger.checkpoint, ledger.verifier)
    assert (head.size, head.root) == (3, rfc.mth(place.leaves()))
    assert place.verified().ok


def test_an_event_delivered_twice_is_taken_once(place: Place, an_event: Make, taken: Take) -> None:
    one, other = an_event(n=0), an_event(n=1)
    with place.ledger() as ledger:
        first = taken(ledger, one, other, one)
        assert taken(ledger, one) == first[:1] == first[2:]
    with place.ledger() as again:
        assert taken(again, one, other) == first[:2]
    assert len(place.leaves()) == 2


def test_a_clock_that_steps_back_reorders_nothing(
    place: Place, an_event: Make, taken: Take, a_clock: Callable[..., Clock]
) -> None:
    clock, receipts = a_clock(), []
    with place.ledger(clock) as ledger:
        for now in (5_000, 90_000, 3_000, 91_000):
            clock.now = now
            receipts += taken(ledger, an_event())
    with place.ledger(a_clock(now=1_000)) as ledger:
        receipts += taken(ledger, an_event())
    times = [receipt.at for receipt in receipts]
    assert [receipt.index for receipt in receipts] == [0, 1, 2, 3, 4]
    assert times == sorted(times)
    assert times[1] == times[2] == "1970-01-01T00:01:30.001Z"
    assert times[4] == times[3]


@pytest.mark.parametrize(
    "fields",
    [
        {"a": 1.5},
        {"salt": "ours"},
        {"text": "x" * 65_535},
        {"text": "\ud800"},
        {"actor": []},
        {"rows": "three"},
    ],
)
def test_a_poor_event_is_refused_alone(place: Place, an_event: Make, taken: Take, fields: dict[str, Any]) -> None:
    with place.ledger() as ledger:
        before, refused, after = taken(ledger, an_event(), an_event(**fields), an_event())
        assert isinstance(refused, AuditUnavailable)
        assert (before.index, after.index) == (0, 1)
    assert place.verified().ok


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        (EventType.AUDIT_EXPORTED, {}),
        (EventType.AUDIT_EXPORTED, {"checkpoint": "no note", "first": 0, "size": 1, "sha256": "ab"}),
        (EventType.EXPORT_FETCHED, {"export": 7}),
        (EventType.EXPORT_FETCHED, {"export": "seven"}),
        (EventType.EXPORT_FETCHED, {"export": ["seven"]}),
    ],
)
def test_an_export_that_is_not_told_rightly_is_refused_alone(
    place: Place, an_event: Make, taken: Take, kind: EventType, details: dict[str, Any]
) -> None:
    with place.ledger() as ledger:
        refused, after = taken(ledger, an_event(kind, details=details), an_event())
        assert isinstance(refused, AuditUnavailable)
        assert after.index == 0


def exported(ledger: Ledger, make: Make, **details: Any) -> Event:
    told = {"first": 0, "size": 1, "sha256": "ab", "checkpoint": ledger.checkpoint, **details}
    return make(EventType.AUDIT_EXPORTED, details=told, actor={"user": "ada"}, channel="cli")


def test_an_export_keeps_the_checkpoint_that_it_stands_on(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), an_event())
        note = ledger.checkpoint
        (receipt,) = taken(ledger, exported(ledger, an_event, size=2))
    with place.stream() as stream:
        assert stream.checkpoint_at(2) == note
        row = stream.connection.execute("SELECT idx, user, first, size, sha256, channel, fetched FROM export")
        assert row.fetchall() == [(receipt.index, "ada", 0, 2, "ab", "cli", "")]


@pytest.mark.parametrize("wrong", [{"first": "0"}, {"size": "1"}, {"sha256": 5}])
def test_an_export_without_its_range_or_hash_is_refused(
    place: Place, an_event: Make, taken: Take, wrong: dict[str, Any]
) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event())
        assert isinstance(taken(ledger, exported(ledger, an_event, **wrong))[0], AuditUnavailable)


def test_an_export_is_fetched_once(place: Place, an_event: Make, taken: Take) -> None:
    def fetch(index: int) -> Event:
        return an_event(EventType.EXPORT_FETCHED, details={"export": index})

    with place.ledger() as ledger:
        taken(ledger, an_event())
        (made,) = taken(ledger, exported(ledger, an_event))
        first, second = taken(ledger, fetch(made.index), fetch(made.index))
        assert isinstance(first, Receipt)
        assert isinstance(second, AuditUnavailable)
        assert isinstance(taken(ledger, fetch(made.index))[0], AuditUnavailable)
    with place.stream() as stream:
        assert stream.connection.execute("SELECT fetched FROM export").fetchone() == (first.at,)


def test_a_fetch_that_names_no_export_is_an_event_like_any_other(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        assert taken(ledger, an_event(EventType.EXPORT_FETCHED, details={"sha256": "ab"}))[0].index == 0


def test_a_checkpoint_is_kept_about_once_a_minute(
    place: Place, an_event: Make, taken: Take, a_clock: Callable[..., Clock]
) -> None:
    with place.ledger(a_clock(step=20_000)) as ledger:
        for _ in range(7):
            taken(ledger, an_event())
    with place.stream() as stream:
        assert [size for size, _ in stream.checkpoints()] == [1, 4, 7]


def test_the_people_of_an_event_stand_as_sorted_tokens_whose_hash_is_in_the_leaf(
    place: Place, an_event: Make, taken: Take
) -> None:
    people = Subjects("risk_identifiable", ("9990000018", "9990000026", "9990000018"))
    with place.ledger() as ledger:
        taken(ledger, an_event(), subjects=people)
        tokens = sorted(ledger.token(people.store, number) for number in set(people.identifiers))
        assert ledger.token("invoices", "9990000018") not in tokens
    with place.stream() as stream:
        assert list(stream.subjects()) == [(0, token) for token in tokens]
    leaf = place.leaves()[0]
    assert json.loads(leaf)["subjects"] == {
        "scheme": "hmac-sha-256/risk_identifiable",
        "n": 2,
        "hash": subjects_hash(tokens),
    }
    assert not any(number.encode() in leaf for number in people.identifiers)


def test_two_events_alike_have_hashes_that_tell_nothing_of_it(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(n=1), an_event(n=1))
    first, second = map(json.loads, place.leaves())
    assert first["salt"] != second["salt"]
    assert {len(first["salt"]), len(second["salt"])} == {32}


def test_only_a_sha_256_is_signed_as_a_manifest(place: Place) -> None:
    with place.ledger() as ledger:
        assert "ab" * 32 in ledger.verifier.text_of(ledger.signed_manifest("ab" * 32))
        for digest in ("", "AB" * 32, f"{'ab' * 32}\n5", "ab" * 31):
            with pytest.raises(AuditUnavailable, match="SHA-256"):
                ledger.signed_manifest(digest)


def test_a_head_that_another_key_signed_is_not_gone_on_from(place: Place, an_event: Make, taken: Take) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event())
    Path(place.keys / "log-signing.key").write_bytes(secrets.token_bytes(32))
    with pytest.raises(LogInvalid, match="not signed by the key"), place.ledger():
        pass


@pytest.mark.parametrize(
    "change", ["UPDATE head SET size = 2, frontier = ?", "UPDATE head SET frontier = ?", "UPDATE head SET size = 3"]
)
def test_a_head_that_is_not_what_was_signed_is_not_gone_on_from(
    place: Place, an_event: Make, taken: Take, change: str
) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event())
    connection = Vault(place.keys).connect("audit_log", place.file)
    connection.execute(change, (leaf_hash(b"another").hex(),) * change.count("?"))
    connection.close()
    with pytest.raises(LogInvalid, match="head of the audit log"), place.ledger():
        pass


@pytest.mark.parametrize(("kind", "event_id"), [("unknown.type", "0" * 32), ("access.permitted", "not-an-id")])
def test_an_event_of_no_known_type_or_id_is_not_read(kind: str, event_id: str) -> None:
    with pytest.raises(AuditUnavailable, match="unknown type or no proper id"):
        read_event(kind, event_id, {})


def test_an_event_is_read_as_it_was_sent() -> None:
    told = read_event("access.refused", "01890a5d-ac96-774b-bcce-b302099a8057", {"n": 1})
    assert told == Event("01890a5d-ac96-774b-bcce-b302099a8057", EventType.ACCESS_REFUSED, {"n": 1})
