"""`gateway audit who-saw`, `user` and `question`: the auditor's questions from the command line.

An NHS number is read from the terminal or standard input, never from an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from gateway.access.decision import Value
from gateway.catalogue.questions import REPORT, reported
from gateway.cli.as_auditor import read_number, request_for
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement import questions
from gateway.enforcement.change import Changed

Ask = Callable[..., Changed[questions.Found]]
page_option = click.option("--page", type=click.IntRange(min=1), default=1)
from_option = click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day: 2026-03-31.")
to_option = click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")


@click.command("who-saw")
@as_user
@as_json
@page_option
@click.option("--report", is_flag=True, help="In plain words, for the patient.")
@pass_runtime
def who_saw_command(runtime: Runtime, user: str | None, page: int, *, as_json: bool, report: bool) -> None:
    """Who looked at one patient; the NHS number is read from the terminal or standard input."""
    with runtime.desk() as desk:
        request = request_for(runtime, desk, user, "audit.patient", "list", {"token": "", "page": page})
        shown = questions.who_saw(request, read_number(), desk=desk)
        words = desk.policy.vocabulary
    if not report:
        _tell_rows(shown, as_json=as_json)
        return
    told = [reported(record, words) for record in shown.value.rows.records()]
    if as_json:
        whole = {"columns": REPORT, "rows": told, "total": shown.value.rows.total, "page": page}
        tell({**whole, "event": shown.receipt.index}, as_json=True)
        return
    for one in told:
        click.echo("\n".join(f"{name.capitalize()}: {one[name]}" for name in REPORT) + "\n")
    click.echo(f"{shown.value.rows.total} accesses in all; this report is event {shown.receipt.index}")


@click.command("user")
@click.argument("name")
@as_user
@as_json
@from_option
@to_option
@page_option
@pass_runtime
def user_command(  # noqa: PLR0913, PLR0917 an option each
    runtime: Runtime,
    name: str,
    user: str | None,
    first: datetime | None,
    last: datetime | None,
    page: int,
    *,
    as_json: bool,
) -> None:
    """What one user did, newest first."""
    asked: dict[str, Value] = {"user": name, **_days(first, last), "page": page}
    _tell_answer(runtime, user, "audit.user", asked, questions.of_user, as_json=as_json)


@click.command("question")
@click.argument("name", type=click.Choice(sorted(questions.QUESTIONS)))
@as_user
@as_json
@from_option
@to_option
@page_option
@pass_runtime
def question_command(  # noqa: PLR0913, PLR0917 an option each
    runtime: Runtime,
    name: str,
    user: str | None,
    first: datetime | None,
    last: datetime | None,
    page: int,
    *,
    as_json: bool,
) -> None:
    """One of the questions of docs/audit.md, of the last 31 days where no day is given."""
    asked: dict[str, Value] = {"question": name, **_days(first, last), "page": page}
    _tell_answer(runtime, user, "audit.questions", asked, questions.asked, as_json=as_json)


def _tell_answer(  # noqa: PLR0913 what is asked, and how it is told
    runtime: Runtime, user: str | None, resource: str, asked: dict[str, Value], ask: Ask, *, as_json: bool
) -> None:
    """Ask, and print the rows."""
    with runtime.desk() as desk:
        shown = ask(request_for(runtime, desk, user, resource, "list", asked), desk=desk)
    _tell_rows(shown, as_json=as_json)


def _days(first: datetime | None, last: datetime | None) -> dict[str, str]:
    given = {"day_from": first, "day_to": last}
    return {name: day.date().isoformat() for name, day in given.items() if day}


def _tell_rows(shown: Changed[questions.Found], *, as_json: bool) -> None:
    rows = shown.value.rows
    if as_json:
        names = [column.name for column in rows.columns]
        facts = {"columns": names, "rows": rows.records(), "total": rows.total, "page": rows.page}
        tell({**facts, "event": shown.receipt.index}, as_json=True)
        return
    for row in rows.rows:
        click.echo("\t".join(str(cell) for cell in row))
    click.echo(f"{rows.total} in all, page {rows.page}; this search is event {shown.receipt.index}")
