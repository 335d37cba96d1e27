"""Stage 2: nobody who objects goes on; with a list of those cleared, only these do (RS-10). No list is kept."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from gateway.intake.receive import set_aside

OBJECTION = "objection"
CLEARED_FOR = timedelta(days=21)  # what the National Data Opt-out allows from an objection to its effect


def withhold(frame: pl.DataFrame, objectors: pl.Series | None, cleared: pl.Series | None) -> pl.DataFrame:
    """Set aside the rows of objectors, or of everybody who is not cleared."""
    if objectors is not None:
        frame = set_aside(frame, OBJECTION, pl.col("NHS_Number").is_in(objectors.implode()))
    if cleared is not None:
        frame = set_aside(frame, OBJECTION, ~pl.col("NHS_Number").is_in(cleared.implode()))
    return frame


def expires(cleared_on: date) -> date:
    """The last day on which a list of those cleared is taken that was given back on that day."""
    return cleared_on + CLEARED_FOR
