"""The log as a machine pulls it: in pieces, at most so many events, and never other bytes than the event says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from gateway.enforcement.desk import Desk
from gateway.enforcement.pulling import PIECE, Pull, pieces, pulled
from gateway.errors import AuditUnavailable, BadRequest, StoreUnavailable
from tests.builders import many_events
from tests.builders.everything import Everything, asks, made, opened, subject

PULL = asks(subject("nhs_digital_auditor", "X26"), "audit", "audit.entries", "read")
SIZE = 2 * PIECE + 40


def never(*_what: object) -> bool:
    return False


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """An installation whose log has more than two pieces."""
    settings = made(tmp_path_factory.mktemp("long") / "installation")
    many_events.made(settings.home, settings.keys, SIZE)
    with opened(settings) as place:
        yield place


@pytest.fixture
def desk(long: Everything) -> Desk:
    return long.desk


def got(desk: Desk, first: int, end: int | None) -> Pull:
    return pulled(PULL, first, end, never, desk=desk).value


def test_a_range_is_sent_in_pieces_which_together_are_what_the_event_says(desk: Desk) -> None:
    pull = got(desk, 30, 2 * PIECE + 31)
    sent = list(pieces(pull, desk=desk))
    assert [piece.count(b"\n") for piece in sent] == [PIECE, PIECE, 1]
    assert (sha256(b"".join(sent)).hexdigest(), sum(map(len, sent))) == (pull.sha256, pull.bytes)


def test_an_empty_range_is_nothing_and_sound(desk: Desk) -> None:
    assert b"".join(pieces(got(desk, SIZE, SIZE), desk=desk)) == b""


def test_bytes_that_are_not_what_the_event_says_are_never_sent_whole(desk: Desk) -> None:
    pull = replace(got(desk, 0, PIECE + 1), sha256="0" * 64)
    sent = pieces(pull, desk=desk)
    assert next(sent).count(b"\n") == PIECE
    with pytest.raises(StoreUnavailable, match="ask again"):
        next(sent)


@pytest.mark.parametrize(("first", "end"), [(-1, None), (SIZE * 2, None), (5, 4), (0, SIZE * 2)])
def test_a_range_that_the_log_has_not_is_not_understood_and_on_the_log(
    long: Everything, desk: Desk, first: int, end: int | None
) -> None:
    with pytest.raises(BadRequest, match="choose"):
        got(desk, first, end)
    assert long.events()[-1]["fault"] == "BadRequest"


def test_one_pull_holds_at_most_so_many_events_and_the_next_goes_on(desk: Desk) -> None:
    pull = pulled(PULL, 7, None, never, desk=desk, most=5).value
    assert (pull.span.first, pull.span.size) == (7, 12)
    assert pull.head > SIZE
    assert b"".join(pieces(pull, desk=desk)).count(b"\n") == 5


def test_what_the_asker_has_already_is_not_sent_and_no_export(long: Everything, desk: Desk) -> None:
    changed = pulled(PULL, 0, 2, lambda *_what: True, desk=desk)
    assert (changed.value.unchanged, changed.value.bytes) == (True, 0)
    assert long.events()[-1]["type"] == "audit.searched"


def test_without_the_log_nothing_is_sent(silent: Desk) -> None:
    with pytest.raises(AuditUnavailable):
        pulled(PULL, 0, None, never, desk=silent)
