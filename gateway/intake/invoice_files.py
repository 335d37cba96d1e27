"""The files of the CEfF's door: which layout each has, the rules of its rows, money as whole pence.

A column with a birth date or a postcode is lost here, before its values are looked at, and counted (IV-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake.layouts import Layout, layout
from gateway.intake.reading_files import BadRow, Delivery, header_of, open_delivery
from gateway.intake.receive import Rule, not_after, one_of, receive
from gateway.invoices.money import FACTOR, POUNDS
from gateway.invoices.personal_data import personal_columns
from gateway.invoices.points_of_delivery import APC, EC, OP

HEADER, BACKING, PRACTICES = "a1_invoice_header", "a2_backing_data", "c5_practice_commissioner"
SUS = {"b1_sus_apc_spell": APC, "b2_sus_op": OP, "b3_sus_ec": EC}
PROVIDER = "organisation_identifier_code_of_provider"
COMMISSIONER = "organisation_identifier_code_of_commissioner"
STARTS = {APC: "start_date_hospital_provider_spell", OP: "appointment_date", EC: "arrival_date"}
ENDS = {APC: "discharge_date_hospital_provider_spell"}
IDENTIFIER = {APC: "hospital_provider_spell_number", OP: "attendance_identifier", EC: "attendance_identifier"}
TYPES = frozenset({"INVOICE", "CREDIT"})
MONTHS, LINES = (1, 12), (1, 999_999)
CODE = r"^[A-Z0-9]{3,6}$"
TAKEN_BACK = frozenset({"contract_monitoring_actual_activity", "excess_bed_days"})  # a credit counts them below nothing
_INVOICE_NUMBER = r"^[A-Z0-9]{1,30}$"
_SHAPES = {
    "money": (POUNDS, "has to be pounds with at most 2 decimals"),
    "decimal": (FACTOR, "has to be a factor with at most 6 decimals"),
}


@dataclass(frozen=True, slots=True)
class InvoiceFiles:
    """Paths of one delivery, of what has come; reference: a folder with the list of practices, or None."""

    invoices: tuple[Path, ...] = ()
    backing: tuple[Path, ...] = ()
    sus: tuple[Path, ...] = ()
    reference: Path | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A file after its first look: its rows, typed, each with a reason or ''. lost: columns that were not taken."""

    layout: str
    delivery: Delivery
    frame: pl.DataFrame
    bad: tuple[BadRow, ...]
    lost: int


def take(path: Path, name: str, today: date) -> Taken:
    """Read one file of a named layout. Raises DeliveryRefused."""
    of = layout(name)
    lost = tuple(column for column in personal_columns(header_of(path)) if column not in of.header)
    delivery = open_delivery(path, of, dropped=frozenset(lost))
    if not delivery.rows:
        raise DeliveryRefused(f"{path.name}: has nothing below its header: leave it out, or have it sent whole")
    received = receive(delivery, _with_any_number(of), (*_rules_of_type(of), *RULES[name](today)))
    return Taken(name, delivery, received.frame.with_columns(_whole(delivery.frame, of)), received.bad, len(lost))


def take_sus(paths: Sequence[Path], today: date) -> list[Taken]:
    """SUS+ files, each recognised by its header. Raises DeliveryRefused."""
    return [take(path, _sus_layout(path), today) for path in paths]


def practices_of(folder: Path) -> tuple[Taken, ...]:
    """The list of practices with their commissioners, from the folder of reference files. Raises DeliveryRefused."""
    path = folder / f"{PRACTICES}.csv"
    if not path.is_file():
        raise DeliveryRefused(f"{folder.name} holds no {path.name}: add it, or leave --reference out")
    return (take(path, PRACTICES, date.max),)


def _sus_layout(path: Path) -> str:
    header = header_of(path)
    kept = set(header) - set(personal_columns(header))
    for name in SUS:
        if kept == set(layout(name).header):
            return name
    raise DeliveryRefused(f"{path.name}: line 1: not one of layouts {', '.join(SUS)}: send one as it is laid out")


def _header_rules(today: date) -> tuple[Rule, ...]:
    month = pl.col("typed:financial_month")
    return (
        not_after("invoice_date", today),
        one_of("invoice_type", TYPES),
        _shape("invoice_number", _INVOICE_NUMBER, "has to be 1 to 30 upper case letters or digits"),
        _shape("original_invoice_number", _INVOICE_NUMBER, "has to be 1 to 30 upper case letters or digits"),
        _shape("financial_year", r"^[0-9]{4}/[0-9]{2}$", "has to be a year as 2018/19"),
        Rule("financial_month", "has to be 1 to 12", ~month.is_between(*MONTHS)),
        Rule("line_count", "has to be at most 999,999", pl.col("typed:line_count") > LINES[1]),
        _organisation(PROVIDER),
        _organisation(COMMISSIONER),
    )


def _backing_rules(today: date) -> tuple[Rule, ...]:
    return (
        not_after("activity_start_date", today),
        not_after("activity_end_date", today),
        _not_before("activity_end_date", "activity_start_date"),
        Rule("invoice_line_number", "has to be 1 to 999,999", ~pl.col("typed:invoice_line_number").is_between(*LINES)),
        _shape("invoice_number", _INVOICE_NUMBER, "has to be 1 to 30 upper case letters or digits"),
        _organisation(PROVIDER),
    )


def _spell_rules(today: date) -> tuple[Rule, ...]:
    ended = "discharge_date_hospital_provider_spell"
    return (*_sus_rules(APC, today), not_after(ended, today), _not_before(ended, STARTS[APC]))


def _outpatient_rules(today: date) -> tuple[Rule, ...]:
    return _sus_rules(OP, today)


def _emergency_rules(today: date) -> tuple[Rule, ...]:
    return _sus_rules(EC, today)


def _sus_rules(kind: str, today: date) -> tuple[Rule, ...]:
    return (not_after(STARTS[kind], today), not_after("extract_date", today), _organisation(PROVIDER))


def _no_rules(_today: date) -> tuple[Rule, ...]:
    return ()


RULES = {
    HEADER: _header_rules,
    BACKING: _backing_rules,
    "b1_sus_apc_spell": _spell_rules,
    "b2_sus_op": _outpatient_rules,
    "b3_sus_ec": _emergency_rules,
    PRACTICES: _no_rules,
}


def _with_any_number(of: Layout) -> Layout:
    """An NHS number is judged by its check digit, spaces and hyphens aside, and not by its length."""
    fields = (replace(field, type="text") if field.name == "nhs_number" else field for field in of.fields)
    return Layout(of.name, tuple(fields))


def _rules_of_type(of: Layout) -> list[Rule]:
    shapes = [_shape(field.name, *_SHAPES[field.type]) for field in of.fields if field.type in _SHAPES]
    counts = [field.name for field in of.fields if field.type == "int" and field.name not in TAKEN_BACK]
    return shapes + [Rule(name, "must not be negative", pl.col(f"typed:{name}") < 0) for name in counts]


def _whole(raw: pl.DataFrame, of: Layout) -> list[pl.Series]:
    """Money as pence and factors as millionths, of the text itself; null where blank or against the rule."""
    digits = {"money": 2, "decimal": 6}
    found = [(field.name, digits[field.type]) for field in of.fields if field.type in digits]
    return [raw.select(whole(pl.col(name), places).alias(name))[name] for name, places in found]


def whole(column: pl.Expr, places: int) -> pl.Expr:
    """Decimal text times ten to the power `places`, exactly; null where it is no such text."""
    text = column.str.strip_chars()
    after = text.str.extract(r"\.([0-9]+)$").fill_null("").str.pad_end(places, "0").cast(pl.Int64, strict=False)
    size = text.str.extract(r"^-?([0-9]+)").cast(pl.Int64, strict=False) * 10**places + after
    right = text.str.contains(POUNDS if places == 2 else FACTOR)  # noqa: PLR2004 pence
    return pl.when(right).then(pl.when(text.str.starts_with("-")).then(-size).otherwise(size))


def _shape(column: str, pattern: str, words: str) -> Rule:
    raw = pl.col(column).str.strip_chars()
    return Rule(column, words, (raw != "") & ~raw.str.contains(pattern))


def _organisation(column: str) -> Rule:
    return _shape(column, CODE, "has to be an organisation code")


def _not_before(column: str, other: str) -> Rule:
    return Rule(column, f"must not lie before {other}", pl.col(f"typed:{column}") < pl.col(f"typed:{other}"))
