"""What is kept of each delivered file, money to the penny, and what the command prints of a run."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.invoice_files import whole
from gateway.invoices.money import millionths, pence
from gateway.synthetic.invoices import write as synthesise
from tests.builders.ceff import (
    APC,
    BACKING,
    EC,
    HEADER,
    NUMBER,
    OP,
    PRACTICE_LIST,
    Ceff,
    attendance,
    facts,
    header,
    line,
    practice,
    spell,
)

AS_OF = date(2026, 10, 31)
REASONS = {"out_of_area", "invalid_number", "duplicate", "superseded", "invalid_value"}


def test_each_file_is_recorded_with_its_layout_rows_and_days(ceff: Ceff) -> None:
    ceff.file(PRACTICE_LIST, practice())
    files = {
        HEADER: [header(), header("ZZ1M02", invoice_date="2026-07-15")],
        BACKING: [line(1), line(2, activity_start_date="2026-04-30"), line(3)],
        APC: [spell(1), spell(2, start_date_hospital_provider_spell="2026-05-01")],
        OP: [attendance(3, "2026-05-20"), attendance(4, "2026-05-31", extract_date="2026-06-21")],
        EC: [attendance(5, "2026-05-09", "arrival_date")],
    }
    ceff.taken(files, "--reference", str(ceff.folder))
    names = ("layout", "rows", "stored", "first_date", "last_date", "extract_date")
    assert [tuple(row[name] for name in names) for row in ceff.rows("delivery")] == [
        (HEADER, 2, 2, "2026-06-15", "2026-07-15", None),
        (BACKING, 3, 3, "2026-04-30", "2026-05-04", None),
        (APC, 2, 2, "2026-05-07", "2026-05-07", "2026-06-20"),
        (OP, 2, 1, "2026-05-31", "2026-05-31", "2026-06-21"),
        (EC, 1, 1, "2026-05-09", "2026-05-09", "2026-06-20"),
        (PRACTICE_LIST, 1, 1, None, None, None),
    ]


def test_a_delivery_names_run_instruction_instant_and_hash(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header()]})
    ceff.taken({BACKING: [line()]})
    kept = ceff.rows("delivery")
    assert [(row["run"], row["instruction"], row["received"]) for row in kept] == [
        (1, "TEST-1", "2026-11-24T09:00:00+00:00"), (2, "TEST-1", "2026-11-24T09:00:00+00:00"),
    ]  # fmt: skip
    assert len({row["sha256"] for row in kept}) == 2
    assert [(row["run"], row["user"]) for row in ceff.rows("run")] == [(1, "validator"), (2, "validator")]


def test_a_file_of_which_nothing_is_kept_has_no_days(ceff: Ceff) -> None:
    ceff.taken({HEADER: [header(invoice_type="BILL")]})
    assert [(row["stored"], row["set_aside"], row["first_date"]) for row in ceff.rows("delivery")] == [(0, 1, None)]


def test_the_facts_of_a_run_are_a_closed_list(ceff: Ceff) -> None:
    told = ceff.taken({HEADER: [header()], APC: [spell()]})
    assert list(told) == [
        "run", "instruction", "dry_run", "received", "set_aside", "quarantined", "left_out", "withdrawn", "stored",
        "lines_without_invoice", "matched", "seconds", "versions",
    ]  # fmt: skip
    assert told["set_aside"].keys() == REASONS
    assert told["versions"].keys() == {"gateway"}


def test_rows_received_are_counted_by_file(ceff: Ceff) -> None:
    one, two = ceff.file(HEADER, header(), to="one.csv"), ceff.file(HEADER, header("A1"), header("A2"), to="two.csv")
    assert facts(ceff.run("--invoices", one, "--invoices", two))["received"] == {"one.csv": 1, "two.csv": 2}


@pytest.mark.parametrize(
    ("pounds", "kept"),
    [("0.07", 7), ("1575", 157_500), ("1575.5", 157_550), ("-0.29", -29), ("999999999.99", 99_999_999_999),
     (" 2.10 ", 210), ("1.15", 115), ("4.35", 435), ("1001.10", 100_110)],
)  # fmt: skip
def test_pounds_are_kept_to_the_penny(ceff: Ceff, pounds: str, kept: int) -> None:
    ceff.taken({HEADER: [header(invoice_net_amount=pounds)], BACKING: [line(line_amount=pounds, base_price="")]})
    row = ceff.rows("line")[0]
    assert [ceff.rows("invoice")[0]["net_pence"], row["line_pence"], row["base_pence"]] == [kept, kept, None]


def test_factors_are_kept_to_the_millionth(ceff: Ceff) -> None:
    factors = ["1.056400", "1", "0.000001", "999.999999", ""]
    name = "contract_monitoring_actual_market_forces_factor"
    ceff.taken({BACKING: [line(n, **{name: text}) for n, text in enumerate(factors, start=1)]})
    kept = [row["market_forces_millionths"] for row in ceff.rows("line")]
    assert kept == [1_056_400, 1_000_000, 1, 999_999_999, None]


def decimals(most: int, places: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=places, allow_nan=False).map(lambda number: f"{number:f}")


@given(st.lists(decimals(999_999_999, 2, -999_999_999), min_size=1, max_size=50))
def test_pounds_of_a_file_and_of_a_page_are_the_same_pence(amounts: list[str]) -> None:
    assert pl.DataFrame({"a": amounts}).select(whole(pl.col("a"), 2))["a"].to_list() == [pence(one) for one in amounts]


@given(st.lists(decimals(999, 6), min_size=1, max_size=50))
def test_factors_of_a_file_and_of_a_page_are_the_same_millionths(factors: list[str]) -> None:
    found = pl.DataFrame({"a": factors}).select(whole(pl.col("a"), 6))["a"].to_list()
    assert found == [millionths(one) for one in factors]


@given(st.lists(st.text("0123456789.-+eE ,", max_size=12), min_size=1, max_size=20))
def test_what_is_no_amount_is_none(texts: list[str]) -> None:
    found = pl.DataFrame({"a": texts}).select(whole(pl.col("a"), 2))["a"].to_list()
    for text, taken in zip(texts, found, strict=True):
        try:
            assert taken == pence(text.strip())
        except ValueError:
            assert taken is None


def test_pence_add_up_from_line_to_header(ceff: Ceff) -> None:
    planted = synthesise(ceff.folder, 12, AS_OF, 3)
    names = [("--invoices", HEADER), ("--backing", BACKING)]
    told = facts(ceff.run(*(part for option, name in names for part in (option, ceff.folder / f"{name}.csv"))))
    assert told["lines_without_invoice"] == 0
    with (ceff.folder / f"{HEADER}.csv").open(encoding="utf-8", newline="") as file:
        net = {row[NUMBER]: int(Decimal(row["invoice_net_amount"]) * 100) for row in csv.DictReader(file)}
    kept = ceff.rows("invoice")
    assert {row["invoice_number"]: row["net_pence"] for row in kept} == net
    wrong = {row["invoice_number"] for row in kept if row["net_pence"] != row["lines_pence"]}
    assert wrong <= {key.removesuffix("/") for key, checks in planted.items() if "IV-02" in checks}
    assert len(wrong) < 3 < len(kept)
    assert sum(row["lines"] for row in kept) == told["stored"]["line"]
    assert all(row["line_count"] == row["lines"] for row in kept)


def test_the_log_tells_each_files_hash_rows_and_layout_and_tells_two_of_one_name_apart(ceff: Ceff) -> None:
    (ceff.folder / "again").mkdir()
    first = ceff.file(BACKING, line())
    second = ceff.file(BACKING, line(2), to=f"again/{first.name}")
    facts(ceff.run("--backing", first, "--backing", second))
    told = ceff.events()[-1]["details"]["files"]
    assert {name: (one["rows"], one["kind"]) for name, one in told.items()} == {
        first.name: (1, BACKING),
        f"{first.name} (2)": (1, BACKING),
    }
    assert sorted(one["sha256"] for one in told.values()) == sorted(one["sha256"] for one in ceff.rows("delivery"))
