"""A trained model over everybody on a run's lists: the chance of each, its terms, and how the people have changed.

The percentage comes of the terms as they are shown, in whole thousandths of log-odds, so that both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from gateway.intake import words
from gateway.intake.learning.features import Past, facts
from gateway.intake.scoring.everything import Scored
from gateway.intake.scoring.frames import COMPLETE, TERMS, WORD
from gateway.risk.admission_model import METHOD, drift
from gateway.risk.admission_model.columns import REGISTER, START, Facts, Integers, is_hospital, label_of
from gateway.risk.admission_model.model import Model, tenths_of_a_percent, terms
from gateway.risk.methods import POINT, Basis

NO_VALUE = ""
REMARK = "Its terms are log-odds and add up to {}: the percentage is 100 / (1 + e to the power of minus that)."


@dataclass(frozen=True, slots=True)
class Applied:
    """numbers: of the people, in order. log_odds: whole thousandths; tenths: of a percent. each: thousandths by group.

    stability: of each feature against the people that the model was fitted on.
    """

    model: Model
    numbers: pl.Series
    facts: Facts
    each: Integers
    log_odds: Integers
    tenths: Integers
    stability: dict[str, float]


def apply(model: Model, past: Past, as_of: date, sensitive: frozenset[str]) -> Applied:
    """Of past.people, in their order. A register that has become sensitive since the training is no longer read."""
    conditions = past.frames["gp_condition"].filter(~pl.col("Register").is_in(list(sensitive)))
    known = facts(Past(past.people, {**past.frames, "gp_condition": conditions}), as_of, model.registers, model.uses)
    each = terms(model, known)
    summed: Integers = each.sum(axis=1)
    tenths = tenths_of_a_percent(summed)
    stability = drift.stability(model, drift.shares(model, known, tenths))
    return Applied(model, past.people["NHS_Number"], known, each, summed, tenths, stability)


def term_rows(applied: Applied, whose: pl.Series) -> pl.DataFrame:
    """Terms of some people, as every method has them; a term of 0 is left out. whose: NHS numbers."""
    places = np.flatnonzero(applied.numbers.is_in(whose.implode()).to_numpy())
    parts = [_of_group(applied, at, group, places) for at, group in enumerate(applied.model.groups)]
    return pl.concat([part.select(pl.col(name).cast(kind) for name, kind in TERMS.items()) for part in parts])


def with_model(scored: Scored, applied: Applied, people: pl.DataFrame, *, banded: bool) -> Scored:
    """What all methods said, and the model of everybody; its terms of those at risk, who alone are ever shown.

    people: in the order of the predictions. banded: the band on the list is the model's.
    """
    added = pl.DataFrame({"NHS_Number": applied.numbers, "log_odds": applied.log_odds, "tenths": applied.tenths})
    sign = pl.when(pl.col("log_odds") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole, rest = pl.col("log_odds").abs() // POINT, (pl.col("log_odds").abs() % POINT).cast(pl.String).str.zfill(3)
    scores = added.with_columns(people["band"] if banded else pl.lit("").alias("band")).select(
        "NHS_Number", pl.lit(METHOD).cast(WORD).alias("method"), (pl.col("tenths") * (POINT // 10)).alias("points"),
        pl.col("band").cast(WORD), COMPLETE.cast(WORD).alias("status"),
        pl.format(REMARK, pl.concat_str(sign, whole.cast(pl.String), pl.lit("."), rest)).cast(WORD).alias("remark"),
    )  # fmt: skip
    terms_of = term_rows(applied, people.filter("at_risk")["NHS_Number"])
    return replace(scored, scores=pl.concat([scored.scores, scores]), terms=pl.concat([scored.terms, terms_of]))


def _of_group(applied: Applied, at: int, group: str, places: Integers) -> pl.DataFrame:
    points = applied.each[places, at]
    mine = places if group == START else places[points != 0]
    label, values = label_of(group, words.REGISTERS), _values(applied.facts, group, mine)
    return pl.DataFrame(
        {
            "NHS_Number": applied.numbers[mine],
            "method": [METHOD] * len(mine),
            "term": [group] * len(mine),
            "description": [f"{label}: {value}" if value else label for value in values],
            "points": applied.each[mine, at],
            "dates": [""] * len(mine),
            "basis": [str(Basis.HOSPITAL if is_hospital(group) else Basis.GP)] * len(mine),
        },
        schema_overrides={"NHS_Number": pl.String, "method": pl.String, "term": pl.String, "description": pl.String,
                          "points": pl.Int64, "dates": pl.String, "basis": pl.String},
    )  # fmt: skip


def _values(known: Facts, group: str, places: Integers) -> list[str]:
    """What stands behind a term: an age, a count; nothing where its name says it all."""
    if group == START or group.startswith(REGISTER):
        return [NO_VALUE] * len(places)
    if group == "sex":
        return [words.SEX.get(str(code), words.NOT_KNOWN) for code in known.sex[places]]
    if group in known.counted:
        mine = known.uses[:, [str(use) for use in known.counted].index(group)]
        return [str(many) for many in mine[places]]
    if group == "age":  # the page tells its band, and not the year
        return [words.NOT_KNOWN if np.isnan(one) else NO_VALUE for one in known.age[places]]
    return [words.NOT_KNOWN if np.isnan(one) else f"{one:.0f}" for one in known.decile[places]]
