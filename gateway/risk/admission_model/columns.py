"""What the model reads of a person, as columns of numbers, each said where it comes from; nothing missing is guessed.

A group is one line of an explanation: age has four columns and is one term. Unknown age, sex or deprivation have a
column of their own, so that they count as what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MALE, FEMALE = 1, 2
_DECADE, _OLD, _YOUNG, _MIDDLE_DECILE = 10, 65, 5, 5.5
AGE = ("age_decades", "age_decades_over_65", "age_under_5", "age_unknown")
SEX = ("sex_male", "sex_unknown")
DEPRIVATION = ("deprivation", "deprivation_unknown")
REGISTER = "register_"
START = "start"


class Use(StrEnum):
    """Hospital use before the index date that the model counts; a column is the logarithm of 1 and the count."""

    EMERGENCIES = "emergencies_12"
    EMERGENCIES_BEFORE = "emergencies_24"
    ELECTIVES = "electives_12"
    DAYS = "days_12"
    ATTENDANCES = "attendances_12"
    APPOINTMENTS = "appointments_12"


LABELS = {
    START: "Starting point, the same for everybody",
    "age": "Age",
    "sex": "Sex",
    "deprivation": "Deprivation decile of the area of residence",
    Use.EMERGENCIES: "Emergency admissions in the last 12 months",
    Use.EMERGENCIES_BEFORE: "Emergency admissions 12 to 24 months ago",
    Use.ELECTIVES: "Elective admissions in the last 12 months",
    Use.DAYS: "Days in hospital in the last 12 months",
    Use.ATTENDANCES: "Emergency attendances in the last 12 months",
    Use.APPOINTMENTS: "Outpatient appointments in the last 12 months",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of many people at an index date, a person a place.

    age: years, not a number where unknown. sex: 1 male, 2 female, anything else unknown. decile: 1 most deprived, not
    a number where unknown. registers: a column for each of `names`. uses: a column for each of `counted`.
    """

    age: Floats
    sex: Integers
    decile: Floats
    names: tuple[str, ...]
    registers: NDArray[np.bool_]
    counted: tuple[Use, ...]
    uses: Integers

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.age)


def column_names(registers: Sequence[str], counted: Sequence[Use]) -> tuple[str, ...]:
    """The names of the columns, in order."""
    return (*AGE, *SEX, *DEPRIVATION, *(f"{REGISTER}{name}" for name in registers), *counted)


def group_of(column: str) -> str:
    """The term of an explanation that a column is part of."""
    return next(
        (name for name, of in (("age", AGE), ("sex", SEX), ("deprivation", DEPRIVATION)) if column in of), column
    )


def label_of(group: str, registers: Mapping[str, str]) -> str:
    """A term in words. registers: their words by code."""
    if group.startswith(REGISTER):
        code = group.removeprefix(REGISTER)
        return f"On the register: {registers.get(code, code)}"
    return LABELS[group]


def is_hospital(group: str) -> bool:
    """Whether a term comes from hospital data; all others come from the GP extract (RS-5)."""
    return group in set(Use)


def matrix(facts: Facts) -> Floats:
    """A row for each person, a column for each of `column_names`."""
    known_age, known_decile = ~np.isnan(facts.age), ~np.isnan(facts.decile)
    age, decile = np.where(known_age, facts.age, 0.0), np.where(known_decile, facts.decile, _MIDDLE_DECILE)
    made = np.empty((facts.size, len(column_names(facts.names, facts.counted))), order="F")
    single = (
        age / _DECADE,
        np.maximum(age - _OLD, 0) / _DECADE,
        known_age & (age < _YOUNG),
        ~known_age,
        facts.sex == MALE,
        (facts.sex != MALE) & (facts.sex != FEMALE),
        _MIDDLE_DECILE - decile,
        ~known_decile,
    )
    for at, values in enumerate(single):
        made[:, at] = values
    after = len(single) + len(facts.names)
    made[:, len(single) : after] = facts.registers
    made[:, after:] = np.log1p(facts.uses)
    return made
