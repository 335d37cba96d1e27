"""The local model: `train` by the data processor's operator, `report` by whoever may read how it does (RS-14, RS-3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.access.release import REGISTER
from gateway.audit.event import EventType
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.cli.intake import finish_last_run, refuse_no_reference
from gateway.cli.progress import progress
from gateway.enforcement.answer import answer
from gateway.enforcement.change import Outcome, change_prepared
from gateway.http.model_reports import READ, card, files, models_of, purpose_of
from gateway.intake.learning.teaching import Lesson, keep, learn
from gateway.intake.learning.training import STAGES
from gateway.stores.outbox import Transaction

FAMILY = "intake_risk"
WORK = "practice_work"


@click.group()
def model() -> None:
    """The local model of emergency admissions."""


@model.command("train")
@click.option("--instruction", default="", help="Reference of the controller's instruction (default: the last run's).")
@as_user
@as_json
@pass_runtime
def train_command(runtime: Runtime, instruction: str, user: str | None, *, as_json: bool) -> None:
    """Train a model from what the last run holds; it is used from the next run on."""
    if instruction:
        refuse_no_reference(instruction)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, FAMILY, user)
        request = AccessRequest(subject, "commissioning", "risk.model", "train", runtime.context("model train"))
        today = desk.today()
        finish_last_run(desk)

        def prepare(_grant: Grant) -> Lesson:
            work = desk.stores[WORK].connection()  # type: ignore[attr-defined]
            sensitive = desk.policy.release.sensitive(REGISTER, today)
            return learn(work, desk.vault, desk.settings.home, instruction, sensitive, step)

        def act(_grant: Grant, transaction: Transaction, lesson: Lesson) -> Outcome[dict[str, Any]]:
            kept = keep(transaction.connection, lesson, today)
            return Outcome(kept, EventType.MODEL_TRAINED, kept)

        done = change_prepared(request, prepare, act, desk=desk)
    tell({**done.value, "event": done.receipt.index}, as_json=as_json)


@model.command("report")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write the report's files to this folder."
)
@as_user
@as_json
@pass_runtime
def report_command(runtime: Runtime, out: Path | None, user: str | None, *, as_json: bool) -> None:
    """How the model does: its card, calibration, discrimination by group, and what became of its predictions."""
    with runtime.desk() as desk:
        subject = runtime.subject(desk, FAMILY, user)
        purpose = purpose_of(desk.policy, subject.role)
        request = AccessRequest(subject, purpose, *READ, runtime.context("model report"))
        models = models_of(answer(request, desk=desk))
    if out is not None and models.model is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files(models).items():
            (out / name).write_text(text, "utf-8")
    if as_json:
        told = {"model": models.model, "report": models.report, "earlier": models.earlier, "runs": models.runs}
        click.echo(json.dumps({**told, "event": models.event}, indent=2))
        return
    click.echo("\n".join(card(models)))
