"""Cambridge Multimorbidity Score, general outcome, 20 conditions (Payne and others 2020, CMAJ 192:E107).

From GP registers and prescriptions of twelve months. A source that is missing makes it incomplete, never lower; so
does a cancer without a day, of which five years cannot be told. Made for people of 20 and over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.risk.codes import table
from gateway.risk.methods import CAMBRIDGE
from gateway.risk.score import INCOMPLETE, NOT_APPLICABLE, Score, Term, summed, thousandths
from gateway.risk.windows import years_before

METHOD = CAMBRIDGE.key
YOUNGEST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A register that somebody stands on, and since when where it is known."""

    register: str
    first_recorded: date | None


@dataclass(frozen=True, slots=True)
class Prescribed:
    """From how many prescriptions of a class on; `unless` names a register with which it does not count."""

    medicine_class: str
    least: int
    unless: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the twenty. both: needed beside the register; alone: any is enough without it."""

    key: str
    label: str
    points: int
    registers: tuple[str, ...]
    within_years: int | None
    both: tuple[Prescribed, ...]
    alone: tuple[Prescribed, ...]


def _prescribed(key: str, role: str) -> tuple[Prescribed, ...]:
    return tuple(
        Prescribed(row["medicine_class"], int(row["least"]), row["not_on_register"])
        for row in table("cambridge_prescriptions.csv")
        if (row["key"], row["role"]) == (key, role)
    )


CONDITIONS = tuple(
    Condition(
        row["key"], row["condition"], thousandths(row["weight"]), tuple(row["registers"].split()),
        int(row["within_years"]) if row["within_years"] else None,
        _prescribed(row["key"], "with"), _prescribed(row["key"], "alone"),
    )
    for row in table("cambridge.csv")
)  # fmt: skip


def multimorbidity(
    entries: Collection[Entry] | None, issues: Mapping[str, int] | None, age: int | None, as_of: date
) -> Score:
    """The score. entries: of the GP registers; issues: prescriptions of twelve months by medicine class.

    None where the source is missing; a person without entries or issues has empty ones.
    """
    if age is None:
        return INCOMPLETE
    if age < YOUNGEST:
        return NOT_APPLICABLE
    if entries is None or issues is None or any(_cannot_be_told(condition, entries) for condition in CONDITIONS):
        return INCOMPLETE
    terms = tuple(Term(one.key, one.label, one.points) for one in CONDITIONS if _has(one, entries, issues, as_of))
    return Score(summed(terms), terms)


def _has(condition: Condition, entries: Iterable[Entry], issues: Mapping[str, int], as_of: date) -> bool:
    registers = {one.register for one in entries}
    first = years_before(as_of, condition.within_years) if condition.within_years else None
    mine = [one.first_recorded for one in entries if one.register in condition.registers]
    coded = bool(mine) if first is None else any(day > first for day in mine if day)
    treated = all(issues.get(one.medicine_class, 0) >= one.least for one in condition.both)
    alone = any(
        issues.get(one.medicine_class, 0) >= one.least and one.unless not in registers for one in condition.alone
    )
    return (coded and treated) or alone


def _cannot_be_told(condition: Condition, entries: Iterable[Entry]) -> bool:
    """A condition that counts for some years only, of which no day is known."""
    days = [one.first_recorded for one in entries if one.register in condition.registers]
    return condition.within_years is not None and bool(days) and not any(days)
