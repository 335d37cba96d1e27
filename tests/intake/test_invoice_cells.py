"""Cells that are wrong, in each layout of the CEfF's door: the row is set aside and told without its value."""

from __future__ import annotations

import pytest

from tests.builders.ceff import (
    APC,
    BACKING,
    COMMISSIONER,
    EC,
    HEADER,
    LINE,
    NUMBER,
    OP,
    PROVIDER,
    Ceff,
    Row,
    attendance,
    facts,
    header,
    letters,
    line,
    spell,
)

HEADERS = [
    (NUMBER, "", "has to be there"), (NUMBER, "zz1m01", "upper case letters or digits"),
    (NUMBER, "ZZ1-M01", "upper case letters or digits"), (NUMBER, "Z" * 31, "1 to 30 upper case letters or digits"),
    ("invoice_type", "BILL", "has to be one of CREDIT, INVOICE"), ("invoice_type", "=1+1", "as a formula does"),
    ("invoice_date", "", "has to be there"), ("invoice_date", "31/03/2026", "has to be a date"),
    ("invoice_date", "2026-02-30", "has to be a date"), ("invoice_date", "-2026-01-01", "has to be a date"),
    ("invoice_date", "0026-01-01", "has to be a date"), ("invoice_date", "2026-11-25", "must not lie in the future"),
    (PROVIDER, "zz1", "has to be an organisation code"), (COMMISSIONER, "06", "has to be an organisation code"),
    ("financial_year", "2026", "has to be a year as 2018/19"), ("financial_month", "0", "has to be 1 to 12"),
    ("financial_month", "13", "has to be 1 to 12"), ("financial_month", "May", "has to be a whole number"),
    ("contract_basis", "=HYPERLINK(1)", "as a formula does"), ("contract_basis", "@SUM(A1)", "as a formula does"),
    ("invoice_net_amount", "", "has to be there"), ("invoice_net_amount", "1575.001", "at most 2 decimals"),
    ("invoice_net_amount", "=1575", "has to be a number"), ("vat_amount", "1e3", "has to be a number"),
    ("vat_amount", "12345678901", "has to be pounds"), ("invoice_gross_amount", "NaN", "has to be a number"),
    ("invoice_gross_amount", "£1575", "has to be a number"), ("line_count", "-1", "must not be negative"),
    ("line_count", "1.0", "has to be a whole number"), ("line_count", "9990000018", "at most 999,999"),
    ("line_count", "9" * 30, "has to be a whole number"), ("original_invoice_number", "a b", "upper case letters"),
]  # fmt: skip
LINES = [
    (LINE, "0", "has to be 1 to 999,999"), (LINE, "9990000018", "has to be 1 to 999,999"),
    (NUMBER, "zz1m01", "upper case letters or digits"), ("activity_start_date", "", "has to be there"),
    ("activity_start_date", "2026-11-25", "must not lie in the future"),
    ("activity_end_date", "2026-05-03", "must not lie before activity_start_date"),
    ("activity_end_date", "2026-11-25", "must not lie in the future"),
    ("hospital_provider_spell_length_of_stay", "-3", "must not be negative"),
    ("contract_monitoring_actual_activity", "", "has to be there"),
    ("contract_monitoring_actual_activity", "one", "has to be a whole number"),
    ("line_amount", "1,575.00", "has to be a number"), ("line_amount", "", "has to be there"),
    ("base_price", "1500.005", "at most 2 decimals"),
    ("contract_monitoring_actual_market_forces_factor", "1.0500001", "at most 6 decimals"),
    ("contract_monitoring_actual_market_forces_factor", "-1.05", "a factor with at most 6 decimals"),
    ("point_of_delivery_code", "", "has to be there"), ("tariff_code", "+1", "as a formula does"),
    (PROVIDER, "ZZ1234567", "has to be an organisation code"),
]  # fmt: skip
SPELLS = [
    ("generated_record_identifier", "", "has to be there"), ("generated_record_identifier", "-5", "must not be neg"),
    ("hospital_provider_spell_number", "", "has to be there"), ("extract_date", "2027-01-01", "in the future"),
    ("start_date_hospital_provider_spell", "2027-01-01", "must not lie in the future"),
    ("discharge_date_hospital_provider_spell", "2026-05-03", "must not lie before start_date"),
    ("discharge_date_hospital_provider_spell", "2026-11-25", "must not lie in the future"),
    ("critical_care_days", "-1", "must not be negative"), ("net_los", "-1", "must not be negative"),
    ("age_on_admission", "-1", "must not be negative"), ("mff_adjustment", "0.001", "at most 2 decimals"),
    (PROVIDER, "", "has to be there"),
]  # fmt: skip
WRONG = {HEADER: ("--invoices", HEADERS), BACKING: ("--backing", LINES), APC: ("--sus", SPELLS)}


@pytest.fixture(scope="module")
def reports(_ceff: Ceff, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said of a file for each layout, one wrong cell in each of its rows and a right row at its end."""
    ceff = _ceff.emptied(tmp_path_factory.mktemp("cells"))
    said = {}
    for kind, (option, cells) in WRONG.items():
        rows = [row_of(kind, at) | {column: value} for at, (column, value, _) in enumerate(cells)]
        result = ceff.run(option, ceff.file(kind, *rows, row_of(kind, len(rows)), to="cells.csv"))
        told = facts(result)
        assert (told["set_aside"]["invalid_value"], sum(told["stored"].values())) == (len(rows), 1)
        said[kind] = result.stderr.splitlines()
    return said


def row_of(kind: str, at: int) -> Row:
    """A right row, another for each `at`."""
    return {HEADER: header(f"ZZ1M{letters(at)}"), BACKING: line(at + 1), APC: spell(at + 1)}[kind]


@pytest.mark.parametrize(("kind", "at"), [(kind, at) for kind, (_, cells) in WRONG.items() for at in range(len(cells))])
def test_a_bad_cell_sets_its_row_aside_and_is_told_without_its_value(
    reports: dict[str, list[str]], kind: str, at: int
) -> None:
    column, value, rule = WRONG[kind][1][at]
    said = reports[kind][at]
    assert said.startswith(f"cells.csv: line {at + 2}, {column}: ")
    assert rule in said
    assert len(value) < 3 or value not in said.partition(": ")[2]


@pytest.mark.parametrize(("kind", "column"), [(OP, "appointment_date"), (EC, "arrival_date")])
def test_an_attendance_of_tomorrow_is_set_aside(ceff: Ceff, kind: str, column: str) -> None:
    rows = [attendance(1, column=column), attendance(2, "2026-11-25", column)]
    assert ceff.taken({kind: rows})["set_aside"]["invalid_value"] == 1


def test_today_is_no_future(ceff: Ceff) -> None:
    told = ceff.taken({HEADER: [header(invoice_date="2026-11-24")]})
    assert told["stored"] == {"invoice": 1}


def test_a_credit_may_count_activity_below_nothing(ceff: Ceff) -> None:
    back = {"contract_monitoring_actual_activity": "-1", "excess_bed_days": "-2", "line_amount": "-1575.00"}
    told = ceff.taken({HEADER: [header(invoice_type="CREDIT", invoice_net_amount="-1575.00")], BACKING: [line(**back)]})
    assert told["stored"] == {"invoice": 1, "line": 1}
    assert [(row["net_pence"], row["lines_pence"]) for row in ceff.rows("invoice")] == [(-157_500, -157_500)]


def many(wrong: int, right: int) -> list[Row]:
    bad = {"invoice_type": "BILL"}
    return [header(f"ZZ1M{letters(n)}", **(bad if n < wrong else {})) for n in range(wrong + right)]


def test_too_many_invalid_rows_refuse_the_file_whole(ceff: Ceff) -> None:
    said = ceff.refused("--invoices", ceff.file(HEADER, *many(51, 49), to="many.csv"))
    assert "many.csv: 51 of 100 rows are invalid: have it mended\nmany.csv: line 2, invoice_type: has to be" in said


@pytest.mark.parametrize(("wrong", "right"), [(50, 50), (51, 5_049)])
def test_fifty_invalid_rows_or_one_in_a_hundred_do_not(ceff: Ceff, wrong: int, right: int) -> None:
    told = ceff.taken({HEADER: many(wrong, right)})
    assert (told["set_aside"]["invalid_value"], told["stored"]["invoice"]) == (wrong, right)
