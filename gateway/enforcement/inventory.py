"""The inventory of what was received: each delivered file, under which instruction, where it is held and until when.

The log is what it is made of, for it outlives the stores; what a store alone has on record is added. A delivered file
counts as held until its agreement is closed, though a later delivery may have replaced its rows. Keeps ALL-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from gateway.access.agreements import Agreement
from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.enforcement.change import Changed, Outcome, change
from gateway.enforcement.desk import Desk
from gateway.errors import GatewayError
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores import destroying, invoices, practice_work
from gateway.stores.audit_log.telling import Telling, Told, telling_of
from gateway.stores.invoices import pipeline as invoices_door
from gateway.stores.outbox import Transaction
from gateway.stores.practice_work import pipeline as risk_door
from gateway.stores.received import Recorded

NO_END, NOT_RECORDED, HELD = "no end", "not recorded", "held"
_REGISTERS = {practice_work.NAME: risk_door.received, invoices.NAME: invoices_door.received}


@dataclass(frozen=True, slots=True)
class Received:
    """One delivered file. event: of the log, None where only the store tells of it. until: the last day of the term."""

    agreement: str
    file: str
    kind: str
    rows: int
    sha256: str
    run: int
    instruction: str
    taken: str
    taken_by: str
    event: int | None
    held_in: str
    storage_address: str
    until: str
    state: str

    @property
    def record(self) -> dict[str, Any]:
        """By column."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(Received))


def inventoried(request: AccessRequest, *, desk: Desk) -> Changed[tuple[Received, ...]]:
    """Every file that was received under every agreement; looking is an access with its event."""

    def act(grant: Grant, transaction: Transaction) -> Outcome[tuple[Received, ...]]:
        found = tuple(inventory(telling_of(grant, transaction), desk))
        return Outcome(found, EventType.AUDIT_SEARCHED, {"question": "inventory", "rows": len(found)})

    return change(request, act, desk=desk)


def inventory(telling: Telling, desk: Desk) -> Iterator[Received]:
    """What the log tells of, then what only a store has on record, agreement by agreement."""
    told = list(telling.of_types(EventType.INTAKE_FINISHED))
    for key in sorted(desk.policy.agreements):
        yield from of_agreement(key, told, desk)


def of_agreement(key: str, told: Iterable[Told], desk: Desk) -> Iterator[Received]:
    """The files of one agreement. told: the log's events of finished intakes."""
    agreement = desk.policy.agreements[key]
    where = _where(agreement, desk)
    known: set[tuple[str, int]] = set()
    for one in told:
        if one.agreement == agreement.reference and one.details.get("dry_run") != "yes":
            for recorded in _on_the_log(one):
                known.add((recorded.sha256, recorded.run))
                yield _received(agreement, recorded, where, one)
    for recorded in _on_record(key, desk):
        if (recorded.sha256, recorded.run) not in known:
            yield _received(agreement, recorded, where, None)


def stores_of_agreement(key: str, desk: Desk) -> tuple[str, ...]:
    """Names of the stores that hold an agreement's data, in order."""
    return tuple(sorted(one.name for one in desk.policy.vocabulary.stores.values() if one.agreement == key))


def readable(names: Iterable[str], desk: Desk) -> tuple[list[str], list[str]]:
    """Of the stores of this installation: those that can be opened, and those that cannot."""
    whole, broken = [], []
    for name in names:
        if name in desk.stores:
            try:
                desk.stores[name].version()
            except GatewayError:
                broken.append(name)
            else:
                whole.append(name)
    return whole, broken


def until(agreement: Agreement) -> str:
    """The last day of the agreement's last term."""
    last = max(agreement.terms, key=lambda term: term.first).last
    return last.isoformat() if last else NO_END


def _on_the_log(one: Told) -> Iterator[Recorded]:
    run, instruction = int(one.details["run"]), str(one.details["instruction"])
    for name, told in one.details.get("files", {}).items():
        if isinstance(told, str):  # an event of an earlier form: its store tells the rest
            continue
        yield Recorded(told["sha256"], name, told["rows"], told["kind"], run, instruction, one.at)


def _on_record(key: str, desk: Desk) -> Iterator[Recorded]:
    """What those stores that can be opened have on record."""
    for name in readable(stores_of_agreement(key, desk), desk)[0]:
        if name in _REGISTERS:
            yield from _REGISTERS[name](desk.stores[name].connection())  # type: ignore[attr-defined]


def _where(agreement: Agreement, desk: Desk) -> tuple[str, str, str, str]:
    """Files, storage address, until when, and in which state, for every delivery of an agreement."""
    settings, key = desk.settings, agreement.key
    if key in settings.closed:
        day = settings.closed[key].isoformat()
        return "", "", day, f"destroyed on {day}"
    held = destroying.files_of(settings.home, stores_of_agreement(key, desk))
    names = [path.relative_to(settings.home).as_posix() for path in held if _is_a_store(path)]
    state = HELD if key in settings.agreements else "not served here"
    return ", ".join(names), settings.storage_address.get(key, NOT_RECORDED), until(agreement), state


def _is_a_store(path: Path) -> bool:
    return path.suffix == ".db"


def _received(
    agreement: Agreement, recorded: Recorded, where: tuple[str, str, str, str], told: Told | None
) -> Received:
    name = NOT_RECORDED if holds_nhs_number(recorded.file) else recorded.file
    return Received(
        agreement.reference,
        name,
        recorded.kind or NOT_RECORDED,
        recorded.rows,
        recorded.sha256,
        recorded.run,
        recorded.instruction,
        recorded.taken,
        told.user if told else NOT_RECORDED,
        told.idx if told else None,
        *where,
    )
