"""Ids that sort by time, and identifiers that no traceback shows."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.event import EventType, Subjects, new_id

times = st.integers(0, 2**48 - 1)
noises = st.binary(min_size=10, max_size=10)


@given(now=times, noise=noises)
def test_an_id_is_a_uuid_of_version_7_that_holds_its_millisecond(now: int, noise: bytes) -> None:
    made = UUID(new_id(now, noise))
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == now


@given(times=st.tuples(times, times), noises=st.tuples(noises, noises))
def test_ids_sort_as_their_milliseconds_do(times: tuple[int, int], noises: tuple[bytes, bytes]) -> None:
    first, second = (new_id(now, noise) for now, noise in zip(times, noises, strict=True))
    if times[0] < times[1]:
        assert first < second


@given(now=times, noise=noises, bit=st.integers(0, 61) | st.integers(68, 79))
def test_another_random_bit_makes_another_id(now: int, noise: bytes, bit: int) -> None:
    other = (int.from_bytes(noise, "big") ^ 1 << bit).to_bytes(10, "big")
    assert new_id(now, noise) != new_id(now, other)


def test_no_two_types_share_a_word() -> None:
    assert len({str(kind) for kind in EventType}) == len(EventType.__members__)


def test_a_traceback_shows_no_identifier() -> None:
    assert "9990000018" not in repr(Subjects("risk_identifiable", ("9990000018",)))
