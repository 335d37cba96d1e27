"""`gateway intake invoices`: the Controlled Environment for Finance takes in invoices, backing data and SUS+.

An access like any other: decided (training and authorisation in date, IV-1), on the log, made by somebody (ALL-10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from gateway.access.agreements import Agreement
from gateway.access.decision import AccessRequest, Context, Subject
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
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.outbox import Transaction

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
CONTROLLER, REPORTED = "controller", 200
TOLD = ("run", "instruction", "set_aside", "quarantined", "withdrawn", "stored")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person at the keyboard asks for."""

    files: InvoiceFiles
    instruction: str
    again: bool
    dry_run: bool


@click.command()
@click.option("--invoices", "headers", multiple=True, type=A_FILE, help="Invoice headers (layout a1).")
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
    """Take in one delivery of the CEfF, or the part of it that has come; all or nothing."""
    files = InvoiceFiles(headers, backing, sus, reference)
    refuse_nothing(files, instruction)
    with runtime.desk() as desk, progress(STAGES) as step:
        subject = runtime.subject(desk, "intake_invoices", as_user)
        asked = Asked(files, instruction, again=again, dry_run=dry_run)
        run = _run(desk, runtime.context("intake invoices"), subject, asked, step)
    report(run.bad)
    report(run.quarantined)
    tell(run.facts, as_json=as_json)


def _run(desk: Desk, context: Context, subject: Subject, asked: Asked, step: Progress) -> InvoiceRun:
    request = AccessRequest(subject, "invoice_validation", "intake.invoices", "create", context)

    def act(grant: Grant, transaction: Transaction) -> Outcome[InvoiceRun]:
        agreement = next(one for one in desk.policy.agreements.values() if one.reference == grant.decision.agreement)
        order = _order(desk.now(), agreement, subject, asked)
        refuse_without_address(agreement, order.today)
        desk.log.append(events.changed(grant, EventType.INTAKE_STARTED, {"instruction": order.instruction}))
        run = take_in_invoices(asked.files, order, transaction.connection, step)
        told = {name: run.facts[name] for name in TOLD} | {"dry_run": "yes" if asked.dry_run else "no"}
        return Outcome(run, EventType.INTAKE_FINISHED, {**told, "files": run.files})

    return change(request, act, desk=desk).value


def _order(now: datetime, agreement: Agreement, subject: Subject, asked: Asked) -> InvoiceOrder:
    return InvoiceOrder(
        instruction=asked.instruction,
        user=subject.user,
        today=now.astimezone(LONDON).date(),
        received=now.astimezone(UTC).isoformat(timespec="seconds"),
        commissioners=commissioners_of(agreement),
        again=asked.again,
        dry_run=asked.dry_run,
    )


def commissioners_of(agreement: Agreement) -> tuple[str, ...]:
    """Whose patients these are: the codes of the agreement's controllers, whatever the day (ALL-7c)."""
    return tuple(dict.fromkeys(row.organisation for row in agreement.parties if row.kind == CONTROLLER))


def refuse_nothing(files: InvoiceFiles, instruction: str) -> None:
    """Some file, and an instruction's reference that is no patient's number, for it is shown (ALL-10, IV-2)."""
    if files == InvoiceFiles():
        raise click.UsageError("name a file: --invoices, --backing, --sus or --reference")
    if not instruction.strip() or holds_nhs_number(instruction):
        raise click.UsageError("--instruction takes the reference of an instruction, and nothing of a patient")


def refuse_without_address(agreement: Agreement, day: date) -> None:
    """Nothing is taken in where the agreement lists no storage address on the day (ALL-9)."""
    if not agreement.storage_addresses_on(day):
        raise DeliveryRefused(
            f"agreement {agreement.reference} lists no storage address: intake is refused until it does"
        )


def report(rows: tuple[BadRow, ...]) -> None:
    """Bad rows, on standard error: file, line, column and rule, never a value."""
    for row in rows[:REPORTED]:
        click.echo(str(row), err=True)
    if len(rows) > REPORTED:
        click.echo(f"and {len(rows) - REPORTED} more", err=True)
