"""The desk shows what was taken in: invoices, their lines, a line beside its SUS+ row, deliveries (IV-1, IV-3)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.event import EventType
from gateway.enforcement.change import deliver
from gateway.enforcement.events import event
from gateway.errors import AccessDenied, BadRequest, NotFound
from tests.builders.ceff import (
    APC,
    BACKING,
    EC,
    HEADER,
    NUMBER,
    NUMBERS,
    OP,
    PROVIDER,
    Ceff,
    attendance,
    header,
    line,
    spell,
)


def records(ceff: Ceff, resource: str, action: str, part: str, **question: Any) -> list[dict[str, Any]]:
    return list(ceff.answer(f"invoices.{resource}", action, **question).result.parts[part].records())


def taken_in(ceff: Ceff) -> Ceff:
    """Two invoices, the first with two lines, one of which is in SUS+."""
    second = header("ZZ2M01", **{PROVIDER: "ZZ2"}, invoice_date="2026-07-15", invoice_net_amount="10.10")
    lines = [line(1), line(2, activity_start_date="2026-05-01", activity_end_date="2026-05-02")]
    sus = {OP: [attendance(5)], EC: [attendance(6, column="arrival_date")]}
    ceff.taken({HEADER: [header(), second], BACKING: lines, APC: [spell(1)], **sus})
    return ceff


def reference(ceff: Ceff, table: str = "invoice", at: int = 0) -> str:
    return str(ceff.rows(table)[at]["invoice" if table == "invoice" else "reference"])


def test_invoices_are_listed_with_what_their_lines_add_up_to(ceff: Ceff) -> None:
    listed = records(taken_in(ceff), "invoices", "list", "invoices")
    names = ("invoice_number", "net_pence", "lines", "lines_pence", "lines_matched", "state")
    assert [tuple(row[name] for name in names) for row in listed] == [
        ("ZZ2M01", 1_010, 0, 0, 0, "AWAITING_BACKING"), ("ZZ1M01", 157_500, 2, 315_000, 1, "REGISTERED"),
    ]  # fmt: skip


def test_invoices_are_listed_by_provider_and_state(ceff: Ceff) -> None:
    taken_in(ceff)
    assert [row["invoice_number"] for row in records(ceff, "invoices", "list", "invoices", provider_code="ZZ1")] == [
        "ZZ1M01"
    ]
    assert not records(ceff, "invoices", "list", "invoices", provider_code="ZZ1", state="AWAITING_BACKING")
    with pytest.raises(BadRequest):
        records(ceff, "invoices", "list", "invoices", nhs_number=NUMBERS[1])


def test_a_quarantined_invoice_is_listed_as_that_and_shows_nothing(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header(purchase_order_or_xx_reference=NUMBERS[0])]})
    shown = records(ceff, "invoices", "list", "invoices")[0]
    assert (shown["provider_code"], shown["invoice_number"], shown["net_pence"]) == ("ZZ1", "", None)
    assert shown["state"] == "QUARANTINED"


def test_one_invoice_has_its_header_and_its_lines(ceff: Ceff) -> None:
    answer = taken_in(ceff).answer("invoices.invoice", "read", invoice=reference(ceff))
    parts = answer.result.parts
    assert [row[NUMBER] for row in parts["invoice"].records()] == ["ZZ1M01"]
    names = ("line_number", "nhs_number", "line_pence", "tier")
    assert [tuple(row[name] for name in names) for row in parts["lines"].records()] == [
        (1, NUMBERS[1], 157_500, "cds_unique_identifier"), (2, NUMBERS[2], 157_500, None),
    ]  # fmt: skip
    assert set(answer.result.subjects) == {NUMBERS[1], NUMBERS[2]}


def test_a_line_stands_beside_its_sus_row(ceff: Ceff) -> None:
    parts = taken_in(ceff).answer("invoices.line", "read", reference=reference(ceff, "line")).result.parts
    billed, sus = parts["line"].records()[0], parts["spell"].records()[0]
    same = ("cds_unique_identifier", "nhs_number", "start_date", "end_date", "hrg")
    assert {name: billed[name] for name in same} == {name: sus[name] for name in same}
    assert (billed["tier"], sus["record_identifier"], sus["kind"]) == ("cds_unique_identifier", 1, "apc")


def test_a_line_that_is_not_in_sus_stands_alone(ceff: Ceff) -> None:
    parts = taken_in(ceff).answer("invoices.line", "read", reference=reference(ceff, "line", 1)).result.parts
    assert (len(parts["line"].rows), len(parts["spell"].rows)) == (1, 0)


@pytest.mark.parametrize(("resource", "key"), [("invoice", "invoice"), ("line", "reference")])
def test_what_is_not_there_is_not_found(ceff: Ceff, resource: str, key: str) -> None:
    before = len(ceff.events())
    with pytest.raises(NotFound):
        ceff.answer(f"invoices.{resource}", "read", **{key: "XXXXXXXXXXXX"})
    assert [event["type"] for event in ceff.events()[before:]] == ["access.failed"]


def test_deliveries_are_listed_with_what_became_of_them(ceff: Ceff) -> None:
    listed = records(taken_in(ceff), "deliveries", "list", "deliveries", layout=BACKING)
    assert [(row["rows"], row["stored"], row["quarantined"]) for row in listed] == [(2, 2, 0)]
    assert "sha256" not in listed[0]


def test_every_answer_says_how_old_its_data_are(ceff: Ceff) -> None:
    assert ceff.answer("invoices.invoices", "list").result.as_of == {}
    result = taken_in(ceff).answer("invoices.invoices", "list").result
    assert result.as_of == {"SUS+ to": "2026-05-07", "SUS+ extracted on": "2026-06-20", "Last delivery": "2026-11-24"}
    assert result.data_version == "run 1"


def test_there_is_no_notice_yet(ceff: Ceff) -> None:
    taken_in(ceff)
    assert ceff.answer("invoices.notices", "list", "finance").result.parts["notices"].rows == ()


@pytest.mark.parametrize(
    "user", ["operator", "finance", "gp", "analyst", "lead", "privacy", "administrator", "auditor"]
)
def test_nobody_but_the_ceff_sees_any_of_it(ceff: Ceff, user: str) -> None:
    taken_in(ceff)
    before = len(ceff.events())
    for resource, action in (("invoices", "list"), ("deliveries", "list"), ("invoice", "read"), ("line", "read")):
        with pytest.raises(AccessDenied):
            ceff.answer(f"invoices.{resource}", action, user)
    assert [event["type"] for event in ceff.events()[before:]] == ["access.refused"] * 4


def test_an_event_that_a_crash_kept_from_the_log_is_delivered_once(ceff: Ceff) -> None:
    store: Any = ceff.desk.stores["invoices"]
    before = len(ceff.events())
    with store.changing() as transaction:
        transaction.put_in_outbox(event(EventType.INTAKE_FINISHED, {"details": {"run": 1}}))
    assert [deliver(store, desk=ceff.desk) for _ in range(2)] == [1, 0]
    assert [one["type"] for one in ceff.events()[before:]] == ["intake.finished"]
    assert ceff.rows("outbox") == []


def test_each_answer_is_on_the_log_without_a_number(ceff: Ceff) -> None:
    taken_in(ceff)
    before = len(ceff.events())
    ceff.answer("invoices.invoice", "read", invoice=reference(ceff))
    said = ceff.events()[before:]
    assert [event["type"] for event in said] == ["access.permitted"]
    assert not any(number in str(said) for number in NUMBERS)
