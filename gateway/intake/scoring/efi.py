"""Electronic frailty index, as gateway.risk.efi has it: imported, its band alone."""

from __future__ import annotations

import polars as pl

from gateway.intake.scoring.frames import COMPLETE, INCOMPLETE, Outcome, nothing, outcome, status
from gateway.risk import efi
from gateway.risk.methods import EFI


def score(people: pl.DataFrame) -> Outcome:
    """people: NHS_Number, age, eFI_Band, eFI_Score; without these columns the source was not delivered."""
    if "eFI_Band" not in people.columns:
        return outcome(people.select("NHS_Number", status(efi.YOUNGEST, INCOMPLETE)), EFI, nothing())
    told = pl.when(pl.col("eFI_Band").is_in(list(efi.ABOVE))).then(pl.col("eFI_Band")).otherwise(_band_of())
    known = people.with_columns(told.alias("told"))
    complete = pl.when(pl.col("told").is_null()).then(INCOMPLETE).otherwise(COMPLETE)
    made = outcome(known.select("NHS_Number", status(efi.YOUNGEST, complete)), EFI, nothing())
    banded = pl.when(made.scores["status"] == "complete").then(known["told"]).otherwise(pl.lit(""))
    return Outcome(made.scores.with_columns(banded.cast(pl.Categorical).alias("band")), made.terms)


def _band_of() -> pl.Expr:
    """gateway.risk.efi.band_of, over a column; null without an index."""
    points, expression = (pl.col("eFI_Score") * 1000).round(), pl.lit(None, pl.String)
    for name, above in reversed(efi.ABOVE.items()):
        holds = points.is_not_null() if above is None else points > above
        expression = pl.when(holds).then(pl.lit(name)).otherwise(expression)
    return expression
