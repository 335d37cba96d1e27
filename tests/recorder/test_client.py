"""The client: an event is durable when `append` returns, or nobody is told that it is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gateway.audit.event import Event, Receipt, Subjects
from gateway.errors import AuditUnavailable
from gateway.recorder.client import LogClient
from gateway.recorder.frames import packed

Place = Any  # the class is in conftest, where no test imports from
Make = Callable[..., Event]


@contextmanager
def answering(place: Place, *answers: bytes) -> Iterator[LogClient]:
    """A client of something else that listens at the log's address: one answer for each connection, then silence."""
    place.address.parent.mkdir(mode=0o700)
    stop = threading.Event()

    def serve() -> None:
        for answer in answers:
            channel, _ = listener.accept()
            with channel:
                channel.recv(1 << 16)
                channel.sendall(answer)
        stop.wait(20)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place.address))
        listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        client = place.client()
        try:
            yield client
        finally:
            client.close()
            stop.set()
            thread.join(20)


def test_a_receipt_tells_where_and_when_the_event_stands(place: Place, an_event: Make) -> None:
    with place.loop():
        client, event = place.client(), an_event()
        receipt = client.append(event, Subjects("invoices", ("9990000018",)))
        assert (receipt.index, receipt.id) == (0, event.id)
        assert receipt.at.endswith("Z")
        assert client.answers()
        client.close()


def test_where_nothing_listens_it_is_unavailable(place: Place, an_event: Make) -> None:
    client = place.client()
    assert not client.answers()
    with pytest.raises(AuditUnavailable, match="does not answer"):
        client.append(an_event())


def test_it_waits_for_a_sequencer_that_is_starting_again(place: Place, an_event: Make) -> None:
    client, receipts = place.client(), []

    def work() -> None:
        receipts.append(client.append(an_event()))
        client.close()

    with place.loop():
        hidden = place.address.rename(place.address.with_name("hidden"))
        waiting = threading.Thread(target=work)
        waiting.start()
        waiting.join(0.2)
        hidden.rename(place.address)
        waiting.join(20)
    assert [one.index for one in receipts] == [0]


def test_it_asks_again_when_it_was_hung_up_on(place: Place, an_event: Make) -> None:
    ok = packed({"ok": [5, "an id", "a time"]})
    with answering(place, b"", ok[:3], ok) as client:
        assert client.append(an_event()) == Receipt(5, "an id", "a time")


def test_silence_is_no_receipt(place: Place, an_event: Make) -> None:
    with answering(place) as client, pytest.raises(AuditUnavailable, match="does not answer"):
        client.append(an_event())


@pytest.mark.parametrize("answer", [packed({"error": "full"}), b"\x00\x00\x00\x02[]", b"\xff\xff\xff\xff"])
def test_an_answer_that_is_no_receipt_is_none(place: Place, an_event: Make, answer: bytes) -> None:
    with answering(place, answer) as client, pytest.raises(AuditUnavailable):
        client.append(an_event())


def test_an_event_that_no_message_can_hold_is_not_sent(place: Place, an_event: Make) -> None:
    with pytest.raises(AuditUnavailable, match="integers and strings"):
        place.client().append(an_event(what=object()))


def test_each_thread_has_a_connection_of_its_own(place: Place, an_event: Make) -> None:
    client, receipts = place.client(), []

    def work() -> None:
        receipts.append(client.append(an_event()))
        client.close()

    with place.loop():
        client.append(an_event())
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert client.append(an_event()).index == 5
        client.close()
    assert sorted(one.index for one in receipts) == [1, 2, 3, 4]
