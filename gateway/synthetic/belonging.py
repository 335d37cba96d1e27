"""Where invented people are registered and live, and what hospital rows say of it, which is not always the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.synthetic.population import Kind, Population
from gateway.synthetic.practices import (
    AREA_ELSEWHERE,
    ELSEWHERE,
    HERE,
    NO_PRACTICE,
    NOT_PARTICIPATING,
    OUT_OF_AREA,
    areas,
    participating_practices,
)

MOVED_DAYS = 400


@dataclass(frozen=True, slots=True)
class Belonging:
    """What hospital rows say of practice, small area, commissioner and residence, row by row."""

    practice: NDArray[np.str_]
    area: NDArray[np.str_]
    commissioner: NDArray[np.str_]
    residence: NDArray[np.str_]


def belonging(people: Population, who: NDArray[np.int64], ago: NDArray[np.int64]) -> Belonging:
    """As it was on the day: whoever moved in or out of the area was on the other side of its border before."""
    elsewhere = people.of(Kind.OUT_OF_AREA)[who] ^ (people.moved[who] & (ago > MOVED_DAYS))
    residence = np.where(elsewhere | people.away[who], ELSEWHERE, HERE)
    return Belonging(
        practice=np.where(elsewhere, OUT_OF_AREA, named_practices(people)[who]),
        area=np.where(elsewhere, AREA_ELSEWHERE, area_codes(people)[who]),
        commissioner=np.where(elsewhere, ELSEWHERE, HERE),
        residence=residence,
    )


def practice_codes(people: Population) -> NDArray[np.str_]:
    """The practice that each person is registered with."""
    codes = np.array(participating_practices(people.practices), dtype="U6")[people.practice]
    codes[people.of(Kind.NOT_PARTICIPATING)] = NOT_PARTICIPATING
    return codes


def named_practices(people: Population) -> NDArray[np.str_]:
    """The practice that hospital rows name: none, one elsewhere, or an old one, where that is planted."""
    codes = practice_codes(people)
    nobody = people.of(Kind.NO_PRACTICE)
    codes[nobody] = np.array(NO_PRACTICE)[people.practice[nobody] % len(NO_PRACTICE)]
    codes[people.of(Kind.HOSPITAL_ONLY) & people.odd] = OUT_OF_AREA
    codes[people.stale & people.odd] = NO_PRACTICE[0]
    before = people.stale & ~people.odd
    codes[before] = earlier_practices(people)[before]
    return codes


def earlier_practices(people: Population) -> NDArray[np.str_]:
    """The practice that somebody who changed practices left."""
    return np.roll(participating_practices(people.practices), 1)[people.practice]


def area_codes(people: Population) -> NDArray[np.str_]:
    """Each person's LSOA of residence."""
    codes = np.array(areas(people.practices), dtype="U9")[people.area]
    codes[people.away] = AREA_ELSEWHERE
    return codes
