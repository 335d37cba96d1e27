"""Which method decides who is at risk, and from which number on: the run's instruction says so, nothing else (RS-2).

Without a word of it the crude count decides. The local model may where one is trained and calibrated; a score is then
whole tenths of a percent, and the count of admissions otherwise (docs/decisions/0018-admission-model.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from gateway.access.agreements import Instruction
from gateway.catalogue.worklist import DOWN, NEW, SAME, UP
from gateway.errors import DeliveryRefused
from gateway.risk import admission_model, emergency_admissions
from gateway.risk.admission_model.performance import CRITERION
from gateway.stores.practice_work.models import Stored

METHODS = (emergency_admissions.METHOD, admission_model.METHOD)
TENTHS = 10
MOST_PERCENT = 99
BANDS = ((400, "Very high"), (200, "High"))  # of tenths of a percent
CRUDE = "A count and as crude as it is: it stands until a model of this population is trained."
CRUDE_BESIDE = "A count and as crude as it is: the instruction chose it, though a model of this population is trained."


@dataclass(frozen=True, slots=True)
class Primary:
    """method: one of METHODS. threshold: as instructed, in admissions or percent. model: the version, where one is."""

    method: str = emergency_admissions.METHOD
    threshold: int = emergency_admissions.THRESHOLD
    model: int | None = None

    @property
    def by_model(self) -> bool:
        """Whether the local model decides."""
        return self.method == admission_model.METHOD

    @property
    def least(self) -> int:
        """The threshold in the unit of scores."""
        return self.threshold * TENTHS if self.by_model else self.threshold

    @property
    def sentence_of_threshold(self) -> str:
        """What is said beside the score of the method that decides."""
        return f"At risk from {self.threshold} %." if self.by_model else f"At risk from {self.threshold} in 12 months."

    @property
    def sentence(self) -> str:
        """What every page says of who is at risk."""
        if self.by_model:
            return (
                f"{self.threshold} % or more by the local model, version {self.model}: how likely an emergency "
                "admission in the 12 months after the as-of date is. Being listed does not by itself cut admissions."
            )
        told = CRUDE if self.model is None else CRUDE_BESIDE
        return f"{self.threshold} or more emergency admissions in the 12 months to the as-of date. {told}"


def primary(given: Instruction | None, stored: Stored | None) -> Primary:
    """What an instruction's row asks for; the crude count without one. Raises DeliveryRefused for what there is not."""
    version = stored.version if stored else None
    if given is None or given.at_risk_method in {"", emergency_admissions.METHOD}:
        asked = given.threshold if given else 0
        return Primary(threshold=asked or emergency_admissions.THRESHOLD, model=version)
    name = f"instruction {given.reference}"
    if given.at_risk_method != admission_model.METHOD:
        raise DeliveryRefused(f"{name} names an at-risk method that this program has not: use {' or '.join(METHODS)}")
    if stored is None:
        raise DeliveryRefused(f"{name} names the local model and none is trained: run 'gateway model train' first")
    if not stored.calibrated:
        raise DeliveryRefused(
            f"{name} names the local model and version {version} is not calibrated: name the other method, or train it "
            f"on more data; {CRITERION}"
        )
    if not 1 <= given.threshold <= MOST_PERCENT:
        raise DeliveryRefused(f"{name} names the local model: its threshold has to be 1 to {MOST_PERCENT} percent")
    return Primary(admission_model.METHOD, given.threshold, version)


def score(by: Primary) -> tuple[pl.Expr, ...]:
    """`score` in the method's own unit and `score_shown`, of columns `emergencies` and, with a model, `tenths`."""
    unit = "tenths" if by.by_model else "emergencies"
    return pl.col(unit).alias("score"), shown(by, unit).alias("score_shown")


def shown(by: Primary, column: str) -> pl.Expr:
    """A column of scores as a page shows them; nothing where there is none."""
    number = pl.col(column)
    return pl.format("{}.{} %", number // TENTHS, number % TENTHS) if by.by_model else number.cast(pl.String)


def change_shown(by: Primary) -> pl.Expr:
    """The column `change`, a difference of two scores, with its sign: +2, or +1.4; nothing where there is none."""
    change, size = pl.col("change"), pl.col("change").abs()
    sign = pl.when(change > 0).then(pl.lit("+")).when(change < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    told = pl.format("{}.{}", size // TENTHS, size % TENTHS) if by.by_model else size.cast(pl.String)
    return pl.concat_str(sign, told).fill_null("").alias("change_shown")


def change_kind() -> pl.Expr:
    """The column `change` in a word of the list's filter; who was below the threshold before is new on it."""
    change = pl.col("change")
    moved = pl.when(change > 0).then(pl.lit(UP)).when(change < 0).then(pl.lit(DOWN)).otherwise(pl.lit(SAME))
    new = change.is_null() | (pl.col("before_band") == emergency_admissions.NOT_AT_RISK)
    return pl.when(new).then(pl.lit(NEW)).otherwise(moved).alias("change_kind")


def at_risk(by: Primary) -> tuple[pl.Expr, ...]:
    """`at_risk` and `band`, of the column `score`."""
    text = pl.lit(emergency_admissions.AT_RISK)
    for least, name in reversed(BANDS if by.by_model else emergency_admissions.BANDS):
        text = pl.when(pl.col("score") >= least).then(pl.lit(name)).otherwise(text)
    listed = pl.col("score") >= by.least
    return listed.alias("at_risk"), pl.when(listed).then(text).otherwise(
        pl.lit(emergency_admissions.NOT_AT_RISK)
    ).alias("band")
