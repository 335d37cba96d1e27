"""What each stage of a run took, gave on and left behind, and how long it took: the run's own record (RS-9, ALL-10).

Each stage begins with an audit event of the interpreter, `gateway.intake.stage`, for whoever watches the process.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from gateway.intake.receive import REASON, ROWS

STAGES = ("receive", "withhold_objections", "restrict_to_area", "link", "score", "pseudonymise", "store")
AUDIT_EVENT = "gateway.intake.stage"
Progress = Callable[[str], None]
Frames = Mapping[str, pl.DataFrame]


class Stages:
    """Called with each stage as it begins; `records` has one for each: stage, milliseconds, in, out and set_aside."""

    def __init__(self, tell: Progress) -> None:
        """tell: shows how far the run is."""
        self._tell = tell
        self.records: list[dict[str, Any]] = []
        self.began = self._since = time.monotonic()

    def __call__(self, stage: str) -> None:
        """The stage before has ended; this one begins."""
        self.end()
        sys.audit(AUDIT_EVENT, stage)
        self._tell(stage)
        self._since = time.monotonic()
        self.records.append({"stage": stage, "milliseconds": 0, "in": {}, "out": {}, "set_aside": {}})

    def came(self, rows: Mapping[str, int]) -> None:
        """What the stage begins with: rows by kind."""
        self.records[-1]["in"] = dict(rows)

    def went(self, rows: Mapping[str, int]) -> None:
        """What goes on from the stage."""
        self.records[-1]["out"] = dict(rows)

    def left(self, reasons: Mapping[str, int]) -> None:
        """What stays behind at the stage, of all that has stayed behind so far: rows by reason."""
        before = Counter[str]()
        for record in self.records[:-1]:
            before.update(record["set_aside"])
        here = Counter(reasons)
        here.subtract(before)
        self.records[-1]["set_aside"] = {reason: rows for reason, rows in sorted(here.items()) if rows}

    def end(self) -> None:
        """The last stage has ended."""
        if self.records:
            self.records[-1]["milliseconds"] = round((time.monotonic() - self._since) * 1000)

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return round(time.monotonic() - self.began, 1)


def going_on(frames: Frames) -> dict[str, int]:
    """Rows by kind that have no reason to stay behind."""
    return {kind: _weigh(frame.filter(pl.col(REASON) == "")) for kind, frame in frames.items()}


def staying_behind(frames: Frames) -> Counter[str]:
    """Rows by reason."""
    found = Counter[str]()
    for frame in frames.values():
        gone = frame.filter(pl.col(REASON) != "").group_by(REASON).agg(_rows(frame))
        found.update(dict(gone.iter_rows()))
    return found


def _weigh(frame: pl.DataFrame) -> int:
    """A row of a frame that was reduced stands for several of its file."""
    return int(frame.select(_rows(frame)).item())


def _rows(frame: pl.DataFrame) -> pl.Expr:
    return (pl.col(ROWS).sum() if ROWS in frame.columns else pl.len()).cast(pl.Int64).alias(ROWS)
