"""The loop: one flush for whoever waits, what waits bounded by the clients, and nonsense that stops nobody."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.note import Verifier
from gateway.errors import AuditUnavailable
from gateway.recorder.frames import Incoming, Message, packed

EXAMPLES = 2000 if os.environ.get("GATEWAY_PROOF") == "full" else 80
ID = "01890a5d-ac96-774b-bcce-b302{:08d}"
Place = Any  # these classes are in conftest, where no test imports from
Clock = Any


@contextmanager
def raw(place: Place) -> Iterator[socket.socket]:
    """A connection that may send what a client never would."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(20)
        channel.connect(str(place.address))
        yield channel


def received(channel: socket.socket) -> Message | None:
    """The next answer; None when the sequencer hung up."""
    incoming, answer = Incoming(), None
    while answer is None:
        try:
            arrived = channel.recv(incoming.wanted())
        except ConnectionResetError:
            return None
        if not arrived:
            return None
        answer = incoming.add(arrived)
    return answer


def told(channel: socket.socket) -> list[Any]:
    """Index, id and time of the next receipt."""
    answer = received(channel)
    assert answer is not None
    receipt: list[Any] = answer["ok"]
    return receipt


def flood(channel: socket.socket) -> None:
    for _ in range(10_000):
        channel.sendall(packed({"do": "key"}))


def appending(number: int, **more: Any) -> bytes:
    return packed({"do": "append", "id": ID.format(number), "type": "access.empty", "fields": {}, **more})


@contextmanager
def held(place: Place, clock: Clock, clients: int) -> Iterator[list[socket.socket]]:
    """Clients that the loop knows, while it is busy with the flush of event 0; open `clock.gate` to let it go on."""
    with place.loop(clock), ExitStack() as stack:
        channels = [stack.enter_context(raw(place)) for _ in range(clients)]
        for channel in channels:
            channel.sendall(packed({"do": "key"}))
            received(channel)
        clock.gate.clear()
        clock.asked.clear()
        with raw(place) as first:
            first.sendall(appending(0))
            assert clock.asked.wait(20)
            yield channels
            clock.gate.set()


def test_whoever_waits_during_a_flush_is_served_by_the_next_one(place: Place, a_clock: Callable[..., Clock]) -> None:
    clock = a_clock()
    with held(place, clock, clients=300) as channels:
        for number, channel in enumerate(channels, 1):
            channel.sendall(appending(number))
        clock.gate.set()
        receipts = [told(channel) for channel in channels]
    assert sorted(index for index, _, _ in receipts) == list(range(1, 301))
    assert sorted({(index <= 256, at) for index, _, at in receipts}) == sorted(
        {(True, receipts[0][2]), (False, max(at for _, _, at in receipts))}
    )  # two groups of 256 and the rest: two times of the log
    assert place.verified().ok


def test_what_one_client_sends_ahead_waits_behind_everybody_else(place: Place, a_clock: Callable[..., Clock]) -> None:
    clock = a_clock()
    with held(place, clock, clients=4) as (greedy, *others):
        greedy.sendall(b"".join(appending(number) for number in range(100, 150)))
        for number, channel in enumerate(others, 1):
            channel.sendall(appending(number))
        clock.gate.set()
        first, *rest = [told(greedy) for _ in range(50)]
        last_of_others = max(told(channel)[0] for channel in others)
    assert last_of_others < rest[0][0]
    assert [index for index, _, _ in [first, *rest]] == sorted(index for index, _, _ in [first, *rest])


def test_clients_that_wait_for_the_group_after_next_are_not_read_from(
    place: Place, a_clock: Callable[..., Clock]
) -> None:
    clock = a_clock()
    with held(place, clock, clients=300) as channels:
        for number, channel in enumerate(channels, 1):
            channel.sendall(appending(number) + appending(1000 + number))
        clock.gate.set()
        receipts = [told(channel) for channel in channels + channels]
    assert sorted(index for index, _, _ in receipts) == list(range(1, 601))


def test_a_client_that_never_reads_is_dropped_and_others_go_on(place: Place) -> None:
    with place.loop(), raw(place) as channel:
        with pytest.raises(OSError, match=r"pipe|reset"):
            flood(channel)
        with raw(place) as other:
            other.sendall(appending(1))
            assert told(other)[0] == 0


def test_a_client_that_leaves_before_its_answer_leaves_its_event(place: Place, a_clock: Callable[..., Clock]) -> None:
    clock = a_clock()
    with held(place, clock, clients=2) as (leaving, staying):
        leaving.sendall(appending(1))
        leaving.close()
        staying.sendall(appending(2))
        clock.gate.set()
        assert told(staying)[0] in {1, 2}
    assert len(place.leaves()) == 3


def test_the_key_is_told_to_whoever_can_reach_the_socket(place: Place) -> None:
    with place.loop():
        client = place.client()
        verifier = Verifier.parse(client.key())
        assert client.checkpoint().startswith("commissioning-gateway/audit\n0\n")
        assert "ab" * 32 in verifier.text_of(client.signed_manifest("ab" * 32))
        assert client.token("invoices", "9990000018") != client.token("risk_identifiable", "9990000018")
        with pytest.raises(AuditUnavailable, match="SHA-256"):
            client.signed_manifest("nonsense")
        client.close()


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "forget"},
        {"do": "append"},
        {"do": "append", "id": ID.format(1), "type": "access.empty", "fields": []},
        {"do": "append", "id": ID.format(1), "type": "access.empty", "fields": {}, "identifiers": "9990000018"},
        {"do": "append", "id": ID.format(1), "type": "nothing", "fields": {}},
        {"do": "append", "id": "1", "type": "access.empty", "fields": {}},
        {"do": "append", "id": ID.format(1), "type": "access.empty", "fields": {"a": None}},
    ],
)
def test_a_request_that_means_nothing_is_answered_so(place: Place, message: Message) -> None:
    with place.loop(), raw(place) as channel:
        channel.sendall(packed(message))
        answer = received(channel)
        assert answer is not None
        assert set(answer) == {"error"}
        channel.sendall(appending(1))
        assert told(channel)[0] == 0


@pytest.mark.parametrize("nonsense", [b"\xff" * 8, b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x00", b"\x00\x00"])
def test_whoever_speaks_another_language_is_hung_up_on(place: Place, nonsense: bytes) -> None:
    with place.loop(), raw(place) as channel, raw(place) as other:
        channel.sendall(nonsense)
        channel.shutdown(socket.SHUT_WR)
        assert received(channel) is None
        other.sendall(appending(1))
        assert told(other)[0] == 0


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["actor", "details", "rows", "channel", "purpose", "index", "checkpoint", "export", "anything"])
details = st.dictionaries(st.sampled_from(["export", "checkpoint", "first", "size", "sha256"]), anything, max_size=5)
requests = st.fixed_dictionaries(
    {
        "do": st.sampled_from(["append", "append", "append", "token", "manifest", "key", "checkpoint"]) | anything,
        "id": st.integers(0, 50).map(ID.format) | anything,
        "type": st.sampled_from(["access.empty", "audit.exported", "export.fetched"]) | anything,
        "fields": st.dictionaries(names, anything | details, max_size=4) | anything,
    },
    optional={"store": anything, "identifiers": anything, "identifier": anything, "sha256": anything},
)


def test_no_request_whatever_stops_the_log(place: Place) -> None:
    with place.loop(), raw(place) as witness:

        @given(message=requests)
        @settings(max_examples=EXAMPLES, deadline=None)
        def tried(message: Message) -> None:
            with raw(place) as channel:
                channel.sendall(packed(message))
                answer = received(channel)
            assert answer is None or set(answer) in ({"ok"}, {"error"})
            witness.sendall(packed({"do": "key"}))
            assert received(witness) is not None

        tried()
    assert place.verified().ok


def test_without_a_parent_it_ends_when_its_last_client_leaves(place: Place) -> None:
    parent, alive = os.pipe()
    with open(parent, "rb"), place.loop(parent=parent) as thread:  # noqa: PTH123 a pipe has no path
        with raw(place) as channel:
            channel.sendall(appending(1))
            assert told(channel)[0] == 0
            os.close(alive)
            channel.sendall(appending(2))
            assert told(channel)[0] == 1
        thread.join(20)
        assert not thread.is_alive()
