"""Lines are worked out again from the written files: what is not planted is right, what is planted is wrong."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from gateway.identifiers import is_nhs_number
from gateway.synthetic.invoices import write

AS_OF = date(2026, 3, 31)
Row = dict[str, str]


def rows(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("invoices")


@pytest.fixture(scope="module")
def planted(folder: Path) -> dict[str, list[str]]:
    return write(folder, 12, AS_OF, 1)


def lines(folder: Path, planted: dict[str, list[str]], check: str = "") -> list[Row]:
    """Lines with this check planted; those without any where none is named."""
    found = []
    for row in rows(folder, "a2_backing_data"):
        checks = planted.get(f"{row['invoice_number']}/{row['invoice_line_number']}", [])
        if (check in checks) if check else not checks:
            found.append(row)
    return found


def total(row: Row) -> Decimal:
    parts = ("base_price", "excess_bed_day_amount", "specialist_top_up_amount")
    factor = Decimal(row["contract_monitoring_actual_market_forces_factor"])
    return (sum((Decimal(row[part]) for part in parts), Decimal(0)) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)


def sus(folder: Path) -> dict[str, Row]:
    files = ("b1_sus_apc_spell", "b2_sus_op", "b3_sus_ec")
    return {row["cds_unique_identifier"]: row for name in files for row in rows(folder, name)}


def test_every_line_adds_up_but_those_planted_not_to(folder: Path, planted: dict[str, list[str]]) -> None:
    assert all(Decimal(row["line_amount"]) == total(row) for row in lines(folder, planted))
    assert not any(Decimal(row["line_amount"]) == total(row) for row in lines(folder, planted, "IV-02"))


def test_every_header_is_the_sum_of_its_lines_but_those_planted_not_to(
    folder: Path, planted: dict[str, list[str]]
) -> None:
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for row in rows(folder, "a2_backing_data"):
        sums[row["invoice_number"]] += Decimal(row["line_amount"])  # type: ignore[assignment]
        counts[row["invoice_number"]] += 1
    for row in rows(folder, "a1_invoice_header"):
        number, net = row["invoice_number"], Decimal(row["invoice_net_amount"])
        vat, gross = Decimal(row["vat_amount"]), Decimal(row["invoice_gross_amount"])
        right = net == sums[number] and vat == 0 and gross == net
        assert right is ("IV-02" not in planted.get(f"{number}/", []))
        assert int(row["line_count"]) == counts[number]


def test_every_line_is_in_sus_but_drugs_and_those_planted_not_to_be(
    folder: Path, planted: dict[str, list[str]]
) -> None:
    known = sus(folder)
    for row in lines(folder, planted):
        assert row["point_of_delivery_code"] == "DRUG" or row["cds_unique_identifier"] in known
    assert not any(row["cds_unique_identifier"] in known for row in lines(folder, planted, "IV-06"))


def test_a_right_line_says_what_sus_says(folder: Path, planted: dict[str, list[str]]) -> None:
    known, compared = sus(folder), 0
    same = ("nhs_number", "organisation_identifier_code_of_commissioner", "administrative_category_code",
            "general_medical_practice_code_patient_registration")  # fmt: skip
    for row in lines(folder, planted):
        if found := known.get(row["cds_unique_identifier"]):
            assert all(row[name] == found.get(name, row[name]) for name in same)
            hrg = found.get("spell_core_hrg") or found.get("core_hrg")
            assert row["point_of_delivery_code"] == "UNBOTHER" or row["tariff_code"] == hrg
            compared += 1
    assert compared > 150


@pytest.mark.parametrize(
    ("check", "ours", "theirs"),
    [
        ("IV-11", "tariff_code", "spell_core_hrg"),
        ("IV-28", "organisation_identifier_code_of_commissioner", "organisation_identifier_code_of_commissioner"),
        ("IV-16", "bpt_flag", "bpt_flag"),
    ],
)
def test_a_planted_difference_from_sus_is_one(
    folder: Path, planted: dict[str, list[str]], check: str, ours: str, theirs: str
) -> None:
    known = sus(folder)
    assert all(row[ours] != known[row["cds_unique_identifier"]][theirs] for row in lines(folder, planted, check))


def test_a_planted_number_is_not_valid_or_not_verified(folder: Path, planted: dict[str, list[str]]) -> None:
    for row in lines(folder, planted, "IV-03"):
        assert not is_nhs_number(row["nhs_number"]) or row["nhs_number_status_indicator_code"] != "01"


def test_no_invoice_number_holds_ten_digits(folder: Path, planted: dict[str, list[str]]) -> None:
    assert planted
    numbers = [row["invoice_number"] for row in rows(folder, "a1_invoice_header")]
    assert len(set(numbers)) == len(numbers)
    assert all(number.isalnum() and number.isupper() and len(number) <= 30 for number in numbers)
    assert all(sum(letter.isdigit() for letter in number) < 10 for number in numbers)


def test_budgets_hold_but_for_the_invoices_planted_to_exceed_them(folder: Path, planted: dict[str, list[str]]) -> None:
    period = ("organisation_identifier_code_of_provider", "financial_year", "financial_month")
    budget = {tuple(row[name] for name in period): Decimal(row["budget_amount"]) for row in rows(folder, "d6_budget")}
    spent: Counter[tuple[str, ...]] = Counter()
    headers = rows(folder, "a1_invoice_header")
    for row in headers:
        spent[tuple(row[name] for name in period)] += Decimal(row["invoice_net_amount"])  # type: ignore[assignment]
    for row in headers:
        where = tuple(row[name] for name in period)
        assert (spent[where] > budget[where]) is ("IV-30" in planted.get(f"{row['invoice_number']}/", []))


def test_every_price_list_says_that_it_is_illustrative(folder: Path, planted: dict[str, list[str]]) -> None:
    assert planted
    for name in (
        "c1_tariff_apc",
        "c2_tariff_op_attendance",
        "c3_tariff_emergency_care",
        "c4_mff",
        "c8_unbundled_price",
    ):
        assert all(row["source_file"].startswith("ILLUSTRATIVE ONLY") for row in rows(folder, name))
    assert all(row["hrg_code"].startswith("XX") for row in rows(folder, "c1_tariff_apc"))
