"""Invoices with backing data, the SUS+ rows behind them, the lists they are checked against, and what is wrong where.

One invoice for a provider, a month and a basis. Everything is right but what `lines` of truth.json names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from gateway.intake.layouts import layout
from gateway.synthetic import invoice_prices as prices
from gateway.synthetic.invoice_activity import APC, EC, OP, Billed, Care, Row, billed
from gateway.synthetic.invoice_plants import Planted, agreed, plants
from gateway.synthetic.invoice_references import CONTRACTED, budgets, financial_year, references
from gateway.synthetic.numbers import nhs_numbers
from gateway.synthetic.practices import HERE, participating_practices

Lines = dict[str, list[str]]
PEOPLE = 5_000
LATE_DAYS = 1_100
ORDINARY = (
    ("NEL", "XX01A", 6), ("NEL", "XX02Z", 10), ("NEL", "XX03Z", 4), ("NELST", "XX01A", 1), ("NELST", "XX02Z", 0),
    ("EL", "XX02Z", 2), ("EL", "XX06Z", 3), ("DC", "XX02Z", 0), ("DC", "XX01A", 0), ("UNBOTHER", prices.UNBUNDLED, 3),
    ("OPFASPCL", prices.FIRST, 0), ("OPFUPSPCL", prices.FOLLOW_UP, 0), ("OPFUPSPCL", prices.FOLLOW_UP, 0),
    ("AE", prices.EMERGENCY, 0), ("AE", prices.EMERGENCY, 0), ("DRUG", prices.DRUG, 0),
)  # fmt: skip
MONTHS_BACK = (8, 7, 6, 5, 4)


@dataclass(slots=True)
class Invoice:
    """A header to be and its lines. planted: checks whose fault is the header's."""

    number: str
    provider: str
    month: date
    basis: str
    sent: date
    lines: list[Billed] = field(default_factory=list)
    planted: tuple[str, ...] = ()


class Ward:
    """Where activity comes from: each time another patient, in a month that is given."""

    def __init__(self, practices: int, rng: np.random.Generator) -> None:
        self._numbers = nhs_numbers(PEOPLE, rng)
        self._practices = participating_practices(practices)
        self._rng, self._next = rng, 0

    def care(self, where: Invoice, pod: str, hrg: str, stay: int, service_line: str = "") -> Care:
        """Activity of the invoice's provider that begins and ends within its month."""
        self._next += 1
        starts = where.month + timedelta(days=int(self._rng.integers(0, 14)) + 2)
        practice = self._practices[int(self._rng.integers(0, len(self._practices)))]
        number = int(self._numbers[self._next])
        return Care(self._next, number, practice, where.provider, starts, pod, hrg, stay, service_line)


def write(out: Path, practices: int, as_of: date, seed: int) -> Lines:
    """Every file of the invoices' door, below `out`; what is planted, by "invoice/line" and "invoice/"."""
    ward = Ward(practices, np.random.default_rng([seed, 1]))
    invoices = list(_invoices(ward, as_of))
    history = _repeats(invoices)
    headers = [_header(invoice) for invoice in invoices]
    short = [invoice.number for invoice in invoices if "IV-30" in invoice.planted]
    files = references(practices, as_of)
    files |= {"a1_invoice_header": headers, "a2_backing_data": list(_lines(invoices)), "d7_activity_history": history}
    files |= {"d6_budget": budgets(headers, short)}
    files |= {name: _sus(invoices, name, as_of) for name in (APC, OP, EC)}
    for name, rows in files.items():
        _write(out / f"{name}.csv", name, rows)
    return _told(invoices)


def _invoices(ward: Ward, as_of: date) -> Iterator[Invoice]:
    """Ordinary months with planted lines among them; then those whose fault is of the whole invoice."""
    months = [_month(as_of, back) for back in MONTHS_BACK]
    ordinary = [
        Invoice(_number(provider, month, 1), provider, month, basis, _sent(month))
        for provider, basis in (("ZZ1", "CONTRACT"), ("ZZ2", "CONTRACT"), ("ZZ9", "NCA"))
        for month in months
    ]
    for invoice in ordinary:
        invoice.lines = [billed(ward.care(invoice, *what)) for what in ORDINARY]
        invoice.planted = ("IV-30",) if invoice.month == months[0] else ()
        if invoice.provider == prices.TOP_UP_PROVIDER:
            invoice.lines += _particular(ward, invoice)
    block = Invoice(_number("ZZ3", months[1], 1), "ZZ3", months[1], "NCA", _sent(months[1]))
    _plant(ward, [one for one in ordinary if one.provider in CONTRACTED and not one.planted], block)
    yield from ordinary
    yield block
    yield from _whole(ward, months, as_of)


def _particular(ward: Ward, invoice: Invoice) -> list[Billed]:
    """Right lines that need something beyond the ordinary: a top-up, a prior approval."""
    topped = billed(ward.care(invoice, "EL", "XX02Z", 4, prices.TOP_UP_SERVICE))
    allowed = billed(ward.care(invoice, "EL", "XX99Z", 2))
    agreed(allowed)
    return [topped, allowed]


def _plant(ward: Ward, among: Sequence[Invoice], block: Invoice) -> None:
    """Each planted line on an invoice of its provider, by turns."""
    for turn, plant in enumerate(plants()):
        able = [one for one in (*among, block) if one.provider == (plant.provider or one.provider)]
        able = [one for one in able if plant.provider or one is not block]
        invoice = able[turn % len(able)]
        invoice.lines.append(_faulty(ward, invoice, plant))


def _faulty(ward: Ward, invoice: Invoice, plant: Planted) -> Billed:
    one = billed(ward.care(invoice, plant.pod, plant.hrg, plant.stay))
    plant.fault(one)
    one.planted = (plant.check,)
    return one


def _whole(ward: Ward, months: Sequence[date], as_of: date) -> Iterator[Invoice]:
    """Not non-contract activity at all; long past the window; a header that does not add up."""
    uncovered = Invoice(_number("ZZ1", months[1], 2), "ZZ1", months[1], "NCA", _sent(months[1]))
    old = _month(as_of - timedelta(days=LATE_DAYS), 0)
    late = Invoice(_number("ZZ2", old, 1), "ZZ2", old, "CONTRACT", _sent(months[-1]))
    for invoice, check in ((uncovered, "IV-07"), (late, "IV-21")):
        for stay in (2, 3, 4):
            invoice.lines.append(_faulty(ward, invoice, Planted(check, _as_it_is, stay=stay)))
        yield invoice
    for at in (1, 2, 3):
        invoice = Invoice(_number("ZZ9", months[at], 2), "ZZ9", months[at], "NCA", _sent(months[at]))
        invoice.lines = [billed(ward.care(invoice, *what)) for what in ORDINARY[:4]]
        invoice.planted = ("IV-02",)
        yield invoice


def _as_it_is(_of: Billed) -> None:
    """The invoice that it stands on is the fault."""


def _repeats(invoices: Sequence[Invoice]) -> list[Row]:
    """Activity billed before: three times in the history, once on the same invoice, once on an earlier one."""
    first, later = [one for one in invoices if one.provider == "ZZ2"][1:3]
    for source in (first.lines[0], later.lines[1]):
        later.lines.append(Billed(dict(source.line), planted=("IV-09",)))
    paid = later.lines[2:5]
    for one in paid:
        one.planted = ("IV-09",)
    return [
        {name: one.line.get(name) for name in layout("d7_activity_history").header} | {"source": "SLAM"} for one in paid
    ]


def _lines(invoices: Iterable[Invoice]) -> Iterator[Row]:
    for invoice in invoices:
        for number, one in enumerate(invoice.lines, start=1):
            yield one.line | {"invoice_number": invoice.number, "invoice_line_number": number}


def _header(invoice: Invoice) -> Row:
    net = sum((one.line["line_amount"] for one in invoice.lines), Decimal(0))
    vat, over = Decimal(0), Decimal(0)
    if "IV-02" in invoice.planted:
        vat, net, over = _not_adding_up(invoice, net)
    return {
        "invoice_number": invoice.number,
        "invoice_type": "INVOICE",
        "invoice_date": invoice.sent,
        "organisation_identifier_code_of_provider": invoice.provider,
        "organisation_identifier_code_of_commissioner": HERE,
        "financial_year": financial_year(invoice.month),
        "financial_month": (invoice.month.month - 4) % 12 + 1,
        "contract_basis": invoice.basis,
        "invoice_net_amount": net,
        "vat_amount": vat,
        "invoice_gross_amount": net + vat + over,
        "line_count": len(invoice.lines),
        "date_and_time_data_set_created": f"{invoice.sent}T09:30:00",
    }


def _not_adding_up(invoice: Invoice, net: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """VAT, net and what gross has too much: VAT on healthcare, lines that make another sum, or a wrong gross."""
    kinds = (
        (Decimal(20), net, Decimal(0)),
        (Decimal(0), net + 40, Decimal(0)),
        (Decimal(0), net, Decimal(30)),
    )
    return kinds[invoice.month.month % len(kinds)]


def _sus(invoices: Iterable[Invoice], name: str, as_of: date) -> list[Row]:
    return [
        row | {"extract_date": as_of}
        for invoice in invoices
        for one in invoice.lines
        for kind, row in one.sus
        if kind == name
    ]


def _told(invoices: Iterable[Invoice]) -> Lines:
    told: Lines = {}
    for invoice in invoices:
        if invoice.planted:
            told[f"{invoice.number}/"] = list(invoice.planted)
        told |= {
            f"{invoice.number}/{number}": list(one.planted)
            for number, one in enumerate(invoice.lines, start=1)
            if one.planted
        }
    return told


def _write(path: Path, name: str, rows: Sequence[Row]) -> None:
    """Every value as text: dates as they are, money with its pence."""
    header = layout(name).header
    columns = {column: [_text(row.get(column)) for row in rows] for column in header}
    pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)).write_csv(path)


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _month(as_of: date, back: int) -> date:
    """The first day of the month so many months before."""
    months = as_of.year * 12 + as_of.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _sent(month: date) -> date:
    return _month(month, -1) + timedelta(days=14)


def _number(provider: str, month: date, which: int) -> str:
    return f"{provider}M{month:%y%m}N{which:03d}"
