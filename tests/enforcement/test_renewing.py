"""A renewal is a further dated row: by two people, through every check of a release, and what stood there stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gateway.access.decision import ReasonCode
from gateway.access.loader import load, version_of
from gateway.enforcement.renewing import Renewal, facts, renewed
from gateway.errors import (
    AccessDenied,
    AuditUnavailable,
    BadRequest,
    Conflict,
    NotFound,
    PolicyRefused,
    StoreUnavailable,
)
from gateway.recorder.client import LogClient
from gateway.settings import Settings, read_policies, shipped_policies
from tests.builders.ending import MAX, RS, alone, by_two, changes, copied, reopened
from tests.builders.everything import Everything, asks

LATER = date(2040, 3, 31)
NAMED = "DARS-NIC-226296-S7T2Y-v8"


@pytest.fixture(scope="module")
def place(at_its_end: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with reopened(copied(at_its_end, tmp_path_factory.mktemp("renewing") / "installation")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def as_it_was(place: Everything) -> Iterator[bytes]:
    """The file, which is put back afterwards; nothing is left beside it."""
    before = register(place).read_bytes()
    yield before
    register(place).write_bytes(before)
    assert [path.name for path in register(place).parent.iterdir() if "next" in path.name] == []


def register(place: Everything) -> Path:
    return place.desk.settings.policies / "agreements.toml"


def renew(place: Everything, *, name: str = "RS", to: date = LATER, reference: str = NAMED, first: date | None = None):  # type: ignore[no-untyped-def]  # noqa: ANN201 what renewed gives
    request = by_two(place.desk, "administration.agreements", "renew")
    return renewed(request, Renewal(name, to, reference, first), desk=place.desk)


def test_the_row_is_added_and_what_stood_there_stays(place: Everything, as_it_was: bytes) -> None:
    done = renew(place, name=RS)
    now = register(place).read_bytes()
    assert now.startswith(as_it_was.rstrip(b"\n"))
    term = load(read_policies(place.desk.settings.policies)).agreements["RS"].terms[-1]
    assert (term.first, term.last, term.source) == (date(2031, 11, 24), LATER, NAMED)
    assert term.purposes == {"direct_care", "commissioning"}
    assert term.demonstration
    assert facts(done.value)["in force"] == "no: the section 251 approval ended on 2031-11-23"


def test_its_event_tells_dates_reference_and_the_release_that_it_makes(place: Everything) -> None:
    done = renew(place)
    event = place.events()[done.receipt.index]
    assert (event["type"], event["actor"]["user"], event["approved_by"]) == ("agreement.changed", "max", "mia")
    assert event["details"]["dates"] == ["2031-11-24", "2040-03-31"]
    assert event["details"]["source"] == NAMED
    assert (
        event["details"]["policy_released"]
        == version_of(read_policies(place.desk.settings.policies))
        == done.value.policy
    )


def test_a_term_may_begin_later_and_where_all_else_holds_it_is_in_force(place: Everything) -> None:
    with register(place).open("a") as file:
        file.write('\n[[agreement.IV.section_251]]\nfrom = 2031-11-24\nsource = "a test"\n')
        file.write('\n[[agreement.IV.toolkit]]\nfrom = 2031-11-24\nsource = "a test"\norganisation = "06Q"\n')
        file.write('status = "standards met"\n')
    done = renew(place, name="IV", first=date(2032, 1, 1))
    assert (done.value.first, facts(done.value)["in force"]) == (date(2032, 1, 1), "yes")


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"first": date(2030, 1, 1)}, PolicyRefused),
        ({"to": date(2031, 11, 1)}, PolicyRefused),
        ({"name": "XX"}, NotFound),
        ({"reference": " "}, BadRequest),
        ({"reference": "two\nlines"}, BadRequest),
        ({"reference": "for 999 000 0018"}, BadRequest),
    ],
)
def test_what_the_release_may_not_hold_is_refused_and_nothing_is_written(
    place: Everything, as_it_was: bytes, asked: dict[str, object], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        renew(place, **asked)
    assert register(place).read_bytes() == as_it_was
    assert place.events()[-1]["type"] == "access.failed"


def test_a_term_without_an_end_is_not_renewed(place: Everything) -> None:
    with register(place).open("a") as file:
        file.write('\n[[agreement.IV.term]]\nfrom = 2031-11-24\nsource = "x"\npurposes = ["invoice_validation"]\n')
    with reopened(place.desk.settings) as again, pytest.raises(BadRequest, match="has no end"):
        renew(again, name="IV")


def test_what_was_closed_is_not_renewed(place: Everything, as_it_was: bytes) -> None:
    desk = alone(place, closed={"RS": date(2026, 11, 24)})
    request = by_two(desk, "administration.agreements", "renew")
    with pytest.raises(Conflict, match="was closed on 2026-11-24"):
        renewed(request, Renewal("RS", LATER, NAMED), desk=desk)
    assert register(place).read_bytes() == as_it_was


def test_the_policies_that_come_with_the_program_are_not_written_to(place: Everything) -> None:
    desk = alone(place, policies=shipped_policies())
    request = by_two(desk, "administration.agreements", "renew")
    with pytest.raises(BadRequest, match="copy them to a folder of this installation"):
        renewed(request, Renewal("RS", LATER, NAMED), desk=desk)


def test_nobody_renews_alone(place: Everything, as_it_was: bytes) -> None:
    request = asks(MAX, "administration", "administration.agreements", "renew")
    with pytest.raises(AccessDenied) as refusal:
        renewed(request, Renewal("RS", LATER, NAMED), desk=place.desk)
    assert refusal.value.reason_code == ReasonCode.SECOND_PERSON_MISSING
    assert register(place).read_bytes() == as_it_was


def test_without_the_log_nothing_is_written(place: Everything, as_it_was: bytes, tmp_path: Path) -> None:
    request = by_two(place.desk, "administration.agreements", "renew")
    with pytest.raises(AuditUnavailable):
        renewed(request, Renewal("RS", LATER, NAMED), desk=place.desk_with(log=LogClient(tmp_path / "nobody.sock")))
    assert register(place).read_bytes() == as_it_was


def test_a_file_that_cannot_be_written_beside_is_told(place: Everything) -> None:
    in_the_way = register(place).with_name(".agreements.toml.next")
    in_the_way.mkdir()
    before = changes(place)
    try:
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            renew(place)
    finally:
        in_the_way.rmdir()
    assert changes(place) == before
