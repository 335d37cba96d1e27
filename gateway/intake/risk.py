"""The risk pipeline, whole: receive, withhold, restrict, link, score, pseudonymise, store (RS-9, RS-14).

A run has an instruction, a number and counts at each stage; it is made of whole deliveries and is all or nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gateway import __version__
from gateway.intake import files, identifiable_rows, pseudonymise, pseudonymised_rows, words
from gateway.intake import link as linking
from gateway.intake import score as scoring
from gateway.intake.files import Inbox, RiskFiles
from gateway.intake.held import packed, with_held, withdrawn
from gateway.intake.linked import Linked, band
from gateway.intake.reading_files import BadRow
from gateway.intake.receive import REASON
from gateway.intake.reference import area_of, deciles
from gateway.intake.restrict_to_area import Area, restrict_detail, restrict_gp, restrict_hospital
from gateway.intake.rules import DATE
from gateway.intake.store import RunStores
from gateway.intake.withhold_objections import withhold
from gateway.risk import charlson, emergency_admissions, hfrs

STAGES = ("receive", "withhold_objections", "restrict_to_area", "link", "score", "pseudonymise", "store")
CRUDE = "A count and as crude as it is: it stands until a model of this population is trained."
REASONS = (
    "objection", "out_of_area", "restricted", "untraced", "invalid_number", "no_practice", "not_participating",
    "duplicate", "superseded", "invalid_value",
)  # fmt: skip
READ = (*files.HOSPITAL, "gp_patient", "gp_condition")  # no method reads prescriptions yet: they are counted alone
Progress = Callable[[str], None]
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is told: its number, the day, whose area, under which instruction, by which method.

    pseudonym_use names the key of the pseudonyms; sensitive are codes and registers that stand in no list.
    """

    run: int
    instruction: str
    as_of: date
    commissioners: tuple[str, ...]
    participating: tuple[str, ...]
    pseudonym_use: str
    threshold: int = emergency_admissions.THRESHOLD
    sensitive_codes: frozenset[str] = frozenset()
    sensitive_registers: frozenset[str] = frozenset()


@dataclass(slots=True)
class Run:
    """What a run did: facts for people and machines, the report of bad rows, the files with their hashes."""

    facts: dict[str, Any]
    bad: tuple[BadRow, ...]
    hashes: list[files.Opened] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReceivedFiles:
    """Every row of a run after the first stage, by kind, each with its reason or none; `hashes` as Run has them.

    begun: by the monotonic clock.
    """

    begun: float
    hospital: Frames
    gp: Frames
    objectors: pl.Series | None
    cleared: pl.Series | None
    bad: tuple[BadRow, ...]
    hashes: list[files.Opened]


def receive(given: RiskFiles, as_of: date, tell: Progress) -> ReceivedFiles:
    """Stage 1, file by file. Raises DeliveryRefused."""
    tell("receive")
    begun, inbox = time.monotonic(), Inbox()
    hospital = {kind: files.receive_hospital(kind, getattr(given, kind), as_of, inbox) for kind in files.HOSPITAL}
    gp = files.receive_gp(given.gp, as_of, inbox)
    return ReceivedFiles(
        begun,
        {kind: frame for kind, (frame, _) in hospital.items()},
        {kind: one.frame for kind, one in gp.items()},
        files.numbers_listed(given.objectors, inbox) if given.objectors else None,
        files.numbers_listed(given.cleared, inbox) if given.cleared else None,
        (*(bad for _, many in hospital.values() for bad in many), *(bad for one in gp.values() for bad in one.bad)),
        inbox.opened,
    )


def take_in(received: ReceivedFiles, reference: Path, order: Order, stores: RunStores, tell: Progress) -> Run:
    """Stages 2 to 7: both stores are written, and nothing of them is served yet. Raises DeliveryRefused."""
    area = area_of(reference, order.commissioners, order.participating, order.as_of)
    tell("withhold_objections")
    hospital, gp = withheld(received.hospital, received), withheld(received.gp, received)
    tell("restrict_to_area")
    gp = _restrict_gp(gp, area)
    alone = restrict_hospital(hospital, gp["gp_patient"], area)
    whole = withheld(with_held(hospital, stores.held(), order.as_of), received)
    whole = restrict_hospital(whole, gp["gp_patient"], area)
    set_aside = Counter(reason for frame in [*alone.values(), *gp.values()] for reason in frame[REASON] if reason)
    kept = {kind: frame.filter(pl.col(REASON) == "") for kind, frame in (whole | gp).items() if kind in READ}
    linked = link_and_score(kept, order, stores, tell, deciles(reference, order.as_of))
    tell("store")
    stored = stores.write(
        identifiable_rows.tables(linked, stores.earlier_trend())
        | {"held": packed({kind: kept[kind] for kind in files.HOSPITAL})},
        pseudonymised_rows.tables(linked),
        about(order, kept),
    )
    facts = {
        **_what_it_was(order, received),
        "set_aside": {reason: set_aside[reason] for reason in REASONS},
        "withdrawn": withdrawn(whole),
        "stored": stored,
        "seconds": round(time.monotonic() - received.begun, 1),
    }
    return Run(facts, received.bad, received.hashes)


def _what_it_was(order: Order, received: ReceivedFiles) -> dict[str, Any]:
    return {
        "run": order.run,
        "instruction": order.instruction,
        "as_of": order.as_of.isoformat(),
        "received": {one.file: one.rows for one in received.hashes},
        "versions": {"gateway": __version__, hfrs.METHOD: hfrs.VERSION, charlson.METHOD: charlson.VERSION},
    }


def withheld(frames: Frames, received: ReceivedFiles) -> dict[str, pl.DataFrame]:
    """The same rows, those of objectors set aside."""
    return {kind: withhold(frame, received.objectors, received.cleared) for kind, frame in frames.items()}


def _restrict_gp(gp: Frames, area: Area) -> dict[str, pl.DataFrame]:
    patients = restrict_gp(gp["gp_patient"], area)
    return {kind: patients if kind == "gp_patient" else restrict_detail(frame, patients) for kind, frame in gp.items()}


def link_and_score(
    kept: Frames, order: Order, stores: RunStores, tell: Progress, deciles_by_area: Mapping[str, str]
) -> Linked:
    """Stages 4 to 6: the listed people with their scores, handles and pseudonyms, and everybody's kept rows."""
    tell("link")
    known = linking.people(kept["gp_patient"], kept["apc"], order.as_of)
    listed = known.filter((pl.col("practice") != "") & pl.col("alive")).with_columns(
        (order.as_of.year - pl.col("Year_of_Birth")).clip(0, 110).alias("age")
    )
    tell("score")
    scored = scoring.score(listed, kept["apc"], order.as_of)
    listed = listed.join(scored.emergencies, on="NHS_Number", maintain_order="left")
    tell("pseudonymise")
    numbers = listed["NHS_Number"].to_list()
    names = pseudonymise.pseudonyms(numbers, stores.pseudonym_key(order.pseudonym_use))
    handles = pseudonymise.handles(listed["practice"].to_list(), numbers, stores.handle_key())
    listed = listed.with_columns(
        pl.Series("pseudonym", names, dtype=pl.String), pl.Series("handle", handles, dtype=pl.String),
        (pl.col("emergencies") >= order.threshold).alias("at_risk"), band(order.threshold),
        pseudonymise.age_band("age").alias("age_band"),
        pl.col("LSOA_Code").replace_strict(dict(deciles_by_area), default=words.NOT_KNOWN).alias("deprivation"),
    )  # fmt: skip
    return Linked(
        listed, kept, kept, scored, order.as_of, order.threshold, order.sensitive_registers, order.sensitive_codes
    )


def about(order: Order, kept: Frames) -> dict[str, str]:
    """What every page says of a run: how old its data are, by which method and threshold."""
    latest = [kept[kind][DATE[kind]].max() for kind in ("apc", "ec")]
    return {
        "SUS+ to": str(max((day for day in latest if isinstance(day, date)), default="")),
        "GP data of": str(kept["gp_patient"]["Extract_Date"].min() or ""),
        "At risk": f"{order.threshold} or more emergency admissions in the 12 months to the as-of date. {CRUDE}",
        "As of": order.as_of.isoformat(),
        "Run": str(order.run),
    }
