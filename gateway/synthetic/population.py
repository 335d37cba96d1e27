"""Invented people: age, sex, practice, long-term conditions, a latent rate of emergency admission, and a kind.

The kind is planted truth: who is on a list, and why everybody else is not. One kind a person, so that no row has two
reasons for being set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gateway.synthetic.conditions import CONDITIONS
from gateway.synthetic.numbers import nhs_numbers

FEWEST_OF_A_KIND = 14
AT_RISK_AT_LEAST = 6


class Kind(IntEnum):
    """What a person is to the pipeline."""

    LISTED = 0
    DEAD = 1
    DEDUCTED = 2
    DOUBLE = 3
    OBJECTOR = 4
    NOT_PARTICIPATING = 5
    HOSPITAL_ONLY = 6
    NO_PRACTICE = 7
    OUT_OF_AREA = 8


SHARES = {
    Kind.DEAD: 0.004,
    Kind.DEDUCTED: 0.006,
    Kind.DOUBLE: 0.001,
    Kind.OBJECTOR: 0.01,
    Kind.NOT_PARTICIPATING: 0.015,
    Kind.HOSPITAL_ONLY: 0.006,
    Kind.NO_PRACTICE: 0.001,
    Kind.OUT_OF_AREA: 0.004,
}
IN_GP_EXTRACT = (Kind.LISTED, Kind.DEAD, Kind.DEDUCTED, Kind.DOUBLE, Kind.OBJECTOR, Kind.NOT_PARTICIPATING)


@dataclass(frozen=True, slots=True)
class Population:
    """Arrays of one length, a person a place. practice and area are indexes; rate is emergency admissions a year.

    conditions: a row for each person, a column for each of CONDITIONS: whether on the register. planted: emergency admissions to put into the last year.
    """

    as_of: date
    practices: int
    nhs_number: NDArray[np.int64]
    kind: NDArray[np.int8]
    age: NDArray[np.int64]
    sex: NDArray[np.int64]
    ethnic: NDArray[np.int64]
    practice: NDArray[np.int64]
    area: NDArray[np.int64]
    conditions: NDArray[np.bool_]
    rate: NDArray[np.float64]
    planted: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.nhs_number)

    def of(self, *kinds: Kind) -> NDArray[np.bool_]:
        """Who is of one of the kinds."""
        return np.isin(self.kind, kinds)


def fewest(practices: int) -> int:
    """The fewest patients that leave room for everything that is planted."""
    return practices * AT_RISK_AT_LEAST * 2 + len(SHARES) * FEWEST_OF_A_KIND * 2


def populate(patients: int, practices: int, as_of: date, rng: np.random.Generator) -> Population:
    """People. Raises ValueError when there are too few for what is planted."""
    if patients < fewest(practices):
        raise ValueError(f"{practices} practices need at least {fewest(practices)} patients")
    age = np.clip(
        np.where(rng.random(patients) < 0.8, rng.triangular(0, 35, 90, patients), rng.normal(68, 14, patients)), 0, 104
    )
    age = age.astype(np.int64)
    kind = _kinds(patients, rng)
    practice = rng.integers(0, practices, patients)
    conditions = _conditions(age, rng)
    frailty = rng.gamma(0.8, 1 / 0.8, patients)
    rate = np.minimum(frailty * np.exp(-3.75 + 0.012 * age + 0.42 * conditions.sum(axis=1)), 8.0)
    return Population(
        as_of=as_of,
        practices=practices,
        nhs_number=nhs_numbers(patients, rng),
        kind=kind,
        age=age,
        sex=rng.integers(1, 3, patients),
        ethnic=rng.choice(5, patients, p=(0.86, 0.03, 0.05, 0.03, 0.03)),
        practice=practice,
        area=practice * 4 + rng.integers(0, 4, patients),
        conditions=conditions,
        rate=rate,
        planted=_planted(kind, practice, practices),
    )


def _kinds(patients: int, rng: np.random.Generator) -> NDArray[np.int8]:
    kind = np.zeros(patients, dtype=np.int8)
    order, at = rng.permutation(patients), 0
    for which, share in SHARES.items():
        many = max(FEWEST_OF_A_KIND, int(patients * share))
        kind[order[at : at + many]] = which
        at += many
    return kind


def _conditions(age: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
    chance = np.stack([one.share / (1 + np.exp((one.middle_age - age) / 9)) for one in CONDITIONS], axis=1)
    return rng.random(chance.shape) < chance


def _planted(kind: NDArray[np.int8], practice: NDArray[np.int64], practices: int) -> NDArray[np.int64]:
    """Six people at risk in each practice at any size, and an admission for everyone whose kind only hospital rows show."""
    planted = np.zeros(len(kind), dtype=np.int64)
    for which in range(practices):
        listed = np.flatnonzero((kind == Kind.LISTED) & (practice == which))[:AT_RISK_AT_LEAST]
        planted[listed] = 2
    for which_kind in (
        Kind.HOSPITAL_ONLY,
        Kind.NO_PRACTICE,
        Kind.OUT_OF_AREA,
        Kind.OBJECTOR,
        Kind.DOUBLE,
        Kind.NOT_PARTICIPATING,
    ):
        planted[kind == which_kind] = 1
    return planted
