"""The CEfF's door: parts of a delivery in any order, all of it or nothing, repeats recognised (IV-2, IV-4, ALL-7c)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from gateway.errors import DeliveryRefused
from gateway.intake.invoice_files import InvoiceFiles
from gateway.intake.invoices import InvoiceOrder, take_in_invoices
from gateway.stores.vault import writing
from tests.builders.ceff import (
    APC,
    BACKING,
    COMMISSIONER,
    DAY,
    EC,
    HEADER,
    NUMBER,
    NUMBERS,
    OP,
    PRACTICE_LIST,
    PROVIDER,
    Ceff,
    attendance,
    header,
    line,
    practice,
    spell,
)

WHOLE = {HEADER: [header()], BACKING: [line()], APC: [spell()]}


def seen(ceff: Ceff) -> tuple[Any, ...]:
    """What the desk would show, whatever the order in which it came: invoices with their lines, and the matches."""
    names = ("invoice_number", "state", "lines", "lines_pence", "lines_matched")
    return [tuple(row[name] for name in names) for row in ceff.rows("invoice")], ceff.matches()


def test_headers_backing_data_and_sus_come_together(ceff: Ceff) -> None:
    told = ceff.taken(WHOLE)
    assert told["stored"] == {"invoice": 1, "line": 1, "sus_row": 1}
    assert (told["run"], told["instruction"], told["lines_without_invoice"]) == (1, "TEST-1", 0)
    assert seen(ceff) == ([("ZZ1M01", "REGISTERED", 1, 157_500, 1)], [("ZZ1M01", 1, 1, "cds_unique_identifier")])


@pytest.mark.parametrize("order", list(permutations(WHOLE)), ids="-".join)
def test_the_parts_come_in_any_order_with_the_same_end(ceff: Ceff, order: tuple[str, ...]) -> None:
    for part in order:
        ceff.taken({part: WHOLE[part]})
    assert seen(ceff) == ([("ZZ1M01", "REGISTERED", 1, 157_500, 1)], [("ZZ1M01", 1, 1, "cds_unique_identifier")])


def test_lines_wait_for_their_invoice(ceff: Ceff) -> None:
    waiting = ceff.taken({BACKING: [line(1), line(2), line(3, **{NUMBER: "ZZ1M02"})]})
    assert waiting["lines_without_invoice"] == 3
    assert ceff.taken({HEADER: [header()]})["lines_without_invoice"] == 1
    assert seen(ceff)[0] == [("ZZ1M01", "REGISTERED", 2, 315_000, 0)]


def test_a_line_does_not_go_to_another_providers_invoice_of_the_same_number(ceff: Ceff) -> None:
    told = ceff.taken({HEADER: [header(**{PROVIDER: "ZZ2"})], BACKING: [line()]})
    assert told["lines_without_invoice"] == 1
    assert [row["state"] for row in ceff.rows("invoice")] == ["AWAITING_BACKING"]


def test_an_invoice_without_lines_awaits_its_backing_data(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header()]})
    assert seen(ceff)[0] == [("ZZ1M01", "AWAITING_BACKING", 0, 0, 0)]


def test_an_invoice_number_is_unique_to_its_provider(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header()]})
    told = ceff.taken({HEADER: [header(invoice_date="2026-06-16"), header(**{PROVIDER: "ZZ2"})]})
    assert (told["set_aside"]["duplicate"], told["stored"]["invoice"]) == (1, 1)
    assert [(row["provider_code"], row["invoice_date"]) for row in ceff.rows("invoice")] == [
        ("ZZ1", "2026-06-15"), ("ZZ2", "2026-06-15"),
    ]  # fmt: skip


def test_a_line_number_is_unique_to_its_invoice(ceff: Ceff) -> None:
    told = ceff.taken({BACKING: [line(1), line(2), line(1, tariff_code="XX03Z")]})
    assert (told["set_aside"]["duplicate"], told["stored"]["line"]) == (1, 2)
    assert ceff.taken({BACKING: [line(2), line(3)]})["stored"]["line"] == 1
    assert [row["hrg"] for row in ceff.rows("line")] == ["XX02Z"] * 3


@pytest.mark.parametrize("layout", [HEADER, BACKING, APC])
def test_a_repeat_is_seen_across_files_of_one_delivery(ceff: Ceff, layout: str) -> None:
    row = WHOLE[layout][0]
    first, second = ceff.file(layout, row, to="first.csv"), ceff.file(layout, row, to="second.csv")
    second.write_text(second.read_text().replace("\n", "\r\n"))
    option = {HEADER: "--invoices", BACKING: "--backing", APC: "--sus"}[layout]
    result = ceff.run(option, first, option, second)
    assert result.exception is None
    assert '"duplicate": 1' in result.stdout


def test_the_same_file_twice_is_refused_unless_it_is_meant(ceff: Ceff) -> None:
    file = ceff.file(APC, spell())
    assert ceff.run("--sus", file).exception is None
    assert "b1_sus_apc_spell.csv: was taken in run 1 already: add --again" in ceff.refused("--sus", file)
    assert ceff.run("--sus", file, "--again").exception is None
    assert len(ceff.rows("sus_row")) == 1


def test_the_same_file_under_two_names_in_one_delivery_is_refused(ceff: Ceff) -> None:
    one, two = ceff.file(APC, spell(), to="one.csv"), ceff.file(APC, spell(), to="two.csv")
    assert "two.csv: is given twice" in ceff.refused("--sus", one, "--sus", two)


def test_again_takes_no_invoice_and_no_line_twice(ceff: Ceff) -> None:
    files = ("--invoices", ceff.file(HEADER, header()), "--backing", ceff.file(BACKING, line()))
    ceff.run(*files)
    before = seen(ceff)
    assert ceff.run(*files, "--again").exception is None
    assert seen(ceff) == before


def test_sus_rows_of_nobody_registered_or_resident_here_stay_outside_and_are_counted(ceff: Ceff) -> None:
    elsewhere = {"commissioner_from_gp_practice": "99E", "commissioner_of_residence": "99E"}
    registered = elsewhere | {"commissioner_from_gp_practice": "06Q"}
    resident = elsewhere | {"commissioner_of_residence": "06Q"}
    nowhere = {"commissioner_from_gp_practice": "", "commissioner_of_residence": ""}
    rows = [spell(1, **elsewhere), spell(2, **registered), spell(3, **resident), spell(4, **nowhere)]
    told = ceff.taken(
        {APC: rows, OP: [attendance(5, **elsewhere)], EC: [attendance(6, column="arrival_date", **elsewhere)]}
    )
    assert (told["set_aside"]["out_of_area"], told["stored"]["sus_row"]) == (4, 2)
    assert [row["record_identifier"] for row in ceff.rows("sus_row")] == [2, 3]


def test_who_is_billed_does_not_make_a_sus_row_ours(ceff: Ceff) -> None:
    elsewhere = {"commissioner_from_gp_practice": "99E", "commissioner_of_residence": "99E", COMMISSIONER: "06Q"}
    assert ceff.taken({APC: [spell(1, **elsewhere)]})["set_aside"]["out_of_area"] == 1


def test_a_later_list_of_practices_takes_the_earlier_ones_place(ceff: Ceff) -> None:
    for code in ("Z99001", "Z99002"):
        ceff.file(PRACTICE_LIST, practice(code))
        assert ceff.run("--reference", ceff.folder).exception is None
    assert [row["organisation_code"] for row in ceff.rows("practice_commissioner")] == ["Z99002"]
    assert ceff.run("--reference", ceff.folder).exception is None


def test_one_refused_file_leaves_nothing_of_the_others(ceff: Ceff) -> None:
    right, wrong = ceff.file(HEADER, header()), ceff.file(BACKING, line(), to="wrong.csv")
    wrong.write_text(wrong.read_text().replace("line_amount", "amount"))
    assert "wrong.csv: line 1: not layout a2_backing_data: line_amount is missing" in ceff.refused(
        "--invoices", right, "--backing", wrong
    )


@pytest.mark.parametrize("stage", ["receive", "restrict_to_area", "store", "match"])
def test_a_fault_at_any_stage_leaves_nothing(ceff: Ceff, stage: str) -> None:
    ceff.taken({HEADER: [header("ZZ1M09")]})
    before = ceff.everything()
    files = InvoiceFiles((ceff.file(HEADER, header()),), (ceff.file(BACKING, line()),), (ceff.file(APC, spell()),))
    order = InvoiceOrder("TEST-1", "validator", DAY, "2026-11-24T09:00:00+00:00", ("06Q",))

    def broken(reached: str) -> None:
        if reached == stage:
            raise DeliveryRefused(stage)

    with pytest.raises(DeliveryRefused, match=stage), writing(ceff.connection) as connection:
        take_in_invoices(files, order, connection, broken)
    assert ceff.everything() == before


def test_a_dry_run_says_what_would_be_done_and_keeps_nothing(ceff: Ceff) -> None:
    before = ceff.everything()
    rehearsed = ceff.taken(WHOLE, "--dry-run")
    assert ceff.everything() == before
    done = ceff.taken(WHOLE)
    different = ("dry_run", "received", "seconds")
    assert {k: v for k, v in rehearsed.items() if k not in different} == {
        k: v for k, v in done.items() if k not in different
    }
    assert (rehearsed["dry_run"], done["dry_run"]) == (True, False)


def test_every_row_received_is_stored_set_aside_or_quarantined(ceff: Ceff) -> None:
    headers = [header(), header(), header("ZZ1M02", invoice_type="BILL"), header("ZZ1M03", contract_basis=NUMBERS[0])]
    lines = [line(1), line(1), line(2, service_code=NUMBERS[0]), line(3, line_amount="1.999"), line(4)]
    spells = [spell(1), spell(1), spell(2, nhs_number="9990000019"), spell(3, commissioner_from_gp_practice="99E")]
    spells[-1]["commissioner_of_residence"] = "99E"
    told = ceff.taken({HEADER: headers, BACKING: lines, APC: spells})
    gone = sum(told["set_aside"].values()) + sum(told["quarantined"].values())
    assert sum(told["received"].values()) == 13 == sum(told["stored"].values()) + gone
    assert told["set_aside"] == {
        "out_of_area": 1, "invalid_number": 1, "duplicate": 3, "superseded": 0, "invalid_value": 2,
    }  # fmt: skip
    deliveries = ceff.rows("delivery")
    assert [[row[n] for n in ("rows", "stored", "set_aside", "quarantined")] for row in deliveries] == [
        [4, 1, 2, 1], [5, 2, 2, 1], [4, 1, 3, 0],
    ]  # fmt: skip
