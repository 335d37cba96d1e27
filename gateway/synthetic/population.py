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
from gateway.synthetic.practices import AREAS_PER_PRACTICE, decile

FEWEST_OF_A_KIND = 14
AT_RISK_AT_LEAST = 6
GENERAL_SHARE, INFANT_SHARE = 0.8, 0.012
MIDDLE_DECILE = 5.5
RATE_OF_PLANTED, HIGHEST_RATE = 1.5, 8.0
UNTOLD_SHAPE = 1.6
PLANTED_ADMISSIONS = 2
UNUSUAL_SHARE = 0.02


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

    conditions: a row for each person, a column for each of CONDITIONS. told: the rate but for what no file tells.
    planted: emergency admissions to put into the
    last year. moved: came from, or went to, another commissioner. away: registered here, lives elsewhere. stale:
    hospitals name an old practice. odd: one of each two, where a kind has two forms.
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
    told: NDArray[np.float64]
    rate: NDArray[np.float64]
    planted: NDArray[np.int64]
    moved: NDArray[np.bool_]
    away: NDArray[np.bool_]
    stale: NDArray[np.bool_]
    odd: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.nhs_number)

    def of(self, *kinds: Kind) -> NDArray[np.bool_]:
        """Who is of one of the kinds."""
        return np.isin(self.kind, kinds)


def fewest(practices: int) -> int:
    """The fewest patients that leave room for everything that is planted."""
    return practices * AT_RISK_AT_LEAST + len(SHARES) * FEWEST_OF_A_KIND


def populate(patients: int, practices: int, as_of: date, rng: np.random.Generator) -> Population:
    """People. Raises ValueError when there are too few for what is planted."""
    _refuse_too_few(patients, practices)
    age = _ages(patients, rng)
    kind = _kinds(patients, practices, rng)
    planted = _planted(kind, practices)
    practice = _practices(planted, practices, rng)
    area = practice * AREAS_PER_PRACTICE + rng.integers(0, AREAS_PER_PRACTICE, patients)
    conditions = _conditions(age, rng)
    told = _told(age, conditions, area)
    listed, moving = kind == Kind.LISTED, np.isin(kind, (Kind.LISTED, Kind.OUT_OF_AREA))
    chance = rng.random((3, patients))
    return Population(
        as_of=as_of,
        practices=practices,
        nhs_number=nhs_numbers(patients, rng),
        kind=kind,
        age=age,
        sex=rng.integers(1, 3, patients),
        ethnic=rng.choice(5, patients, p=(0.86, 0.03, 0.05, 0.03, 0.03)),
        practice=practice,
        area=area,
        conditions=conditions,
        told=told,
        rate=_rates(told, planted, rng),
        planted=planted,
        moved=moving & (chance[0] < np.where(listed, UNUSUAL_SHARE, 0.5)),
        away=listed & (chance[1] < UNUSUAL_SHARE),
        stale=listed & (chance[2] < UNUSUAL_SHARE),
        odd=np.arange(patients) % 2 == 1,
    )


def _refuse_too_few(patients: int, practices: int) -> None:
    if patients < fewest(practices):
        raise ValueError(f"{practices} practices need at least {fewest(practices)} patients")


def _ages(patients: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A broad middle, a long tail of the old, and children."""
    general = rng.random(patients) < GENERAL_SHARE
    years = np.where(general, rng.triangular(0, 35, 90, patients), rng.normal(68, 14, patients))
    infants = rng.random(patients) < INFANT_SHARE
    return np.where(infants, 0, np.clip(years, 0, 104)).astype(np.int64)


def _kinds(patients: int, practices: int, rng: np.random.Generator) -> NDArray[np.int8]:
    kind = np.zeros(patients, dtype=np.int8)
    order, at = rng.permutation(patients), 0
    for which, share in SHARES.items():
        many = max(FEWEST_OF_A_KIND, int(patients * share))
        if which is Kind.DOUBLE and practices == 1:
            continue  # nobody can be claimed by two practices where there is one
        kind[order[at : at + many]] = which
        at += many
    return kind


def _conditions(age: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
    chance = np.stack([one.share / (1 + np.exp((one.middle_age - age) / 9)) for one in CONDITIONS], axis=1)
    found: NDArray[np.bool_] = rng.random(chance.shape) < chance
    return found


def _told(age: NDArray[np.int64], conditions: NDArray[np.bool_], area: NDArray[np.int64]) -> NDArray[np.float64]:
    """Emergency admissions a year by age, conditions and deprivation."""
    logarithm = -3.9 + 0.014 * age + 0.45 * conditions.sum(axis=1) + 0.05 * (MIDDLE_DECILE - decile(area))
    rate: NDArray[np.float64] = np.exp(logarithm)
    return rate


def _rates(told: NDArray[np.float64], planted: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Emergency admissions a year: what the files tell of, times what no file tells."""
    untold = rng.gamma(UNTOLD_SHAPE, 1 / UNTOLD_SHAPE, len(told))
    rate = np.minimum(untold * told, HIGHEST_RATE)
    raised: NDArray[np.float64] = np.where(planted == PLANTED_ADMISSIONS, np.maximum(rate, RATE_OF_PLANTED), rate)
    return raised


def _planted(kind: NDArray[np.int8], practices: int) -> NDArray[np.int64]:
    """Two admissions for six people of each practice, one for everyone whose kind only a hospital row shows."""
    planted = np.isin(kind, [*(set(SHARES) - {Kind.DEDUCTED})]).astype(np.int64)
    planted[np.flatnonzero(kind == Kind.LISTED)[: practices * AT_RISK_AT_LEAST]] = PLANTED_ADMISSIONS
    return planted


def _practices(planted: NDArray[np.int64], practices: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Practices of unequal size; those with two planted admissions are spread evenly."""
    weights = np.linspace(0.6, 1.4, practices)
    practice = rng.choice(practices, len(planted), p=weights / weights.sum()).astype(np.int64)
    risky = np.flatnonzero(planted > 1)
    practice[risky] = np.arange(len(risky)) % practices
    return practice
