"""Stage 2: nobody who objects goes on; with a list of those cleared, only these do (RS-10). No list is kept."""

from __future__ import annotations

import polars as pl

from gateway.intake.receive import set_aside

OBJECTION = "objection"


def withhold(frame: pl.DataFrame, objectors: pl.Series | None, cleared: pl.Series | None) -> pl.DataFrame:
    """Set aside the rows of objectors, or of everybody who is not cleared."""
    if objectors is not None:
        frame = set_aside(frame, OBJECTION, pl.col("NHS_Number").is_in(objectors.implode()))
    if cleared is not None:
        frame = set_aside(frame, OBJECTION, ~pl.col("NHS_Number").is_in(cleared.implode()))
    return frame
