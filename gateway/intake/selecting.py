"""Stages 1 to 3 over a whole delivery: who and what goes on, what stays behind and why, and what is held beside it.

Each row has one reason at most, the first that holds. Frames are given up stage by stage, so that memory holds one
state of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from gateway.intake import files, medicines
from gateway.intake.files import Inbox, RiskFiles
from gateway.intake.held import with_held, withdrawn
from gateway.intake.reading_files import BadRow
from gateway.intake.receive import REASON
from gateway.intake.restrict_to_area import Area, restrict_detail, restrict_gp, restrict_hospital
from gateway.intake.stages import Progress, Stages, going_on, staying_behind
from gateway.intake.withhold_objections import withhold

Frames = Mapping[str, pl.DataFrame]


@dataclass(slots=True)
class ReceivedFiles:
    """Every row of a run after the first stage, by kind, each with its reason or none; `hashes` as Run has them.

    stages: the run's record so far. The frames are given up stage by stage, so that no two states of them are held.
    """

    stages: Stages
    frames: dict[str, pl.DataFrame]
    objectors: pl.Series | None
    cleared: pl.Series | None
    bad: tuple[BadRow, ...]
    hashes: list[files.Opened]


def receive(given: RiskFiles, as_of: date, tell: Progress) -> ReceivedFiles:
    """Stage 1, file by file. Raises DeliveryRefused."""
    stages, inbox, bad = Stages(tell), Inbox(), list[BadRow]()
    stages("receive")
    frames = {}
    for kind in files.HOSPITAL:
        frames[kind], wrong = files.receive_hospital(kind, getattr(given, kind), as_of, inbox)
        bad += wrong
    for kind, one in files.receive_gp(given.gp, as_of, inbox).items():
        frames[kind] = one.frame
        bad += one.bad
    objectors = files.numbers_listed(given.objectors, inbox) if given.objectors else None
    cleared = files.numbers_listed(given.cleared, inbox) if given.cleared else None
    stages.came({one.file: one.rows for one in inbox.opened})
    stages.went(going_on(frames))
    stages.left(staying_behind(frames))
    return ReceivedFiles(stages, frames, objectors, cleared, tuple(bad), inbox.opened)


def stay_behind(received: ReceivedFiles, area: Area) -> Counter[str]:
    """Stages 2 and 3 over the files of the run alone, whatever is held; rows that stay behind, by reason."""
    stages, frames = received.stages, received.frames
    stages("withhold_objections")
    stages.came(going_on(frames))
    for kind in frames:
        frames[kind] = withhold(frames[kind], received.objectors, received.cleared)
    stages.went(going_on(frames))
    stages.left(staying_behind(frames))
    stages("restrict_to_area")
    stages.came(going_on(frames))
    patients = frames["gp_patient"] = restrict_gp(frames["gp_patient"], area)
    for kind in ("gp_condition", "gp_medication"):
        frames[kind] = restrict_detail(frames[kind], patients)
    alone = restrict_hospital({kind: frames[kind] for kind in files.HOSPITAL}, patients, area)
    after = {**frames, **alone}
    stages.went(going_on(after))
    stages.left(staying_behind(after))
    return staying_behind(after)


def with_what_is_held(
    received: ReceivedFiles, area: Area, as_of: date, held: Frames
) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """Rows that go on, with those that were held, which pass stages 2 and 3 anew; held rows that go, by reason.

    The frames of `received` are given up.
    """
    frames = received.frames
    whole = with_held({kind: frames.pop(kind) for kind in files.HOSPITAL}, held, as_of)
    for kind in whole:
        whole[kind] = withhold(whole[kind], received.objectors, received.cleared)
    whole = restrict_hospital(whole, frames["gp_patient"], area)
    gone = withdrawn(whole)
    kept = {kind: whole.pop(kind).filter(pl.col(REASON) == "") for kind in files.HOSPITAL}
    kept["gp_medication"] = medicines.kept(frames.pop("gp_medication"))
    for kind in ("gp_patient", "gp_condition"):
        kept[kind] = frames.pop(kind).filter(pl.col(REASON) == "")
    return kept, gone
