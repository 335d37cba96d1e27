"""`gateway intake invoices`: the Controlled Environment for Finance takes in invoices, backing data and SUS+.

An access like any other: decided (training and authorisation in date, IV-1), on the log, made by somebody (ALL-10).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.access.agreements import Agreement
from gateway.access.decision import AccessRequest, Subject
from gateway.access.grant import Grant
from gateway.access.snapshot import LONDON
from gateway.audit.event import EventType
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.cli.progress import progress
from gateway.enforcement import events
from gateway.enforcement.change import Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import DeliveryRefused
from gateway.intake.invoice_files import InvoiceFiles
from gateway.intake.invoices import STAGES, InvoiceOrder, InvoiceRun, Progress, take_in_invoices
from gateway.intake.reading_files import BadRow
from gateway.stores.outbox import Transaction

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
CONTROLLER, REPORTED = "controller", 200


class DryRun(click.ClickException):
    """Everything was looked at and nothing kept, as asked."""

    def __init__(self, run: InvoiceRun) -> None:
        """`run` says what would have been done."""
        super().__init__("dry run")
        self.run = run


@click.command()
@click.option("--invoices", "headers", multiple=True, required=True, type=A_FILE, help="Invoice headers (layout a1).")
@click.option("--backing", multiple=True, type=A_FILE, help="Backing data (layout a2).")
@click.option("--sus", multiple=True, type=A_FILE, help="SUS+ (layouts b1, b2, b3: known by their header).")
@click.option("--reference", type=A_FOLDER, help="Folder with c5_practice_commissioner.csv.")
@click.option("--instruction", required=True, help="Reference of the controller's instruction.")
@click.option("--as", "as_user", help="Sign in as this user.")
@click.option("--again", is_flag=True, help="Take files that were taken before.")
@click.option("--dry-run", is_flag=True, help="Look at everything and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def invoices(  # noqa: PLR0913 one argument an option
    runtime: Runtime,
    *,
    headers: tuple[Path, ...],
    backing: tuple[Path, ...],
    sus: tuple[Path, ...],
    reference: Path | None,
    instruction: str,
    as_user: str | None,
    again: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in one delivery of the CEfF; all or nothing."""
    files = InvoiceFiles(headers, backing, sus, reference)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, "intake_invoices", as_user)
        request = AccessRequest(
            subject, "invoice_validation", "intake.invoices", "create", runtime.context("intake invoices")
        )
        order = _order(desk, subject, instruction, again=again)
        run = _run(desk, request, files, order, step, dry_run=dry_run)
    report(run.bad)
    report(run.quarantined)
    tell(run.facts, as_json=as_json)


def _order(desk: Desk, subject: Subject, instruction: str, *, again: bool) -> InvoiceOrder:
    now = desk.now()
    return InvoiceOrder(
        instruction=instruction,
        user=subject.user,
        today=now.astimezone(LONDON).date(),
        received=now.astimezone(UTC).isoformat(timespec="seconds"),
        commissioners=(),
        again=again,
    )


def _run(  # noqa: PLR0913 what a run needs, each by its own name
    desk: Desk, request: AccessRequest, files: InvoiceFiles, order: InvoiceOrder, step: Progress, *, dry_run: bool
) -> InvoiceRun:
    def act(grant: Grant, transaction: Transaction) -> Outcome[InvoiceRun]:
        agreement = next(one for one in desk.policy.agreements.values() if one.reference == grant.decision.agreement)
        refuse_without_address(agreement, order)
        desk.log.append(events.changed(grant, EventType.INTAKE_STARTED, {"instruction": order.instruction}))
        run = take_in_invoices(files, order.of(commissioners_of(agreement)), transaction.connection, step)
        if dry_run:
            raise DryRun(run)
        told = {name: run.facts[name] for name in ("run", "instruction", "set_aside", "quarantined", "stored")}
        return Outcome(run, EventType.INTAKE_FINISHED, told)

    try:
        return change(request, act, desk=desk).value
    except DryRun as looked:
        return looked.run


def commissioners_of(agreement: Agreement) -> tuple[str, ...]:
    """Whose patients these are: the codes of the agreement's controllers, whatever the day (ALL-7c)."""
    return tuple(dict.fromkeys(row.organisation for row in agreement.parties if row.kind == CONTROLLER))


def refuse_without_address(agreement: Agreement, order: InvoiceOrder) -> None:
    """Nothing is taken in where the agreement lists no storage address on the day (ALL-9)."""
    if not agreement.storage_addresses_on(order.today):
        raise DeliveryRefused(
            f"agreement {agreement.reference} lists no storage address: intake is refused until it does"
        )


def report(rows: tuple[BadRow, ...]) -> None:
    """Bad rows, on standard error: file, line, column and rule, never a value."""
    for row in rows[:REPORTED]:
        click.echo(str(row), err=True)
    if len(rows) > REPORTED:
        click.echo(f"and {len(rows) - REPORTED} more", err=True)
