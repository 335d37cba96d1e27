"""What was known of each person at an index date, and who was admitted as an emergency in the twelve months after it.

Nothing that came after the index date is read: a register counts from the day it was first recorded (one without a
day is not read), a stay up to the index date only, and of the GP extract nothing that tells the state of its own day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gateway.intake.scoring.admissions import is_new_emergency
from gateway.intake.words import REGISTERS
from gateway.risk.admission_model.columns import Facts, Floats, Integers, Use
from gateway.risk.emergency_admissions import a_year_before

Frames = Mapping[str, pl.DataFrame]
ATTENDED = ("5", "6")
OLDEST = 110
LATE = timedelta(days=31)  # data that begin this late into a window still cover it
WINDOWS = {
    Use.EMERGENCIES: ("apc", 1),
    Use.EMERGENCIES_BEFORE: ("apc", 2),
    Use.ELECTIVES: ("apc", 1),
    Use.DAYS: ("apc", 1),
    Use.ATTENDANCES: ("ec", 1),
    Use.APPOINTMENTS: ("op", 1),
}
DAYS = {"apc": "Admission_Date", "ec": "Arrival_Date", "op": "Appointment_Date"}


@dataclass(frozen=True, slots=True)
class Past:
    """Frames to learn from: gp_condition, apc, ec, op.

    people: NHS_Number, Year_of_Birth, Sex, deprivation ('1' to '10', anything else unknown), Registration_Start and
    what groups them.
    """

    people: pl.DataFrame
    frames: Frames

    def known_at(self, index: date) -> Past:
        """Whoever was registered here on that day and born by then."""
        born = pl.col("Year_of_Birth").fill_null(index.year) <= index.year
        here = pl.col("Registration_Start").fill_null(index) <= index
        return Past(self.people.filter(here & born).sort("NHS_Number"), self.frames)


def years_before(index: date, years: int) -> date:
    """The same day some years before."""
    for _ in range(years):
        index = a_year_before(index)
    return index


def covered(past: Past, index: date) -> tuple[Use, ...]:
    """Whose window lies within what is held at the index date."""
    first = {kind: past.frames[kind][day].min() for kind, day in DAYS.items()}
    return tuple(use for use, (kind, years) in WINDOWS.items() if _reaches(first[kind], years_before(index, years)))


def _reaches(first: object, begin: date) -> bool:
    return isinstance(first, date) and first <= begin + LATE


def facts(past: Past, index: date, registers: tuple[str, ...], counted: tuple[Use, ...]) -> Facts:
    """Of each of past.people, in their order."""
    people = past.people
    age = (pl.lit(index.year) - pl.col("Year_of_Birth")).clip(0, OLDEST).cast(pl.Float64).fill_null(float("nan"))
    decile = pl.col("deprivation").cast(pl.Float64, strict=False).fill_null(float("nan"))
    sex = pl.col("Sex").cast(pl.Int64, strict=False).fill_null(0)
    plain = people.select(age.alias("age"), sex.alias("sex"), decile.alias("decile"))
    places = people.select("NHS_Number").with_row_index("place")
    uses = [_counts(rows, places) for rows in _rows(past.frames, index, counted)]
    return Facts(
        age=plain["age"].to_numpy(),
        sex=plain["sex"].to_numpy(),
        decile=plain["decile"].to_numpy(),
        names=registers,
        registers=_registers(past.frames["gp_condition"], places, index, registers),
        counted=counted,
        uses=np.stack(uses, axis=1) if uses else np.zeros((len(people), 0), dtype=np.int64),
    )


def outcome(past: Past, index: date, until: date) -> Floats:
    """1 for whoever was newly admitted as an emergency after the index date, up to and with `until`; else 0."""
    places = past.people.select("NHS_Number").with_row_index("place")
    within = pl.col("Admission_Date").is_between(index, until, closed="right")
    rows = past.frames["apc"].filter(is_new_emergency() & within).select("NHS_Number", pl.lit(1).alias("many"))
    found: Floats = (_counts(rows, places) > 0).astype(float)
    return found


def usual_registers(sensitive: frozenset[str]) -> tuple[str, ...]:
    """Registers that a model may read: a sensitive one would stand in an explanation (RS-5)."""
    return tuple(name for name in REGISTERS if name not in sensitive)


def _rows(frames: Frames, index: date, counted: tuple[Use, ...]) -> list[pl.DataFrame]:
    """For each use NHS_Number and how many, row by row."""
    year, two_years = years_before(index, 1), years_before(index, 2)
    apc = frames["apc"].filter(pl.col("Admission_Date").is_between(two_years, index, closed="right"))
    recent, emergency = pl.col("Admission_Date") > year, is_new_emergency()
    ends = pl.min_horizontal(pl.col("Discharge_Date").fill_null(index), pl.lit(index))
    begins = pl.max_horizontal("Admission_Date", pl.lit(year))
    one, days = pl.lit(1).alias("many"), (ends - begins).dt.total_days().clip(0).alias("many")
    stays = frames["apc"].filter((pl.col("Admission_Date") <= index) & (ends >= year))
    came = frames["ec"].filter(pl.col("Arrival_Date").is_between(year, index, closed="right"))
    seen = frames["op"].filter(
        pl.col("Appointment_Date").is_between(year, index, closed="right")
        & pl.col("Attendance_Status").is_in(list(ATTENDED))
    )
    made = {
        Use.EMERGENCIES: apc.lazy().filter(emergency & recent).select("NHS_Number", one),
        Use.EMERGENCIES_BEFORE: apc.lazy().filter(emergency & ~recent).select("NHS_Number", one),
        Use.ELECTIVES: apc.lazy()
        .filter(pl.col("Admission_Method").str.starts_with("1") & recent)
        .select("NHS_Number", one),
        Use.DAYS: stays.lazy().select("NHS_Number", days),
        Use.ATTENDANCES: came.lazy().select("NHS_Number", one),
        Use.APPOINTMENTS: seen.lazy().select("NHS_Number", one),
    }
    return pl.collect_all([made[use] for use in counted])


def _counts(rows: pl.DataFrame, places: pl.DataFrame) -> Integers:
    joined = rows.join(places, on="NHS_Number")
    summed = np.bincount(joined["place"].to_numpy(), joined["many"].to_numpy(), minlength=len(places))
    return summed.astype(np.int64)


def _registers(
    conditions: pl.DataFrame, places: pl.DataFrame, index: date, registers: tuple[str, ...]
) -> NDArray[np.bool_]:
    columns = pl.DataFrame(
        {"Register": registers, "column": range(len(registers))}, schema={"Register": pl.String, "column": pl.Int64}
    )
    recorded = (
        conditions.filter(pl.col("First_Recorded") <= index).join(columns, on="Register").join(places, on="NHS_Number")
    )
    found = np.zeros((len(places), len(registers)), dtype=bool)
    found[recorded["place"].to_numpy(), recorded["column"].to_numpy()] = True
    return found
