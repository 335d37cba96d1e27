"""A risk run for change_prepared(): instruction, gates, files not taken before, both stores; then the run's own record.

The pointer is renamed after the event is on the log; what a crash left undone is finished at the next start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gateway.access.agreements import Agreement, Instruction
from gateway.access.grant import Grant
from gateway.access.release import ICD_10, REGISTER, PolicyRelease
from gateway.disclosure.rounding import shown
from gateway.errors import DeliveryRefused
from gateway.intake.files import Opened, RiskFiles
from gateway.intake.learning import ledger
from gateway.intake.learning.running import Learned, Learning
from gateway.intake.primary import primary
from gateway.intake.pseudonymise import pseudonym_use
from gateway.intake.risk import Order, Run, take_in
from gateway.intake.selecting import receive
from gateway.intake.stages import Progress
from gateway.intake.store import RunStores, is_whole
from gateway.intake.withhold_objections import expires
from gateway.stores import practice_work
from gateway.stores.generations import current_run, discard_after, point_to
from gateway.stores.practice_work import models, pipeline
from gateway.stores.vault import Connection, Vault

CONTROLLER = "controller"


@dataclass(frozen=True, slots=True)
class Instructed:
    """What the person at the keyboard asks for. today: the day on which the run is made, whatever day it is for.

    given_back: the day on which the list of those cleared was, where there is one.
    """

    files: RiskFiles
    instruction: str
    as_of: date
    today: date
    given_back: date
    again: bool = False
    dry_run: bool = False

    @property
    def cleared_on(self) -> date | None:
        """The day from which a list of those cleared holds; None without one."""
        return self.given_back if self.files.cleared else None


@dataclass(frozen=True, slots=True)
class Instructing:
    """Under what a run is made: who may, by which policy and agreement."""

    grant: Grant
    release: PolicyRelease
    agreement: Agreement


def take_in_run(  # noqa: PLR0913, PLR0917 what a run needs, each by its own name
    asked: Instructed, by: Instructing, connection: Connection, vault: Vault, home: Path, tell: Progress
) -> Run:
    """Make the next run's files, which nobody reads yet; of a dry run nothing stays. Raises DeliveryRefused.

    Only reads by the connection, and locks nothing of it. Takes what a killed run left.
    """
    refuse_without_address(by.agreement, asked.today)
    refuse_expired(asked.cleared_on, asked.today)
    discard_unrecorded(connection, home)
    order = order_for(asked, by, connection, vault)
    received = receive(asked.files, asked.as_of, tell)
    if not asked.again:
        refuse_taken_before(connection, received.hashes)
    stores = RunStores(vault, home, order.run)
    run = take_in(received, asked.files.reference, order, stores)
    if asked.dry_run:
        stores.discard()
    return run


def record_run(connection: Connection, asked: Instructed, by: Instructing, run: Run) -> None:
    """Put the run on record with its stages and files, in the caller's transaction; a dry run is not."""
    if asked.dry_run:
        return
    record: dict[str, str | int] = {
        "run": run.facts["run"], "instruction": run.facts["instruction"], "as_of": run.facts["as_of"],
        "finished": asked.today.isoformat(), "facts": json.dumps(provenance(run, by.grant.request.subject.user)),
    }  # fmt: skip
    pipeline.add_run(connection, record, [(one.sha256, one.file, one.rows) for one in run.hashes])
    if run.learned:
        record_predictions(connection, run.facts["run"], run.facts["as_of"], run.learned)


def record_predictions(connection: Connection, run: int, as_of: str, learned: Learned) -> None:
    """Freeze what the model said, and keep how earlier predictions did."""
    models.add_predictions(
        connection,
        {
            "run": run, "model": learned.version, "as_of": as_of, "people": learned.frozen.people,
            "sha256": learned.frozen.sha256, "stability": json.dumps(learned.applied.stability),
            "content": learned.frozen.content,
        },
    )  # fmt: skip
    for made_in, result in learned.results.items():
        models.add_result(connection, made_in, run, json.dumps(result))


def learning_of(connection: Connection, vault: Vault) -> Learning | None:
    """The model in use and what it is to score; None before the first is trained."""
    stored = models.latest(connection)
    if stored is None:
        return None
    return Learning(stored, models.unscored(connection), vault.derived(practice_work.NAME, ledger.USE))


def provenance(run: Run, user: str) -> dict[str, Any]:
    """Where the run comes from and what became of it: facts, stages, files with hashes and rows, and who made it."""
    files = [{"file": name, "sha256": sha256, "rows": rows} for sha256, name, rows, _kind in run.hashes]
    return {**run.facts, "by": user, "stages": run.stages, "files": files}


def protected(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stages as the log tells them: a row is somebody's, so rows are counted as people are (RS-3)."""
    told = []
    for stage in stages:
        counts = {name: {key: shown(rows) for key, rows in stage[name].items()} for name in ("in", "out", "set_aside")}
        went = shown(sum(stage["out"].values()))
        told.append({"stage": stage["stage"], "milliseconds": stage["milliseconds"], "went": went, **counts})
    return told


def order_for(asked: Instructed, by: Instructing, connection: Connection, vault: Vault) -> Order:
    """What the pipeline is told, from the agreement and the instruction's row where there is one (ALL-10, RS-2).

    Practices take part and codes are sensitive as on the day on which the run is made. Raises DeliveryRefused.
    """
    agreement, release = by.agreement, by.release
    learning = learning_of(connection, vault)
    commissioners = tuple(dict.fromkeys(row.organisation for row in agreement.parties if row.kind == CONTROLLER))
    return Order(
        run=pipeline.next_run(connection),
        instruction=asked.instruction,
        as_of=asked.as_of,
        commissioners=commissioners,
        participating=tuple(sorted(agreement.participating(asked.today))),
        pseudonym_use=pseudonym_use(agreement.reference, ",".join(commissioners), by.grant.request.purpose),
        primary=primary(instruction_for(asked, agreement), learning.stored if learning else None),
        method_before=pipeline.last_method(connection),
        learning=learning,
        sensitive_codes=release.sensitive(ICD_10, asked.today),
        sensitive_registers=release.sensitive(REGISTER, asked.today),
        cleared_until=expires(asked.cleared_on) if asked.cleared_on else None,
    )


def instruction_for(asked: Instructed, agreement: Agreement) -> Instruction | None:
    """The row that the instruction's reference names; None for one that is recorded as it was told.

    Raises DeliveryRefused where it is not in force on the day.
    """
    given = agreement.instruction(asked.instruction, asked.today)
    if not given and any(row.reference == asked.instruction for row in agreement.instructions):
        raise DeliveryRefused(f"instruction {asked.instruction} is not in force: ask the controller for another")
    return given


def refuse_without_address(agreement: Agreement, day: date) -> None:
    """Nothing is taken in where the agreement lists no storage address on the day (ALL-9)."""
    if not agreement.storage_addresses_on(day):
        raise DeliveryRefused(
            f"agreement {agreement.reference} lists no storage address: intake is refused until it does"
        )


def refuse_expired(cleared_on: date | None, day: date) -> None:
    """A list of those cleared says nothing of who has objected since: after a while it is not taken (RS-10).

    Raises DeliveryRefused.
    """
    if cleared_on and cleared_on > day:
        raise DeliveryRefused("the list of those cleared is of a day to come: say when it was given back")
    if cleared_on and expires(cleared_on) < day:
        raise DeliveryRefused(f"the list of those cleared was given back on {cleared_on} and has expired: get it again")


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


def discard_unrecorded(connection: Connection, home: Path) -> None:
    """Remove the files of runs that were never recorded: a killed or failed run's."""
    discard_after(home, pipeline.last_run(connection))
