"""`gateway model train` as an act: what the last run holds becomes a model, and the model is kept with its report.

Nothing is locked while it is trained; it is used from the next run on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gateway.errors import DeliveryRefused
from gateway.intake.learning.features import Past
from gateway.intake.learning.report import report
from gateway.intake.learning.running import PEOPLE, READ
from gateway.intake.learning.training import Progress, Trained, train
from gateway.intake.store import RunStores
from gateway.stores.practice_work import models, pipeline
from gateway.stores.vault import Connection, Vault


@dataclass(frozen=True, slots=True)
class Lesson:
    """A trained model with what it was trained from. run, as_of: of the run whose rows were held."""

    trained: Trained
    report: dict[str, Any]
    run: int
    as_of: date
    instruction: str


def learn(  # noqa: PLR0913, PLR0917 what a training needs, each by its own name
    connection: Connection, vault: Vault, home: Path, instruction: str, sensitive: frozenset[str], tell: Progress
) -> Lesson:
    """From what the last run holds. instruction: '' for that run's own. Only reads. Raises DeliveryRefused."""
    last = pipeline.last_record(connection)
    if last is None:
        raise DeliveryRefused("nothing has been taken in yet: run the intake first")
    run, given, as_of = last
    held = RunStores(vault, home, run).held((PEOPLE, *READ))
    if PEOPLE not in held:
        raise DeliveryRefused("the last run was made by an earlier program: take its files in once more with --again")
    trained = train(Past(held.pop(PEOPLE), held), date.fromisoformat(as_of), sensitive, tell)
    tell("report")
    population = f"people on the lists of participating practices in run {run}, as of {as_of}"
    return Lesson(trained, report(trained, population), run, date.fromisoformat(as_of), instruction or given)


def keep(connection: Connection, lesson: Lesson, today: date) -> dict[str, Any]:
    """Store it, in the caller's transaction; what is told of it, which names nobody."""
    model = lesson.trained.model
    row: dict[str, str | int] = {
        "trained": today.isoformat(), "as_of": lesson.as_of.isoformat(), "run": lesson.run,
        "instruction": lesson.instruction, "sha256": model.sha256,
        "calibrated": int(lesson.trained.tried.is_calibrated), "content": model.text(),
        "report": json.dumps(lesson.report),
    }  # fmt: skip
    version = models.add_model(connection, row)
    told = {name: row[name] for name in ("trained", "as_of", "run", "instruction", "sha256")}
    calibrated = "yes" if row["calibrated"] else "no"
    figures = {name: str(value) for name, value in lesson.report["performance"].items()}  # an event holds no fraction
    return {"version": version, **told, "calibrated": calibrated, "performance": figures}
