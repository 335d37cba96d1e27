"""The risk pipeline, whole: receive, withhold, restrict, link, score, pseudonymise, store (RS-9, RS-14).

A run has an instruction, a number and counts at each stage; it is made of whole deliveries and is all or nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from gateway import __version__
from gateway.intake import files, identifiable_rows, pseudonymise, pseudonymised_rows, words
from gateway.intake import link as linking
from gateway.intake import score as scoring
from gateway.intake.files import RiskFiles
from gateway.intake.identifiable_rows import Linked
from gateway.intake.layouts import layout
from gateway.intake.reading_files import BadRow, open_delivery
from gateway.intake.receive import REASON, Received
from gateway.intake.restrict_to_area import Area, restrict_detail, restrict_gp, restrict_hospital
from gateway.intake.store import RunStores
from gateway.intake.withhold_objections import withhold
from gateway.risk import charlson, emergency_admissions, hfrs

STAGES = ("receive", "withhold_objections", "restrict_to_area", "link", "score", "pseudonymise", "store")
CRUDE = "A count and as crude as it is: it stands until a model of this population is trained."
REASONS = (
    "objection", "out_of_area", "restricted", "untraced", "invalid_number", "no_practice", "not_participating",
    "duplicate", "superseded", "invalid_value",
)  # fmt: skip
Progress = Callable[[str], None]


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
    """What a run did: facts for people and machines, the report of bad rows, the files' hashes."""

    facts: dict[str, Any]
    bad: tuple[BadRow, ...]
    hashes: list[tuple[str, str, int]] = field(default_factory=list)


def take_in(given: RiskFiles, order: Order, stores: RunStores, tell: Progress) -> Run:
    """Run the pipeline and write both stores; nothing is served yet. Raises DeliveryRefused."""
    begun = time.monotonic()
    received = receive(given, order.as_of, tell)
    area = area_of(given, order)
    hospital, gp = stay_behind(received, area, tell)
    linked = link_and_score(hospital, gp, order, stores, tell, area_deciles(given))
    tell("store")
    rows = identifiable_rows.tables(linked, stores.earlier_trend()), pseudonymised_rows.tables(linked)
    stored = stores.write(*rows, about(order, hospital, gp))
    counts = Counter(reason for frame in [*hospital.values(), *gp.values()] for reason in frame[REASON] if reason)
    facts = {
        "run": order.run,
        "instruction": order.instruction,
        "as_of": order.as_of.isoformat(),
        "received": {file: rows for _, file, rows in received.hashes},
        "set_aside": {reason: counts[reason] for reason in REASONS},
        "withdrawn": {},
        "stored": stored,
        "seconds": round(time.monotonic() - begun, 1),
        "versions": {"gateway": __version__, hfrs.METHOD: hfrs.VERSION, charlson.METHOD: charlson.VERSION},
    }
    return Run(facts, received.bad, received.hashes)


@dataclass(frozen=True, slots=True)
class ReceivedFiles:
    """Every file of a run after the first stage."""

    hospital: Mapping[str, list[Received]]
    gp: Mapping[str, Received]
    objectors: pl.Series | None
    cleared: pl.Series | None
    hashes: list[tuple[str, str, int]]

    @property
    def bad(self) -> tuple[BadRow, ...]:
        """Every invalid value of every file."""
        every = [*(one for many in self.hospital.values() for one in many), *self.gp.values()]
        return tuple(bad for one in every for bad in one.bad)


def receive(given: RiskFiles, as_of: date, tell: Progress) -> ReceivedFiles:
    """Stage 1, file by file. Raises DeliveryRefused."""
    tell("receive")
    hospital = {kind: files.receive_hospital(kind, getattr(given, kind), as_of) for kind in files.HOSPITAL}
    gp = files.receive_gp(given.gp, as_of)
    lists = {name: files.numbers_listed(path) for name in ("objectors", "cleared") if (path := getattr(given, name))}
    deliveries = [one.delivery for many in [*hospital.values(), list(gp.values())] for one in many]
    deliveries += [delivery for delivery, _ in lists.values()]
    numbers = {name: series for name, (_, series) in lists.items()}
    hashes = [(one.sha256, one.file, one.rows) for one in deliveries]
    return ReceivedFiles(hospital, gp, numbers.get("objectors"), numbers.get("cleared"), hashes)


def stay_behind(
    received: ReceivedFiles, area: Area, tell: Progress
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Stages 2 and 3: every row of each kind, each with its reason or none."""
    tell("withhold_objections")
    lists = received.objectors, received.cleared
    hospital = {kind: withhold(joined(many, kind), *lists) for kind, many in received.hospital.items()}
    gp = {kind: withhold(one.frame, *lists) for kind, one in received.gp.items()}
    tell("restrict_to_area")
    gp["gp_patient"] = restrict_gp(gp["gp_patient"], area)
    for kind in ("gp_condition", "gp_medication"):
        gp[kind] = restrict_detail(gp[kind], gp["gp_patient"])
    return restrict_hospital(hospital, gp["gp_patient"], area), gp


def joined(many: list[Received], kind: str) -> pl.DataFrame:
    """All files of one kind as one, with the layout's types where there is none."""
    if many:
        return pl.concat(one.frame for one in many)
    types = {"int": pl.Int64, "date": pl.Date, "decimal": pl.Float64}
    schema = {one.name: types.get(one.type, pl.String) for one in layout(kind).fields}
    return pl.DataFrame(schema={**schema, "line": pl.UInt32, REASON: pl.String})


def link_and_score(  # noqa: PLR0913, PLR0917 the stages' own inputs
    hospital: Mapping[str, pl.DataFrame],
    gp: Mapping[str, pl.DataFrame],
    order: Order,
    stores: RunStores,
    tell: Progress,
    deciles: Mapping[str, str],
) -> Linked:
    """Stages 4 to 6: the listed people with their scores, handles and pseudonyms, and everybody's kept rows."""
    tell("link")
    kept = {kind: frame.filter(pl.col(REASON) == "") for kind, frame in [*hospital.items(), *gp.items()]}
    known = linking.people(gp["gp_patient"], kept["apc"], order.as_of)
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
        (pl.col("emergencies") >= order.threshold).alias("at_risk"), pseudonymise.age_band("age").alias("age_band"),
        pl.col("LSOA_Code").replace_strict(dict(deciles), default=words.NOT_KNOWN).alias("deprivation"),
    )  # fmt: skip
    return Linked(listed, kept, kept, scored, order.as_of, order.sensitive_registers, order.sensitive_codes)


def area_of(given: RiskFiles, order: Order) -> Area:
    """The commissioner's practices and small areas, from the reference files."""
    practices = open_delivery(given.reference / "practice.csv", layout("practice")).frame
    areas = open_delivery(given.reference / "lsoa.csv", layout("lsoa")).frame
    ours = pl.col("commissioner").is_in(order.commissioners)
    general = (pl.col("prescribing_setting") == "") | (pl.col("prescribing_setting") == "4")
    return Area(
        order.commissioners,
        tuple(practices.filter(ours & general)["organisation_code"]),
        tuple(areas.filter(ours)["lsoa"]),
        order.participating,
    )


def area_deciles(given: RiskFiles) -> dict[str, str]:
    """Deprivation decile by small area; one that is not listed is 'not known', never guessed."""
    areas = open_delivery(given.reference / "lsoa.csv", layout("lsoa")).frame
    return {lsoa: decile or words.NOT_KNOWN for lsoa, decile in areas.select("lsoa", "imd_decile").iter_rows()}


def about(order: Order, hospital: Mapping[str, pl.DataFrame], gp: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """What every page says of a run: how old its data are, by which method and threshold."""
    latest = [hospital[kind].filter(pl.col(REASON) == "")[files.DATE[kind]].max() for kind in ("apc", "ec")]
    extract = gp["gp_patient"].filter(pl.col(REASON) == "")["Extract_Date"].min()
    return {
        "SUS+ to": str(max((day for day in latest if isinstance(day, date)), default="")),
        "GP data of": str(extract or ""),
        "At risk": f"{order.threshold} or more emergency admissions in the 12 months to the as-of date. {CRUDE}",
        "As of": order.as_of.isoformat(),
        "Run": str(order.run),
    }
