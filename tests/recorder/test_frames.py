"""Frames: whole again however they arrive, and nonsense is refused before it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import AuditUnavailable
from gateway.recorder.frames import LENGTH_BYTES, LONGEST, Incoming, Message, packed

messages = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3)))


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


@given(sent=st.lists(messages, min_size=1, max_size=3), most=st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_messages_arrive_whole_and_apart_however_they_are_cut(sent: list[Message], most: int) -> None:
    stream, incoming, got = b"".join(map(packed, sent)), Incoming(), []
    while stream:
        some = min(most, incoming.wanted())
        message = incoming.add(stream[:some])
        stream = stream[some:]
        if message is not None:
            got.append(message)
    assert got == sent


def test_no_byte_of_the_next_message_is_asked_for() -> None:
    incoming = Incoming()
    assert incoming.wanted() == LENGTH_BYTES
    assert incoming.add(framed(b'{"a":1}')[:LENGTH_BYTES]) is None
    assert incoming.wanted() == len(b'{"a":1}')


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b'"text"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(AuditUnavailable, match="cannot be read"):
        Incoming().add(framed(body))


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read() -> None:
    incoming = Incoming()
    with pytest.raises(AuditUnavailable, match="too long"):
        incoming.add((LONGEST + 1).to_bytes(LENGTH_BYTES, "big"))


def test_what_is_longer_than_the_limit_is_not_sent() -> None:
    with pytest.raises(AuditUnavailable, match=str(LONGEST)):
        packed({"a": "x" * LONGEST})


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_what_json_cannot_hold_is_not_sent(value: object) -> None:
    with pytest.raises(AuditUnavailable, match="integers and strings"):
        packed({"a": value})


def test_a_frame_is_four_bytes_of_length_and_json() -> None:
    frame = packed({"do": "key"})
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert json.loads(frame[4:]) == {"do": "key"}
