"""Take files in: `risk` by the data processor's operator, `invoices` by the CEfF. `layouts` and `runs` tell of them.

A run is an access like any other: decided, on the log, and made by somebody (RS-14, ALL-10).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from gateway.access.decision import AccessRequest, Context, Subject
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.cli.intake_invoices import invoices
from gateway.cli.intake_runs import runs
from gateway.cli.layouts import layouts
from gateway.cli.progress import progress
from gateway.enforcement import events
from gateway.enforcement.change import Outcome, change_prepared, deliver
from gateway.enforcement.desk import Desk
from gateway.errors import GatewayError
from gateway.intake.files import RiskFiles
from gateway.intake.moved import follow_moves
from gateway.intake.receive import TypeOneObjection
from gateway.intake.risk import Run
from gateway.intake.stages import STAGES, Progress
from gateway.intake.taking_in import (
    Instructed,
    Instructing,
    discard_unrecorded,
    protected,
    record_run,
    serve_last_run,
    take_in_run,
)
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.generations import one_intake
from gateway.stores.outbox import Transaction

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
WORK = "practice_work"
TOLD = ("run", "instruction", "as_of", "set_aside", "withdrawn", "stored", "at_risk", "model", "versions")


@click.group()
def intake() -> None:
    """Take files in."""


@intake.command()
@click.option("--apc", multiple=True, required=True, type=A_FILE, help="SUS+ admitted care.")
@click.option("--ec", multiple=True, type=A_FILE, help="SUS+ emergency care.")
@click.option("--op", multiple=True, type=A_FILE, help="SUS+ outpatients.")
@click.option("--gp", required=True, type=A_FOLDER, help="The GP extract: patient.csv, condition.csv, medication.csv.")
@click.option("--reference", required=True, type=A_FOLDER, help="practice.csv and lsoa.csv.")
@click.option("--objections", type=A_FILE, help="NHS numbers of those who object.")
@click.option("--cleared", type=A_FILE, help="NHS numbers of those who do not, and nobody else.")
@click.option("--cleared-on", type=DAY, help="The day that list was given back (default: today).")
@click.option("--instruction", required=True, help="Reference of the controller's instruction.")
@click.option("--as-of", type=DAY, help="The day the run is for (default: today).")
@click.option("--dry-run", is_flag=True, help="Look at everything and keep nothing.")
@click.option("--again", is_flag=True, help="Take files that were taken before.")
@click.option("--as", "as_user", help="Sign in as this user.")
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def risk(  # noqa: PLR0913 one argument an option
    runtime: Runtime,
    *,
    apc: tuple[Path, ...],
    ec: tuple[Path, ...],
    op: tuple[Path, ...],
    gp: Path,
    reference: Path,
    objections: Path | None,
    cleared: Path | None,
    cleared_on: datetime | None,
    instruction: str,
    as_of: datetime | None,
    dry_run: bool,
    again: bool,
    as_user: str | None,
    as_json: bool,
) -> None:
    """Run the risk pipeline over one whole delivery; all or nothing."""
    refuse_two_lists(objections, cleared)
    refuse_no_reference(instruction)
    files = RiskFiles(apc, ec, op, gp, reference, objections, cleared)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, "intake_risk", as_user)
        today = desk.today()
        asked = Instructed(files, instruction, _day(as_of, today), today, _day(cleared_on, today), again, dry_run)
        with one_intake(desk.settings.home):
            run = _run(desk, runtime.context("intake risk"), subject, asked, step)
    for row in run.bad:
        click.echo(str(row), err=True)
    tell(run.facts, as_json=as_json)


def _run(desk: Desk, context: Context, subject: Subject, asked: Instructed, step: Progress) -> Run:
    finish_last_run(desk)
    request = AccessRequest(subject, "commissioning", "intake.risk", "create", context)

    def prepare(grant: Grant) -> Run:
        desk.log.append(events.changed(grant, EventType.INTAKE_STARTED, {"instruction": asked.instruction}))
        try:
            return take_in_run(asked, _instructing(desk, grant), _work(desk), desk.vault, desk.settings.home, step)
        except TypeOneObjection:
            desk.log.append(
                events.changed(grant, EventType.BREACH_SUSPECTED, {"fault": "type 1 objection in a GP file"})
            )
            raise

    def act(grant: Grant, transaction: Transaction, run: Run) -> Outcome[Run]:
        record_run(transaction.connection, asked, _instructing(desk, grant), run)
        told = {name: run.facts[name] for name in TOLD} | {"dry_run": "yes" if asked.dry_run else "no"}
        files = {one.file: one.told for one in run.hashes}
        return Outcome(run, EventType.INTAKE_FINISHED, {**told, "files": files, "stages": protected(run.stages)})

    try:
        run = change_prepared(request, prepare, act, desk=desk).value
    except GatewayError:
        _discard(desk)
        raise
    finish_last_run(desk)
    return run


def _instructing(desk: Desk, grant: Grant) -> Instructing:
    agreement = next(one for one in desk.policy.agreements.values() if one.reference == grant.decision.agreement)
    return Instructing(grant, desk.policy.release, agreement)


def _work(desk: Desk) -> Any:  # noqa: ANN401 a store's connection, which is handed on and not looked at
    return desk.stores[WORK].connection()  # type: ignore[attr-defined]


def _discard(desk: Desk) -> None:
    """What a run that failed has left behind."""
    if WORK in desk.stores:
        discard_unrecorded(_work(desk), desk.settings.home)


def _day(said: datetime | None, today: date) -> date:
    return said.date() if said else today


def refuse_two_lists(objections: Path | None, cleared: Path | None) -> None:
    """Of those who object, or of those who do not. Raises UsageError."""
    if objections and cleared:
        raise click.UsageError("give --objections or --cleared, not both")


def refuse_no_reference(instruction: str) -> None:
    """An instruction's reference is told and logged: it is there, and no patient's number. Raises UsageError."""
    if not instruction.strip() or holds_nhs_number(instruction):
        raise click.UsageError("--instruction takes the reference of an instruction, and nothing of a patient")


def finish_last_run(desk: Desk) -> None:
    """Serve the last run that was recorded, once its event is on the log: this one, or one that was killed before."""
    if store := desk.stores.get(WORK):
        deliver(store, desk=desk)  # type: ignore[arg-type]
        serve_last_run(store.connection(), desk.settings.home)  # type: ignore[attr-defined]
        follow_moves(store.connection(), desk.vault, desk.settings.home)  # type: ignore[attr-defined]


intake.add_command(invoices)
intake.add_command(layouts)
intake.add_command(runs)
