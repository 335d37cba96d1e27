"""What goes from the log goes by two people, never before its time, and each time is on the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.access.decision import AccessRequest
from gateway.audit.event import EventType
from gateway.enforcement import auditing
from gateway.enforcement.desk import Desk
from gateway.enforcement.events import event
from gateway.enforcement.retention import erased, pruned, seconded
from gateway.errors import AccessDenied, BadRequest
from tests.builders.everything import Everything, asks, made, opened, subject

AUDITOR = subject("nhs_digital_auditor", "X26", "ada")
OFFICER = subject("privacy_officer", "06Q", "pia")
PRUNE = asks(AUDITOR, "audit", "audit.log", "prune")
ERASE = asks(OFFICER, "audit", "audit.seals", "erase")
VERIFY = asks(AUDITOR, "audit", "audit.log", "verify")
READ = asks(AUDITOR, "audit", "audit.event", "read")
NUMBER = "9990000018"


def by_two(request: AccessRequest, desk: Desk) -> AccessRequest:
    other = OFFICER if request.subject == AUDITOR else AUDITOR
    return seconded(request, other, desk=desk)


def years_on(everything: Everything, day: datetime) -> Desk:
    return replace(everything.desk, clock=lambda: day)


def test_nobody_takes_anything_away_alone(everything: Everything) -> None:
    with pytest.raises(AccessDenied):
        erased(ERASE, NUMBER, desk=everything.desk)
    with pytest.raises(AccessDenied):
        list(pruned(PRUNE, date(2018, 1, 1), desk=everything.desk))
    told = everything.events()[-2:]
    assert {(one["type"], one["reason_code"]) for one in told} == {("access.refused", "second_person_missing")}


def test_the_second_person_is_another_one_and_may_do_it_too(everything: Everything) -> None:
    with pytest.raises(AccessDenied):
        seconded(PRUNE, AUDITOR, desk=everything.desk)
    with pytest.raises(AccessDenied):
        seconded(PRUNE, subject("access_administrator", "06Q", "nia"), desk=everything.desk)
    assert everything.events()[-1]["actor"]["user"] == "nia"
    assert seconded(PRUNE, OFFICER, desk=everything.desk).context.approved_by == "pia"


@pytest.mark.parametrize(
    ("today", "before", "may"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), date(2018, 11, 24), True),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), date(2018, 11, 25), False),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), date(2020, 2, 29), True),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), date(2026, 11, 24), False),
    ],
)
def test_no_body_goes_before_eight_years_are_over(
    everything: Everything,
    today: datetime,
    before: date,
    may: bool,  # noqa: FBT001 the outcome
) -> None:
    desk = years_on(everything, today)
    request = by_two(PRUNE, desk)
    if may:
        (done,) = pruned(request, before, desk=desk)
        assert done.value.events == 0
        return
    with pytest.raises(BadRequest, match="for 8 years"):
        list(pruned(request, before, desk=desk))
    assert everything.events()[-1]["type"] == "access.failed"


def test_the_years_are_a_setting(everything: Everything) -> None:
    desk = replace(everything.desk, settings=replace(everything.desk.settings, retention_years=1))
    (done,) = pruned(by_two(PRUNE, desk), date(2025, 11, 1), desk=desk)
    assert done.value.events == 0


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """An installation of its own, whose bodies may go, as its desk sees it long after."""
    with opened(made(tmp_path_factory.mktemp("old") / "installation")) as place:
        place.clock[0] = datetime(2099, 1, 1, tzinfo=UTC)
        yield place


def test_an_erasure_is_on_the_log_for_each_store_that_holds_numbers(old: Everything) -> None:
    done = erased(by_two(ERASE, old.desk), NUMBER, desk=old.desk)
    assert [one.value for one in done] == ["invoices", "risk_identifiable"]
    told = [old.events()[one.receipt.index] for one in done]
    assert {one["type"] for one in told} == {"seal.erased"}
    assert [(one["approved_by"], one["subjects"]["n"]) for one in told] == [("ada", 1)] * 2
    assert NUMBER not in str(told)
    assert auditing.verified(VERIFY, desk=old.desk).value.ok


def test_bodies_whose_time_is_over_go_and_the_log_verifies(old: Everything) -> None:
    seen = old.desk.log.append(event(EventType.SESSION_START, {})).index
    (done,) = pruned(by_two(PRUNE, old.desk), date(2090, 1, 1), desk=old.desk)
    assert done.value.end == done.receipt.index
    told = old.events()[done.receipt.index]
    assert (told["type"], told["approved_by"]) == ("log.pruned", "pia")
    assert told["details"] == {"before": "2090-01-01", "end": done.value.end, "events": done.value.events}
    report = auditing.verified(VERIFY, desk=old.desk).value
    assert (report.ok, report.pruned) == (True, done.value.end)
    proof = auditing.proved(READ, seen, desk=old.desk).value
    assert (proof.leaf, proof.event, len(proof.leaf_hash)) == (b"{}", {}, 32)


def test_they_go_so_many_at_a_time_that_nobody_waits_for_long(old: Everything) -> None:
    for _ in range(7):
        old.desk.log.append(event(EventType.SESSION_START, {}))
    done = list(pruned(by_two(PRUNE, old.desk), date(2090, 1, 1), desk=old.desk, most=5))
    assert [one.value.events for one in done][:-1] == [5] * (len(done) - 1)
    assert done[-1].value.events < 5
    assert auditing.verified(VERIFY, desk=old.desk).value.ok
