"""The risk pipeline, whole: receive, withhold, restrict, link, score, pseudonymise, store (RS-9, RS-14).

A run has an instruction, a number and counts at each stage; it is made of whole deliveries and is all or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gateway import __version__
from gateway.intake import earlier as before
from gateway.intake import files, identifiable_rows, pseudonymise, pseudonymised_rows, words
from gateway.intake import link as linking
from gateway.intake.held import packed
from gateway.intake.learning import running
from gateway.intake.learning.applying import with_model
from gateway.intake.learning.running import Learned, Learning
from gateway.intake.linked import Linked
from gateway.intake.primary import Primary, at_risk, score
from gateway.intake.reading_files import BadRow
from gateway.intake.reference import area_of, deciles
from gateway.intake.rules import DATE
from gateway.intake.scoring import everything as scoring
from gateway.intake.scoring.everything import Scored
from gateway.intake.selecting import ReceivedFiles, stay_behind, with_what_is_held
from gateway.intake.stages import Stages
from gateway.intake.store import RunStores
from gateway.risk import methods

REASONS = (
    "objection", "out_of_area", "restricted", "untraced", "invalid_number", "no_practice", "not_participating",
    "duplicate", "superseded", "invalid_value",
)  # fmt: skip
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is told: its number, the day, whose area, under which instruction, by which method.

    primary: what makes at risk; method_before: what did in the run before, '' before the first. learning: the model.
    pseudonym_use names the key of the pseudonyms; sensitive are codes and registers that stand in no list.
    cleared_until: the last day of the list of those cleared, None where there was none.
    """

    run: int
    instruction: str
    as_of: date
    commissioners: tuple[str, ...]
    participating: tuple[str, ...]
    pseudonym_use: str
    primary: Primary = field(default_factory=Primary)
    method_before: str = ""
    learning: Learning | None = None
    sensitive_codes: frozenset[str] = frozenset()
    sensitive_registers: frozenset[str] = frozenset()
    cleared_until: date | None = None


@dataclass(slots=True)
class Run:
    """What a run did: facts for people and machines, the report of bad rows, the files, each stage's record."""

    facts: dict[str, Any]
    bad: tuple[BadRow, ...]
    hashes: list[files.Opened] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    learned: Learned | None = None


def take_in(received: ReceivedFiles, reference: Path, order: Order, stores: RunStores) -> Run:
    """Stages 2 to 7: both stores are written, and nothing of them is served yet. Raises DeliveryRefused."""
    stages = received.stages
    area = area_of(reference, order.commissioners, order.participating, order.as_of)
    set_aside = stay_behind(received, area)
    kept, gone = with_what_is_held(received, area, order.as_of, stores.held(files.HOSPITAL))
    linked = link_and_score(kept, order, stores, stages, deciles(reference, order.as_of))
    stages("store")
    stages.came({"people": len(linked.people)})
    same = order.method_before in {"", order.primary.method}
    earlier = before.followed(
        stores.earlier(), linked.people, stores.handle_key(), order.as_of.isoformat(), comparable=same
    )
    cells = pseudonymised_rows.lattice(linked)
    stored = stores.write(
        identifiable_rows.tables(linked, earlier, cells)
        | {"held": packed({**kept, running.PEOPLE: linked.people.select(running.PEOPLE_COLUMNS)})},
        pseudonymised_rows.tables(linked, cells),
        about(order, kept),
    )
    stages.went(stored)
    stages.end()
    facts = {
        **_what_it_was(order, received),
        **_by_what(linked),
        "set_aside": {reason: set_aside[reason] for reason in REASONS},
        "withdrawn": gone,
        "stored": stored,
        "seconds": stages.seconds,
    }
    return Run(facts, received.bad, received.hashes, stages.records, linked.learned)


def _what_it_was(order: Order, received: ReceivedFiles) -> dict[str, Any]:
    return {
        "run": order.run,
        "instruction": order.instruction,
        "as_of": order.as_of.isoformat(),
        "received": {one.file: one.rows for one in received.hashes},
        "versions": {"gateway": __version__, **_versions(order)},
    }


def _by_what(linked: Linked) -> dict[str, Any]:
    """What decided who is at risk, and what the local model has to say of the run."""
    by = linked.primary
    told = linked.learned.facts if linked.learned else {}
    return {"at_risk": {"method": by.method, "threshold": by.threshold}, "model": told}


def _versions(order: Order) -> dict[str, str]:
    """Of every method; of the local model the one in use, where one is trained."""
    made = methods.versions()
    kind = made.pop(methods.ADMISSION_MODEL.key)
    if order.learning is None:
        return made
    return made | {methods.ADMISSION_MODEL.key: f"{kind}: version {order.learning.stored.version}"}


def link_and_score(
    kept: Frames, order: Order, stores: RunStores, stages: Stages, deciles_by_area: Mapping[str, str]
) -> Linked:
    """Stages 4 to 6: the listed people with their scores, handles and pseudonyms, and everybody's kept rows."""
    stages("link")
    stages.came({kind: len(frame) for kind, frame in kept.items()})
    listed = _listed(kept, order, deciles_by_area)
    stages.went({"people": len(listed)})
    stages("score")
    stages.came({"people": len(listed)})
    listed, scored, learned = _scored(listed, kept, order)
    stages.went({"scores": len(scored.scores)})
    stages("pseudonymise")
    stages.came({"people": len(listed)})
    listed = _named(listed, order, stores)
    stages.went({"people": len(listed)})
    sensitive = order.sensitive_registers, order.sensitive_codes
    return Linked(listed, kept, kept, scored, order.as_of, order.primary, learned, *sensitive)


def _listed(kept: Frames, order: Order, deciles_by_area: Mapping[str, str]) -> pl.DataFrame:
    """Whoever has a practice of record and is alive, with age and deprivation."""
    known = linking.people(kept["gp_patient"], kept["apc"], order.as_of)
    return known.filter((pl.col("practice") != "") & pl.col("alive")).with_columns(
        (order.as_of.year - pl.col("Year_of_Birth")).clip(0, 110).alias("age"),
        pl.col("LSOA_Code").replace_strict(dict(deciles_by_area), default=words.NOT_KNOWN).alias("deprivation"),
    )


def _scored(listed: pl.DataFrame, kept: Frames, order: Order) -> tuple[pl.DataFrame, Scored, Learned | None]:
    """The people with what makes them at risk, what every method says of them, and what came of the model."""
    scored = scoring.score(listed, kept, order.as_of)
    listed = listed.join(scored.emergencies, on="NHS_Number", maintain_order="left")
    learned = _learned(order, listed, kept)
    if learned:
        listed = listed.with_columns(pl.Series("tenths", learned.applied.tenths))
    listed = listed.with_columns(score(order.primary)).with_columns(at_risk(order.primary))
    if learned:
        scored = with_model(scored, learned.applied, listed, banded=order.primary.by_model)
    return listed, scored, learned


def _named(listed: pl.DataFrame, order: Order, stores: RunStores) -> pl.DataFrame:
    """The people under pseudonyms and handles, in age bands."""
    numbers = listed["NHS_Number"].to_list()
    names = pseudonymise.pseudonyms(numbers, stores.pseudonym_key(order.pseudonym_use))
    handles = pseudonymise.handles(listed["practice"].to_list(), numbers, stores.handle_key())
    return listed.with_columns(
        pl.Series("pseudonym", names, dtype=pl.String),
        pl.Series("handle", handles, dtype=pl.String),
        pseudonymise.age_band("age").alias("age_band"),
    )


def _learned(order: Order, listed: pl.DataFrame, kept: Frames) -> Learned | None:
    """What the model says of the listed, where one is trained."""
    if order.learning is None:
        return None
    past = running.past_of(listed, kept)
    return running.learned(order.learning, past, order.as_of, order.sensitive_registers)


def about(order: Order, kept: Frames) -> dict[str, str]:
    """What every page says of a run: how old its data are, by which method and threshold."""
    latest = [kept[kind][DATE[kind]].max() for kind in ("apc", "ec")]
    return {
        "SUS+ to": str(max((day for day in latest if isinstance(day, date)), default="")),
        "GP data of": str(kept["gp_patient"]["Extract_Date"].min() or ""),
        "At risk": order.primary.sentence,
        "As of": order.as_of.isoformat(),
        "Run": str(order.run),
        **({"Cleared of objections until": order.cleared_until.isoformat()} if order.cleared_until else {}),
    }
