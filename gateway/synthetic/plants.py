"""Rows that a right intake sets aside, planted as copies of right rows: one fault a row, each reason counted.

Every copy has a number of its own (record and spell), so that leaving it out changes nobody's score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from gateway.synthetic.numbers import with_wrong_check_digit
from gateway.synthetic.population import Kind, Population

SET_ASIDE_BY_KIND = {
    Kind.OBJECTOR: "objection",
    Kind.OUT_OF_AREA: "out_of_area",
    Kind.NO_PRACTICE: "no_practice",
    Kind.NOT_PARTICIPATING: "not_participating",
}
REASONS = (
    "objection", "out_of_area", "restricted", "untraced", "invalid_number", "no_practice", "not_participating",
    "duplicate", "superseded", "invalid_value",
)  # fmt: skip
PLANTED_IDENT = 90_000_000
Damage = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Plant:
    """A kind of fault, for what reason it is set aside, how many rows, and what is done to each copy."""

    reason: str
    many: int
    damage: Damage


def planted(frame: pl.DataFrame, plants: list[Plant], people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """The file with its faulty copies among the right rows, in random order; `reason` says why a row is set aside."""
    listed = np.flatnonzero(people.of(Kind.LISTED)[frame["who"].to_numpy()])
    parts = [frame.with_columns(by_kind(frame, people).alias("reason"))]
    for at, plant in enumerate(plants):
        copies = frame[rng.choice(listed, plant.many, replace=False)]
        parts.append(plant.damage(numbered(copies, at)).with_columns(pl.lit(plant.reason).alias("reason")))
    whole = pl.concat(parts, how="vertical_relaxed")
    return whole[rng.permutation(len(whole))]


def by_kind(frame: pl.DataFrame, people: Population) -> pl.Series:
    """Why each right row is set aside for the person's sake, '' where it is not."""
    names = pl.Series([SET_ASIDE_BY_KIND.get(kind, "") for kind in Kind])
    found: pl.Series = names[people.kind[frame["who"].to_numpy()].astype(np.int64)]
    return found


def numbered(copies: pl.DataFrame, at: int) -> pl.DataFrame:
    """Copies with record numbers and spell numbers of their own."""
    own = np.arange(len(copies)) + (at + 1) * 1000
    for ident in ("APCS_Ident", "EC_Ident", "OPA_Ident"):
        if ident in copies.columns:
            copies = copies.with_columns(pl.Series(ident, PLANTED_IDENT + own))
    if "Hospital_Spell_No" in copies.columns:
        copies = copies.with_columns(pl.Series("Hospital_Spell_No", [f"SPX{number:07d}" for number in own]))
    return copies


def wrong_number(copies: pl.DataFrame) -> pl.DataFrame:
    """A check digit that is not the number's."""
    wrong = with_wrong_check_digit(copies["NHS_Number"].to_numpy())
    return copies.with_columns(pl.Series("NHS_Number", wrong))


def no_number(copies: pl.DataFrame) -> pl.DataFrame:
    """Not traced: no number at all."""
    return copies.with_columns(pl.lit(None, pl.Int64).alias("NHS_Number"))


def put(column: str, value: object) -> Damage:
    """Another value in one column."""

    def damage(copies: pl.DataFrame) -> pl.DataFrame:
        return copies.with_columns(pl.lit(value).cast(copies.schema[column]).alias(column))

    return damage


def restricted(copies: pl.DataFrame) -> pl.DataFrame:
    """A restricted record: no number, and the reason why."""
    return no_number(put("Withheld_Identity_Reason", "97")(copies))


def inverted(copies: pl.DataFrame) -> pl.DataFrame:
    """Discharged before admission."""
    return copies.with_columns((pl.col("Admission_Date") - timedelta(days=2)).alias("Discharge_Date"))


def apc(frame: pl.DataFrame, people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Admitted care: every reason, and spells that were sent again."""
    some = _some(frame)
    plants = [
        Plant("restricted", some, restricted),
        Plant("untraced", some, no_number),
        Plant("untraced", 3, put("NHS_Number_Status", "02")),
        Plant("invalid_number", some, wrong_number),
        Plant("invalid_value", 5, put("Admission_Date", _tomorrow(people))),
        Plant("invalid_value", 5, inverted),
        Plant("invalid_value", 5, put("Age_At_Start_of_Spell_SUS", 180)),
        Plant("invalid_value", 3, put("Sex", "7")),
    ]
    whole = planted(frame, plants, people, rng)
    return pl.concat([whole, again(whole, some, "duplicate", 0, rng), again(whole, some, "superseded", -3, rng)])


def ec(frame: pl.DataFrame, people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Emergency care."""
    plants = [
        Plant("untraced", 6, no_number),
        Plant("invalid_number", 6, wrong_number),
        Plant("invalid_value", 4, put("Arrival_Date", _tomorrow(people))),
        Plant("duplicate", 6, put("Der_Dupe_Flag", 1)),
    ]
    return planted(frame, plants, people, rng)


def op(frame: pl.DataFrame, people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Outpatients."""
    plants = [
        Plant("untraced", 6, no_number),
        Plant("invalid_number", 6, wrong_number),
        Plant("invalid_value", 4, put("Attendance_Status", "9")),
    ]
    whole = planted(frame, plants, people, rng)
    return pl.concat([whole, again(whole, 6, "duplicate", 0, rng)])


def gp(frame: pl.DataFrame, people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Any file of the GP extract."""
    return planted(frame, [Plant("invalid_number", 6, wrong_number)], people, rng)


def again(whole: pl.DataFrame, many: int, reason: str, step: int, rng: np.random.Generator) -> pl.DataFrame:
    """Right rows a second time: the same record (step 0), or an earlier state of the same spell.

    An earlier state has a lower number and is still open.

    """
    ident = next(name for name in ("APCS_Ident", "OPA_Ident") if name in whole.columns)
    right = whole.filter((pl.col("reason") == "") & (pl.col(ident) < PLANTED_IDENT))
    copies = right[rng.choice(len(right), many, replace=False)]
    if step:
        copies = copies.with_columns(
            pl.lit(None, pl.Date).alias("Discharge_Date"), pl.lit("").alias("Discharge_Method")
        )
    return copies.with_columns(pl.col(ident) + step, pl.lit(reason).alias("reason"))


def counted(frames: list[pl.DataFrame]) -> dict[str, int]:
    """Rows set aside by reason, over all files."""
    found: Counter[str] = Counter()
    for frame in frames:
        found.update(dict(frame.filter(pl.col("reason") != "").group_by("reason").len().iter_rows()))
    return {reason: found[reason] for reason in REASONS}


def _some(frame: pl.DataFrame) -> int:
    return max(12, min(len(frame) // 2000, 400))


def _tomorrow(people: Population) -> date:
    return people.as_of + timedelta(days=400)
