"""`gateway agreement list`: how each agreement stands today, and why."""

from __future__ import annotations

import json

import click

from gateway.access.decision import AccessRequest
from gateway.access.snapshot import LONDON
from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.answer import answer
from gateway.http import standing

FAMILY = "user"


@click.group()
def agreement() -> None:
    """The data sharing agreements."""


@agreement.command("list")
@click.option("--as", "as_user", help="Sign in as this user; the password is read from the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_runtime
def list_command(runtime: Runtime, as_user: str | None, *, as_json: bool) -> None:
    """Each agreement: in force or not and why, terms, parties, approvals, storage addresses."""
    with runtime.desk() as desk:
        subject, context = runtime.subject(desk, FAMILY, as_user), runtime.context("agreement list")
        request = AccessRequest(subject, "administration", "administration.agreements", "list", context)
        event = answer(request, desk=desk).receipt.index
        day = desk.now().astimezone(LONDON).date()
        told = [standing.told(desk.policy, key, day) for key in sorted(desk.policy.agreements)]
    if as_json:
        click.echo(json.dumps({"agreements": told, "event": event}, indent=2))
        return
    for one in told:
        state = "in force" if one["in_force"] else f"not in force: {one['why']}"
        click.echo(f"{one['reference']}  {state}  {one['title']}")
