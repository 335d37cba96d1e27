"""The sequencer seals an NHS number once for each token, to the auditor alone; an erased one is never sealed again."""

from __future__ import annotations

import json
import socket
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.audit.event import EventType, Subjects
from gateway.audit.sealing import Sealer, new_key_pair
from gateway.identifiers import is_nhs_number
from gateway.recorder.door import Door
from gateway.recorder.ledger import SLICE
from gateway.recorder.loop import Loop
from gateway.recorder.running import Keeper
from gateway.recorder.serving import Connection

ONE, OTHER = "9990000018", "9990000026"
PUBLIC = new_key_pair()[1]
Place = Any  # the class is in conftest, where no test imports from


def people(*identifiers: str, store: str = "risk_identifiable") -> Subjects:
    return Subjects(store, identifiers)


def seals(place: Place) -> dict[str, bytes | None]:
    with place.stream() as stream:
        return {token: sealed for token, sealed, _ in stream.seals()}


def test_each_number_is_sealed_when_its_token_first_appears_and_once(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), an_event(), subjects=people(ONE))
        first = seals(place)
        taken(ledger, an_event(), subjects=people(ONE, OTHER))
        token = ledger.token("risk_identifiable", ONE)
    assert list(first) == [token]
    both = seals(place)
    assert len(both) == 2
    assert both[token] == first[token]


def test_a_person_of_two_stores_is_sealed_for_each(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), subjects=people(ONE))
        taken(ledger, an_event(), subjects=people(ONE, store="invoices"))
    assert len(seals(place)) == 2


def test_a_pseudonym_is_no_number_and_is_not_sealed(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), subjects=people("ABCDEFGHIJKLMNOPQRSTUVWX", store="risk_pseudonymised"))
        taken(ledger, an_event(), subjects=people("9990000019"))
    assert seals(place) == {}


def test_without_an_auditors_key_nothing_is_sealed_and_with_one_it_is_made_good(
    place: Place, an_event: Any, taken: Any
) -> None:
    with place.ledger() as ledger:
        taken(ledger, an_event(), subjects=people(ONE, OTHER))
    assert seals(place) == {}
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), subjects=people(ONE, OTHER))
    assert len(seals(place)) == 2


def test_what_was_erased_is_gone_and_is_never_sealed_again(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), subjects=people(ONE))
        token = ledger.token("risk_identifiable", ONE)
        sealed = seals(place)[token]
        taken(ledger, an_event(EventType.SEAL_ERASED), subjects=people(ONE))
        taken(ledger, an_event(), subjects=people(ONE))
    assert sealed is not None
    assert seals(place) == {token: None}
    assert place.verified().ok


def test_somebody_can_be_erased_before_anything_was_sealed(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(EventType.SEAL_ERASED), subjects=people(ONE))
        taken(ledger, an_event(), subjects=people(ONE))
    assert list(seals(place).values()) == [None]


def test_no_seal_is_left_in_a_file_of_the_log_after_it_was_erased(place: Place, an_event: Any, taken: Any) -> None:
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger:
        taken(ledger, an_event(), subjects=people(ONE))
        taken(ledger, an_event(EventType.SEAL_ERASED), subjects=people(ONE))
        assert place.file.with_name(f"{place.file.name}-wal").stat().st_size == 0


def test_the_process_seals_to_the_key_that_it_is_started_with(place: Place, an_event: Any, tmp_path: Path) -> None:
    (tmp_path / "auditor.pub").write_bytes(PUBLIC)
    with place.process(f"seal={tmp_path / 'auditor.pub'}") as process:
        assert process.first_word == "ready"
        client = place.client()
        client.append(an_event(), people(ONE))
        client.close()
    assert len(seals(place)) == 1


@pytest.mark.parametrize("body", [None, b"nonsense"])
def test_a_key_that_is_missing_or_none_keeps_the_process_from_starting(
    place: Place, tmp_path: Path, body: bytes | None
) -> None:
    key = tmp_path / "auditor.pub"
    if body is not None:
        key.write_bytes(body)
    with place.process(f"seal={key}") as process:
        assert process.first_word.startswith("refused 2 the auditor's key ")
        assert process.wait(20) == 2


def test_a_gateway_starts_the_process_with_its_auditors_key(place: Place, an_event: Any) -> None:
    (place.keys / "auditor-seal.pub").write_bytes(PUBLIC)
    keeper = Keeper(place.settings)
    keeper.start()
    try:
        client = place.client()
        client.append(an_event(), people(ONE))
        client.close()
    finally:
        keeper.stop()
    assert len(seals(place)) == 1


def numbers(many: int) -> list[str]:
    """So many synthetic NHS numbers."""
    return list(islice(filter(is_nhs_number, (f"999{number:07d}" for number in count())), many))


def request(*identifiers: str) -> dict[str, Any]:
    asked = {"do": "append", "id": str(uuid4()), "type": "access.permitted", "fields": {}}
    return {**asked, "store": "risk_identifiable", "identifiers": [*identifiers]} if identifiers else asked


def index_told(channel: socket.socket) -> int:
    """Of the receipt that is there; raises BlockingIOError where there is none yet."""
    answer = json.loads(channel.recv(1_000)[4:])
    assert "ok" in answer, answer
    return int(answer["ok"][0])


def test_a_great_list_is_sealed_in_slices_and_nobody_waits_for_it(place: Place) -> None:
    people, pairs = [*numbers(2 * SLICE + 1)], [socket.socketpair() for _ in range(2)]
    with place.ledger(sealer=Sealer(PUBLIC)) as ledger, Door(place.address) as door:
        loop = Loop(ledger, door)
        (great, asks_much), (small, asks_little) = [(Connection(ours), theirs) for ours, theirs in pairs]
        for _, theirs in pairs:
            theirs.settimeout(0)
        loop.serve([(great, {**request(), "store": "risk_identifiable", "identifiers": people})])
        assert loop.patience() == 0
        loop.serve([(small, request(people[0]))])
        assert index_told(asks_little) == 0
        with pytest.raises(BlockingIOError):
            index_told(asks_much)
        for _ in range(2):
            loop.serve([])
        assert index_told(asks_much) == 1
        assert loop.patience() > 0
    assert len(seals(place)) == len(people)
    for pair in pairs:
        for channel in pair:
            channel.close()
