"""Take files in: `risk` by the data processor's operator, `invoices` by the CEfF; `layouts` says what files look like.

A run is an access like any other: decided, on the log, and made by somebody (RS-14, ALL-10).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.access.decision import AccessRequest, Subject
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.cli.intake_invoices import invoices
from gateway.cli.layouts import layouts
from gateway.cli.progress import progress
from gateway.enforcement import events
from gateway.enforcement.change import Outcome, change
from gateway.enforcement.desk import Desk
from gateway.intake.files import RiskFiles
from gateway.intake.reading_files import BadRow
from gateway.intake.receive import TypeOneObjection
from gateway.intake.risk import STAGES, Progress, Run
from gateway.intake.store import discard
from gateway.intake.taking_in import Instructed, serve_last_run, take_in_run
from gateway.stores.outbox import Transaction

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
WORK, REPORTED = "practice_work", 20


class DryRun(click.ClickException):
    """Everything was looked at and nothing kept, as asked."""

    exit_code = 0

    def __init__(self, run: Run) -> None:
        """`run` says what would have been done."""
        super().__init__("dry run")
        self.run = run

    def show(self, file: object = None) -> None:
        """Said already."""


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
    day = as_of.date() if as_of else datetime.now(UTC).date()
    asked = Instructed(RiskFiles(apc, ec, op, gp, reference, objections, cleared), instruction, day, again)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, "intake_risk", as_user)
        run = _run(runtime, desk, subject, asked, step, dry_run=dry_run)
    report(run.bad)
    tell(run.facts, as_json=as_json)


def _run(  # noqa: PLR0913 what a run needs, each by its own name
    runtime: Runtime, desk: Desk, subject: Subject, asked: Instructed, step: Progress, *, dry_run: bool
) -> Run:
    request = AccessRequest(subject, "commissioning", "intake.risk", "create", runtime.context("intake risk"))

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
        if dry_run:
            raise DryRun(run)
        told = {name: run.facts[name] for name in ("run", "instruction", "as_of", "set_aside", "stored")}
        hashes = {name: sha256 for sha256, name, _rows in run.hashes}
        return Outcome(run, EventType.INTAKE_FINISHED, {**told, "files": hashes})

    try:
        run = change(request, act, desk=desk).value
    except DryRun as looked:
        discard(desk.settings.home, looked.run.facts["run"])
        return looked.run
    serve_last_run(desk.stores[WORK].connection(), desk.settings.home)  # type: ignore[attr-defined]
    return run


def report(bad: tuple[BadRow, ...]) -> None:
    """The first bad rows, and how many there are: file, line, column and rule, never a value."""
    for row in bad[:REPORTED]:
        click.echo(str(row), err=True)
    if len(bad) > REPORTED:
        click.echo(f"and {len(bad) - REPORTED} more", err=True)


intake.add_command(invoices)
intake.add_command(layouts)
