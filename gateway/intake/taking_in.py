"""A risk run as an act for change(): instruction, gates, files not taken before, both stores, the run's own record.

The pointer is renamed after the event is on the log; what a crash left undone is finished at the next start.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.access.agreements import Agreement
from gateway.access.grant import Grant
from gateway.access.release import PolicyRelease
from gateway.errors import DeliveryRefused
from gateway.intake.files import RiskFiles
from gateway.intake.pseudonymise import pseudonym_use
from gateway.intake.risk import Order, Progress, Run, take_in
from gateway.intake.store import RunStores, is_whole
from gateway.risk import emergency_admissions
from gateway.stores.generations import current_run, point_to
from gateway.stores.practice_work import pipeline
from gateway.stores.vault import Connection, Vault

CONTROLLER = "controller"
REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Instructed:
    """What the person at the keyboard asks for."""

    files: RiskFiles
    instruction: str
    as_of: date
    again: bool = False


def take_in_run(  # noqa: PLR0913, PLR0917 what a run needs, each by its own name
    asked: Instructed,
    grant: Grant,
    release: PolicyRelease,
    agreement: Agreement,
    connection: Connection,
    vault: Vault,
    home: Path,
    tell: Progress,
) -> Run:
    """Make the next run's files and its record, in the caller's transaction. Raises DeliveryRefused."""
    refuse_without_address(agreement, asked.as_of)
    order = order_for(asked, grant, release, agreement, pipeline.next_run(connection))
    run = take_in(asked.files, order, RunStores(vault, home, order.run), tell)
    if not asked.again:
        refuse_taken_before(connection, run)
    record: dict[str, str | int] = {
        "run": order.run, "instruction": order.instruction, "as_of": order.as_of.isoformat(),
        "finished": order.as_of.isoformat(), "facts": json.dumps(run.facts),
    }  # fmt: skip
    pipeline.add_run(connection, record, run.hashes)
    return run


def order_for(asked: Instructed, grant: Grant, release: PolicyRelease, agreement: Agreement, run: int) -> Order:
    """What the pipeline is told, from the agreement and the instruction's row where there is one (ALL-10, RS-2)."""
    given = next((row for row in agreement.instructions if row.reference == asked.instruction), None)
    commissioners = tuple(dict.fromkeys(row.organisation for row in agreement.parties if row.kind == CONTROLLER))
    sensitive = [code for code in release.sensitive_codes if code.first <= asked.as_of <= (code.last or asked.as_of)]
    return Order(
        run=run,
        instruction=asked.instruction,
        as_of=asked.as_of,
        commissioners=commissioners,
        participating=tuple(row.organisation for row in agreement.practices if row.covers(asked.as_of)),
        pseudonym_use=pseudonym_use(agreement.reference, ",".join(commissioners), grant.request.purpose),
        threshold=given.threshold if given and given.threshold else emergency_admissions.THRESHOLD,
        sensitive_codes=frozenset(code.code for code in sensitive if code.system != REGISTER),
        sensitive_registers=frozenset(code.code for code in sensitive if code.system == REGISTER),
    )


def refuse_without_address(agreement: Agreement, day: date) -> None:
    """Nothing is taken in where the agreement lists no storage address (ALL-9)."""
    if not any(row.covers(day) for row in agreement.addresses):
        raise DeliveryRefused(
            f"agreement {agreement.reference} lists no storage address: intake is refused until it does"
        )


def refuse_taken_before(connection: Connection, run: Run) -> None:
    """The same file twice is recognised by its hash."""
    for sha256, name, _rows in run.hashes:
        if before := pipeline.taken_before(connection, sha256):
            raise DeliveryRefused(f"{name}: was taken in run {before[1]} already: add --again to take it once more")


def serve_last_run(connection: Connection, home: Path) -> int:
    """Point to the last run that was recorded, where its files are there; which run is served then."""
    last = pipeline.last_run(connection)
    if last > current_run(home) and is_whole(home, last):
        point_to(home, last)
    return current_run(home)
