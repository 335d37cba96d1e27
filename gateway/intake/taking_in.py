"""A risk run as an act for change(): instruction, gates, files not taken before, both stores, the run's own record.

The pointer is renamed after the event is on the log; what a crash left undone is finished at the next start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.access.agreements import Agreement, Instruction
from gateway.access.grant import Grant
from gateway.access.release import PolicyRelease
from gateway.errors import DeliveryRefused
from gateway.intake.files import Opened, RiskFiles
from gateway.intake.pseudonymise import pseudonym_use
from gateway.intake.risk import Order, Progress, Run, receive, take_in
from gateway.intake.store import RunStores, is_whole
from gateway.risk import emergency_admissions
from gateway.stores.generations import current_run, point_to
from gateway.stores.practice_work import pipeline
from gateway.stores.vault import Connection, Vault

CONTROLLER = "controller"
ICD_10, REGISTER = "icd_10", "register"


@dataclass(frozen=True, slots=True)
class Instructed:
    """What the person at the keyboard asks for. today: the day on which the run is made, whatever day it is for."""

    files: RiskFiles
    instruction: str
    as_of: date
    today: date
    again: bool = False
    dry_run: bool = False


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
    """Make the next run's files and its record, in the caller's transaction; of a dry run nothing stays.

    Raises DeliveryRefused.
    """
    refuse_without_address(agreement, asked.today)
    order = order_for(asked, grant, release, agreement, pipeline.next_run(connection))
    received = receive(asked.files, asked.as_of, tell)
    if not asked.again:
        refuse_taken_before(connection, received.hashes)
    stores = RunStores(vault, home, order.run)
    run = take_in(received, asked.files.reference, order, stores, tell)
    if asked.dry_run:
        stores.discard()
        return run
    record: dict[str, str | int] = {
        "run": order.run, "instruction": order.instruction, "as_of": order.as_of.isoformat(),
        "finished": asked.today.isoformat(), "facts": json.dumps(run.facts),
    }  # fmt: skip
    pipeline.add_run(connection, record, [(one.sha256, one.file, one.rows) for one in run.hashes])
    return run


def order_for(asked: Instructed, grant: Grant, release: PolicyRelease, agreement: Agreement, run: int) -> Order:
    """What the pipeline is told, from the agreement and the instruction's row where there is one (ALL-10, RS-2).

    Practices take part and codes are sensitive as on the day on which the run is made. Raises DeliveryRefused.
    """
    given = instruction_for(asked, agreement)
    commissioners = tuple(dict.fromkeys(row.organisation for row in agreement.parties if row.kind == CONTROLLER))
    sensitive = [code for code in release.sensitive_codes if code.first <= asked.today <= (code.last or asked.today)]
    return Order(
        run=run,
        instruction=asked.instruction,
        as_of=asked.as_of,
        commissioners=commissioners,
        participating=tuple(sorted(agreement.participating(asked.today))),
        pseudonym_use=pseudonym_use(agreement.reference, ",".join(commissioners), grant.request.purpose),
        threshold=given.threshold if given and given.threshold else emergency_admissions.THRESHOLD,
        sensitive_codes=frozenset(code.code for code in sensitive if code.system == ICD_10),
        sensitive_registers=frozenset(code.code for code in sensitive if code.system == REGISTER),
    )


def instruction_for(asked: Instructed, agreement: Agreement) -> Instruction | None:
    """The row that the instruction's reference names; None for one that is recorded as it was told.

    Raises DeliveryRefused where it is not in force on the day, or names a method that is not here.
    """
    given = agreement.instruction(asked.instruction, asked.today)
    if not given and any(row.reference == asked.instruction for row in agreement.instructions):
        raise DeliveryRefused(f"instruction {asked.instruction} is not in force: ask the controller for another")
    if given and given.at_risk_method not in {"", emergency_admissions.METHOD}:
        raise DeliveryRefused(f"instruction {asked.instruction} names an at-risk method that this program has not")
    return given


def refuse_without_address(agreement: Agreement, day: date) -> None:
    """Nothing is taken in where the agreement lists no storage address on the day (ALL-9)."""
    if not agreement.storage_addresses_on(day):
        raise DeliveryRefused(
            f"agreement {agreement.reference} lists no storage address: intake is refused until it does"
        )


def refuse_taken_before(connection: Connection, files: Iterable[Opened]) -> None:
    """The same file twice is recognised by its hash, in one delivery or in two. Raises DeliveryRefused."""
    here: dict[str, str] = {}
    for sha256, name, *_ in files:
        if sha256 in here:
            raise DeliveryRefused(f"{name}: is {here[sha256]} once more: leave it out, or add --again")
        here[sha256] = name
        if before := pipeline.taken_before(connection, sha256):
            raise DeliveryRefused(f"{name}: was taken in run {before[1]} already: add --again to take it once more")


def serve_last_run(connection: Connection, home: Path) -> int:
    """Point to the last run that was recorded, where its files are there; which run is served then."""
    last = pipeline.last_run(connection)
    if last > current_run(home) and is_whole(home, last):
        point_to(home, last)
    return current_run(home)
