"""Stage 1: each field by its layout and the layout's own rules; rows that break one are set aside with the reason.

More than 1 % of a file's rows and more than 50 of them invalid refuse the file whole. A GP file with a type 1
objection is refused as a breach (RS-10, RS-13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake.layouts import Field, Layout
from gateway.intake.reading_files import BadRow, Delivery

REASON = "reason"
ROWS = "rows"  # of a reduced frame: how many of the file's rows one stands for
INVALID_VALUE, INVALID_NUMBER, UNTRACED = "invalid_value", "invalid_number", "untraced"
RESTRICTED, DUPLICATE, SUPERSEDED = "restricted", "duplicate", "superseded"
MOST_INVALID, MOST_INVALID_SHARE = 50, 0.01
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_YES = ("true", "1", "yes", "y", "t")
_FIRST_YEAR = 1900
_SHAPES = {
    "int": r"^[+-]?[0-9]+$", "decimal": r"^[+-]?[0-9]+(\.[0-9]+)?$", "money": r"^[+-]?[0-9]+(\.[0-9]+)?$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "bool": "",
}  # fmt: skip
_KINDS = {"int": "a whole number", "date": "a date from 1900 on, YYYY-MM-DD", "bool": "true or false"}
_WEIGHTS = range(10, 1, -1)
FORMULA = ("=", "+", "@", "-")
Keep = Callable[[pl.DataFrame], pl.DataFrame]
MANY = 2_000_000  # rows that are kept before they are put together


class TypeOneObjection(DeliveryRefused):
    """A GP file holds a type 1 objection: it should never have been sent."""

    public = "The file holds a type 1 objection and was refused whole. This is a breach to report."


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one layout: the column it is told of, its words, and the rows that break it."""

    column: str
    words: str
    broken: pl.Expr


@dataclass(frozen=True, slots=True)
class Received:
    """A file's rows, typed, each with a reason ('' where it goes on); bad: the report of invalid values."""

    frame: pl.DataFrame
    bad: tuple[BadRow, ...]


class Receiving:
    """Takes a file of one layout piece by piece: each row typed, with its reason, and told where it is invalid.

    keep: what is left of a piece when it has been looked at; by default all of it. merge: makes fewer rows of those
    whenever there are more than `many`.
    """

    def __init__(
        self,
        layout: Layout,
        rules: tuple[Rule, ...],
        keep: Keep | None = None,
        merge: Keep | None = None,
        many: int = MANY,
    ) -> None:
        """Nothing taken yet."""
        self._text = [_text(field) for field in layout.fields]
        self._typed = [_typed(field) for field in layout.fields]
        self._checks = [
            *(Rule(field.name, words, broken) for field in layout.fields for words, broken in _field_rules(field)),
            *rules,
        ]
        self._keep, self._merge, self._many = keep, merge, many
        self._kept: list[pl.DataFrame] = []
        self._broken: list[tuple[int, int]] = []
        self._rows = 0

    def add(self, piece: pl.DataFrame) -> None:
        """One more piece."""
        text = piece.with_columns(self._text)
        typed = text.with_columns(self._typed)
        both = text.with_columns(typed.select(pl.all().exclude("line").name.prefix("typed:")))
        wrong = both.lazy().select(pl.any_horizontal(rule.broken.fill_null(value=False) for rule in self._checks))
        is_wrong = wrong.collect().to_series()
        which = first_of({str(number): rule.broken for number, rule in enumerate(self._checks)})
        found = both.filter(is_wrong).select("line", which.cast(pl.Int64))
        self._broken += found.iter_rows()
        reason = pl.when(is_wrong).then(pl.lit(INVALID_VALUE)).otherwise(pl.lit("")).alias(REASON)
        frame = typed.with_columns(reason)
        self._rows += len(frame)
        self._kept.append(self._keep(frame) if self._keep else frame)
        if self._merge and sum(map(len, self._kept)) > self._many:
            self._kept = [self._merge(pl.concat(self._kept))]

    def received(self, file: str) -> Received:
        """The whole file, as it is called. Raises DeliveryRefused when too many of its rows are invalid."""
        if len(self._broken) > MOST_INVALID and len(self._broken) > self._rows * MOST_INVALID_SHARE:
            told = "\n".join(map(str, self._told(file)))
            raise DeliveryRefused(
                f"{file}: {len(self._broken)} of {self._rows} rows are invalid: have it mended\n{told}"
            )
        whole = pl.concat(self._kept, rechunk=True)
        return Received(whole, tuple(self._told(file)))

    def _told(self, file: str) -> Iterable[BadRow]:
        for line, number in self._broken:
            yield BadRow(file, line, self._checks[number].column, self._checks[number].words)


def receive(delivery: Delivery, layout: Layout, rules: tuple[Rule, ...]) -> Received:
    """Types and rules of a file that is held whole. Raises DeliveryRefused when too many values are invalid."""
    receiving = Receiving(layout, rules)
    receiving.add(delivery.frame)
    return receiving.received(delivery.file)


def first_of(reasons: Mapping[str, pl.Expr]) -> pl.Expr:
    """The first reason whose rows hold, '' where none does."""
    chosen = pl.lit("")
    for reason, broken in reversed(list(reasons.items())):
        chosen = pl.when(broken.fill_null(value=False)).then(pl.lit(reason)).otherwise(chosen)
    return chosen


def set_aside(frame: pl.DataFrame, reason: str, rows: pl.Expr) -> pl.DataFrame:
    """Give rows that still go on a reason to stay behind."""
    here = (pl.col(REASON) == "") & rows.fill_null(value=False)
    return frame.with_columns(pl.when(here).then(pl.lit(reason)).otherwise(pl.col(REASON)).alias(REASON))


def numbers_checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Blank numbers are untraced; wrong check digits invalid (NHS Data Dictionary, NHS NUMBER)."""
    frame = set_aside(frame, UNTRACED, pl.col("NHS_Number") == "")
    return set_aside(frame, INVALID_NUMBER, ~valid_number(pl.col("NHS_Number")))


def valid_number(column: pl.Expr) -> pl.Expr:
    """Whether text is ten digits, not all the same, with the right modulus-11 check digit."""
    digits = column.cast(pl.Int64, strict=False)
    total = pl.lit(0, dtype=pl.Int64)
    for at, weight in enumerate(_WEIGHTS):
        total = total + digits // 10 ** (9 - at) % 10 * weight
    check = (11 - total % 11) % 11
    shape = column.str.contains(r"^[0-9]{10}$") & (digits % 1_111_111_111 != 0)
    return (shape & (check < 10) & (check == digits % 10)).fill_null(value=False)  # noqa: PLR2004 a remainder of 10 is no digit


def duplicates(frame: pl.DataFrame, ident: str) -> pl.DataFrame:
    """The same record again, in one file or several: the first stands."""
    first = pl.col("at").filter(pl.col(REASON) == "").first().over(ident)
    return set_aside(frame.with_row_index("at"), DUPLICATE, pl.col("at") > first).drop("at")


def superseded(frame: pl.DataFrame, key: list[str], ident: str) -> pl.DataFrame:
    """An earlier state of the same thing: the highest record number stands."""
    live = pl.col(REASON) == ""
    newest = pl.col(ident).filter(live).max().over(key)
    return set_aside(frame, SUPERSEDED, live & (pl.col(ident) < newest))


def refuse_type_one(file: str, piece: pl.DataFrame) -> None:
    """Raises TypeOneObjection, whatever else is wrong with the file. piece: its rows as text."""
    found = piece.filter(pl.col("Type1_Objection").str.strip_chars().str.to_lowercase().is_in(_YES))
    if len(found):
        where = BadRow(file, found["line"][0], "Type1_Objection", "a type 1 objection: report the breach")
        raise TypeOneObjection(str(where))


def _text(field: Field) -> pl.Expr:
    """What every check begins with, made once: no space around it, and true and false in small letters."""
    text = pl.col(field.name).str.strip_chars()
    return text.str.to_lowercase() if field.type == "bool" else text


def _typed(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    if field.type == "int":
        return column.cast(pl.Int64, strict=False)
    if field.type in {"decimal", "money"}:
        return column.cast(pl.Float64, strict=False)
    if field.type == "date":
        return column.str.to_date("%Y-%m-%d", strict=False)
    if field.type == "bool":
        known = (
            pl.when(column.is_in(_TRUE)).then(pl.lit(value=True)).when(column.is_in(_FALSE)).then(pl.lit(value=False))
        )
        return known.alias(field.name)
    return column


def _field_rules(field: Field) -> list[tuple[str, pl.Expr]]:
    raw, typed = pl.col(field.name), pl.col(f"typed:{field.name}")
    rules = []
    if field.type in _SHAPES:
        shape = _SHAPES[field.type]
        wrong = typed.is_null() | ~raw.str.contains(shape) if shape else typed.is_null()
        early = typed.dt.year() < _FIRST_YEAR if field.type == "date" else pl.lit(value=False)
        rules.append((f"has to be {_KINDS.get(field.type, 'a number')}", (raw != "") & (wrong | early)))
    else:
        begins = pl.any_horizontal(raw.str.starts_with(sign) for sign in FORMULA)
        rules.append(("must not begin as a formula does", begins))
    if field.longest and field.name != "NHS_Number":
        rules.append((f"has at most {field.longest} characters", raw.str.len_chars() > field.longest))
    if field.required and field.name != "NHS_Number":
        rules.append(("has to be there", raw == ""))
    return rules


def not_after(column: str, last: date) -> Rule:
    """A day that has not come yet."""
    return Rule(column, "must not lie in the future", pl.col(f"typed:{column}") > last)


def one_of(column: str, allowed: frozenset[str]) -> Rule:
    """A code that is not on the list; blank is allowed where the layout allows it."""
    raw = pl.col(column).str.strip_chars()
    return Rule(column, f"has to be one of {', '.join(sorted(allowed))}", (raw != "") & ~raw.is_in(sorted(allowed)))
