"""Take files in: `risk` by the data processor's operator, `invoices` by the CEfF; `layouts` says what files look like.

A run is an access like any other: decided, on the log, and made by somebody (RS-14, ALL-10).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gateway.access.decision import AccessRequest, Context, Subject
from gateway.access.grant import Grant
from gateway.access.snapshot import LONDON
from gateway.audit.event import EventType
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.cli.intake_invoices import invoices
from gateway.cli.layouts import layouts
from gateway.cli.progress import progress
from gateway.enforcement import events
from gateway.enforcement.change import Outcome, change, deliver
from gateway.enforcement.desk import Desk
from gateway.intake.files import RiskFiles
from gateway.intake.receive import TypeOneObjection
from gateway.intake.risk import STAGES, Progress, Run
from gateway.intake.taking_in import Instructed, serve_last_run, take_in_run
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.outbox import Transaction

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
WORK = "practice_work"
TOLD = ("run", "instruction", "as_of", "set_aside", "withdrawn", "stored")


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
@click.option("--instruction", required=True, help="Reference of the controller's instruction.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the run is for (default: today).")
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
    instruction: str,
    as_of: datetime | None,
    dry_run: bool,
    again: bool,
    as_user: str | None,
    as_json: bool,
) -> None:
    """Run the risk pipeline over one whole delivery; all or nothing."""
    if objections and cleared:
        raise click.UsageError("give --objections or --cleared, not both")
    refuse_no_reference(instruction)
    files = RiskFiles(apc, ec, op, gp, reference, objections, cleared)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, "intake_risk", as_user)
        today = desk.now().astimezone(LONDON).date()
        asked = Instructed(files, instruction, as_of.date() if as_of else today, today, again, dry_run)
        finish_last_run(desk)
        run = _run(desk, runtime.context("intake risk"), subject, asked, step)
    for row in run.bad:
        click.echo(str(row), err=True)
    tell(run.facts, as_json=as_json)


def _run(desk: Desk, context: Context, subject: Subject, asked: Instructed, step: Progress) -> Run:
    request = AccessRequest(subject, "commissioning", "intake.risk", "create", context)

    def act(grant: Grant, transaction: Transaction) -> Outcome[Run]:
        desk.log.append(events.changed(grant, EventType.INTAKE_STARTED, {"instruction": asked.instruction}))
        agreement = next(one for one in desk.policy.agreements.values() if one.reference == grant.decision.agreement)
        release = desk.policy.release
        try:
            run = take_in_run(
                asked, grant, release, agreement, transaction.connection, desk.vault, desk.settings.home, step
            )
        except TypeOneObjection:
            desk.log.append(
                events.changed(grant, EventType.BREACH_SUSPECTED, {"fault": "type 1 objection in a GP file"})
            )
            raise
        told = {name: run.facts[name] for name in TOLD} | {"dry_run": "yes" if asked.dry_run else "no"}
        files = {one.file: one.told for one in run.hashes}
        return Outcome(run, EventType.INTAKE_FINISHED, {**told, "files": files})

    run = change(request, act, desk=desk).value
    finish_last_run(desk)
    return run


def refuse_no_reference(instruction: str) -> None:
    """An instruction's reference is told and logged: it is there, and no patient's number. Raises UsageError."""
    if not instruction.strip() or holds_nhs_number(instruction):
        raise click.UsageError("--instruction takes the reference of an instruction, and nothing of a patient")


def finish_last_run(desk: Desk) -> None:
    """Serve the last run that was recorded, once its event is on the log: this one, or one that was killed before."""
    if store := desk.stores.get(WORK):
        deliver(store, desk=desk)  # type: ignore[arg-type]
        serve_last_run(store.connection(), desk.settings.home)  # type: ignore[attr-defined]


intake.add_command(invoices)
intake.add_command(layouts)
