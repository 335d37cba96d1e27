"""`gateway cohort`: the commissioner's analyst saves, lists and withdraws criteria for a group of patients (RS-6).

Criteria alone: no command here tells who meets them or how many. Each practice sees its own (`/practice/cohorts`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.audit.event import EventType
from gateway.catalogue import cohort as words
from gateway.catalogue.cohort import Criteria, CriteriaFault
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement.answer import answer
from gateway.enforcement.change import Outcome, change
from gateway.enforcement.cohorts import sensitive_registers
from gateway.errors import BadRequest, NotFound
from gateway.invoices.personal_data import holds_nhs_number
from gateway.stores.outbox import Transaction
from gateway.stores.population_work import cohorts

FAMILY = "population"
PLANNING, RESOURCE = "commissioning", "population.cohorts"
LONGEST = 60  # characters of a name
LARGEST = 65_536  # bytes of a file of criteria
Facts = dict[str, Any]


@click.group()
def cohort() -> None:
    """Criteria for groups of patients, which each practice meets its own patients by."""


@cohort.command("save")
@click.argument("name")
@click.option(
    "--criteria", "given", multiple=True, required=True, metavar="FILE|KEY=VALUE",
    help="A JSON file, or key=value,value; several times for several criteria, which all have to hold.",
)  # fmt: skip
@as_user
@as_json
@pass_runtime
def save_command(runtime: Runtime, name: str, given: tuple[str, ...], user: str | None, *, as_json: bool) -> None:
    """Save criteria under NAME; every participating practice sees which of its own patients at risk meet them."""
    with runtime.desk() as desk:
        name, criteria = checked(name), read(given, sensitive_registers(desk))
        request = AccessRequest(
            runtime.subject(desk, FAMILY, user), PLANNING, RESOURCE, "save", runtime.context("cohort save")
        )

        def act(grant: Grant, transaction: Transaction) -> Outcome[Facts]:
            by, canonical = grant.request.subject.user, criteria.canonical()
            number = cohorts.add(transaction.connection, name, canonical, by, desk.today().isoformat())
            saved = {"cohort": number, "name": name, "criteria": canonical}
            return Outcome(saved, EventType.COHORT_SAVED, saved)

        done = change(request, act, desk=desk)
    tell({**done.value, "in_words": criteria.in_words(), "event": done.receipt.index}, as_json=as_json)


@cohort.command("withdraw")
@click.argument("number", metavar="ID", type=click.IntRange(1, 10**9))
@as_user
@as_json
@pass_runtime
def withdraw_command(runtime: Runtime, number: int, user: str | None, *, as_json: bool) -> None:
    """Take one back: from now on no practice finds it. It stays in the list as withdrawn."""
    with runtime.desk() as desk:
        request = AccessRequest(
            runtime.subject(desk, FAMILY, user), PLANNING, RESOURCE, "withdraw", runtime.context("cohort withdraw")
        )

        def act(grant: Grant, transaction: Transaction) -> Outcome[Facts]:
            if not cohorts.withdraw(
                transaction.connection, number, grant.request.subject.user, desk.today().isoformat()
            ):
                raise NotFound(f"there is no cohort {number} that stands: 'gateway cohort list' shows them")
            return Outcome({"cohort": number}, EventType.COHORT_SAVED, {"cohort": number, "state": "withdrawn"})

        done = change(request, act, desk=desk)
    tell({**done.value, "withdrawn": True, "event": done.receipt.index}, as_json=as_json)


@cohort.command("list")
@as_user
@as_json
@pass_runtime
def list_command(runtime: Runtime, user: str | None, *, as_json: bool) -> None:
    """Every cohort: number, name, criteria, by whom and when, and whether it is withdrawn."""
    with runtime.desk() as desk:
        subject, context = runtime.subject(desk, FAMILY, user), runtime.context("cohort list")
        found = answer(AccessRequest(subject, PLANNING, RESOURCE, "list", context), desk=desk)
    rows = found.result.parts["cohorts"].records()
    if as_json:
        told = [{**row, "criteria": json.loads(str(row["criteria"]))} for row in rows]
        click.echo(json.dumps({"cohorts": told, "event": found.receipt.index}, indent=2))
        return
    for row in rows:
        state = f"withdrawn {row['withdrawn_on']}" if row["withdrawn_on"] else "stands"
        click.echo(
            f"{row['id']}  {row['name']}  {row['criteria']}  saved {row['saved_on']} by {row['saved_by']}  {state}"
        )
    if not rows:
        click.echo("No cohort is saved yet: 'gateway cohort save' saves one.")


def read(given: tuple[str, ...], sensitive: frozenset[str]) -> Criteria:
    """Criteria of --criteria: one file, or words. Raises BadRequest."""
    try:
        if len(given) == 1 and "=" not in given[0]:
            return words.parse(text_of(Path(given[0])), sensitive)
        return words.parse_words(given, sensitive)
    except CriteriaFault as fault:
        raise BadRequest(str(fault)) from fault


def text_of(path: Path) -> str:
    """A file of criteria. Raises BadRequest where it cannot be one."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadRequest("--criteria is key=value, or a file that can be read as UTF-8") from fault
    if len(content) > LARGEST:
        raise BadRequest(f"the file of criteria is larger than {LARGEST} bytes")
    return text


def checked(name: str) -> str:
    """A cohort's name. Raises BadRequest; it never has an NHS number."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise BadRequest(f"give the cohort a name of 1 to {LONGEST} characters")
    if holds_nhs_number(name):
        raise BadRequest("a cohort's name holds no NHS number: give it another name")
    return name
