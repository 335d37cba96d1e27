"""Files in the published layouts about people who do not exist, and the truth about them, from one seed.

The same seed and size give the same bytes. Truth comes from what was planted, never from the intake.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gateway.errors import BadRequest
from gateway.intake.layouts import layout
from gateway.synthetic import hospital, invoices, plants, primary_care
from gateway.synthetic.hospital import Spells
from gateway.synthetic.permitted import chances
from gateway.synthetic.population import PLANTED_ADMISSIONS, Kind, Population, populate
from gateway.synthetic.practices import NOT_PARTICIPATING, participating_practices, write_reference

AS_OF = date(2026, 3, 31)
SEED, PATIENTS, PRACTICES = 1, 20_000, 12
TRUTH = "truth.json"
FEWEST_ADMISSIONS = 2


def synthesise(
    out: Path, *, patients: int = PATIENTS, practices: int = PRACTICES, seed: int = SEED, as_of: date = AS_OF
) -> None:
    """Write risk/…, invoices/… and truth.json below `out`. Raises BadRequest when there are too few patients."""
    rng = np.random.default_rng(seed)
    try:
        people = populate(patients, practices, as_of, rng)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    for folder in ("risk/gp", "risk/reference", "invoices"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    spells = hospital.spells(people, rng)
    frames = {
        "apc": plants.apc(hospital.apc(people, spells, rng), people, rng),
        "ec": plants.ec(hospital.ec(people, spells, rng), people, rng),
        "op": plants.op(hospital.op(people, rng), people, rng),
        "gp_patient": plants.gp(primary_care.patient(people, rng), people, rng),
        "gp_condition": plants.gp(primary_care.condition(people, rng), people, rng),
        "gp_medication": plants.gp(primary_care.medication(people, rng), people, rng),
    }
    for name, frame in frames.items():
        frame.select(layout(name).header).write_csv(out / "risk" / f"{name.replace('gp_', 'gp/')}.csv")
    objectors = people.nhs_number[people.of(Kind.OBJECTOR)].astype(str)
    pl.DataFrame({"NHS_Number": objectors}).write_csv(out / "risk" / "objections.csv")
    write_reference(out / "risk" / "reference", practices)
    lines = invoices.write(out / "invoices", practices, as_of, seed)
    told = truth(people, spells, seed, rng) | {"set_aside": plants.counted(list(frames.values())), "lines": lines}
    write_truth(out / TRUTH, told)


def truth(people: Population, spells: Spells, seed: int, rng: np.random.Generator) -> dict[str, Any]:
    """What was planted: who is at risk where, and who is admitted in the year after."""
    risky = at_risk(people, spells)
    codes = participating_practices(people.practices)
    listed = people.of(Kind.LISTED)
    admitted = listed & (rng.poisson(people.rate) > 0)
    return {
        "as_of": people.as_of.isoformat(),
        "seed": seed,
        "practices": {"participating": codes, "not_participating": [NOT_PARTICIPATING]},
        "worklist": {code: int((risky & (people.practice == at)).sum()) for at, code in enumerate(codes)},
        "attainable_discrimination": attainable(people.rate[listed], admitted[listed]),
        "permitted_discrimination": attainable(permitted(people, spells)[listed], admitted[listed]),
        "outcome": sorted(people.nhs_number[admitted].astype(str).tolist()),
    }


def permitted(people: Population, spells: Spells) -> NDArray[np.float64]:
    """Each person's chance of an admission in the next year, as exactly as the files tell it."""
    new = spells.emergency & ~spells.transfer
    emergencies = np.bincount(spells.who[new], minlength=people.size)
    planted = (people.planted == PLANTED_ADMISSIONS).sum() / people.of(Kind.LISTED).sum()
    return chances(people.told, emergencies, float(planted))


def at_risk(people: Population, spells: Spells) -> NDArray[np.bool_]:
    """Two or more emergency admissions in the twelve months to as-of, transfers aside; listed persons only."""
    within = spells.emergency & ~spells.transfer & (spells.ago < days_of_the_year(people.as_of))
    count = np.bincount(spells.who[within], minlength=people.size)
    return people.of(Kind.LISTED) & (count >= FEWEST_ADMISSIONS)


def days_of_the_year(as_of: date) -> int:
    """How many days the twelve months to as-of have; those to 29 February begin after 28 February."""
    leap_day = (as_of.month, as_of.day) == (2, 29)
    return (as_of - as_of.replace(year=as_of.year - 1, day=28 if leap_day else as_of.day)).days


def attainable(rate: NDArray[np.float64], admitted: NDArray[np.bool_]) -> float:
    """The area under the curve that these rates, or chances, reach; those that are equal share their ranks."""
    _, of, many = np.unique(rate, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(many) - (many - 1) / 2)[of]
    cases = int(admitted.sum())
    others = len(rate) - cases
    return round(float((ranks[admitted].sum() - cases * (cases + 1) / 2) / (cases * others)), 4)


def write_truth(path: Path, told: dict[str, Any]) -> None:
    """For its owner alone: it names (synthetic) people."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
