"""`gateway agreement`: how each agreement stands, renewing one, and closing one with the evidence (docs/agreements.md).

Renewing and closing take two people, who both sign in.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gateway.access.decision import AccessRequest
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.answer import answer
from gateway.enforcement.certifying import Certificate, certified, in_words
from gateway.enforcement.closing import closed, planned
from gateway.enforcement.desk import Desk
from gateway.enforcement.installation import write_private
from gateway.enforcement.renewing import Renewal, facts, renewed
from gateway.enforcement.retention import seconded
from gateway.enforcement.serving import stopped
from gateway.errors import BadRequest
from gateway.http import standing

FAMILY = "user"
A_DAY = click.DateTime(["%Y-%m-%d"])
as_user_option = click.option("--as", "as_user", help="Sign in as this user; the password is read from the terminal.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SECOND = "The second person; their password is read after the first one's."


@click.group()
def agreement() -> None:
    """The data sharing agreements."""


@agreement.command("list")
@as_user_option
@as_json_option
@pass_runtime
def list_command(runtime: Runtime, as_user: str | None, *, as_json: bool) -> None:
    """Each agreement: in force or not and why, closed or renewed, terms, parties, approvals, storage addresses."""
    with runtime.desk() as desk:
        request = _request(runtime, desk, as_user, "agreements", "list")
        event = answer(request, desk=desk).receipt.index
        day = desk.today()
        told = [standing.told(desk.policy, key, day) for key in sorted(desk.policy.agreements)]
    if as_json:
        click.echo(json.dumps({"agreements": told, "event": event}, indent=2))
        return
    for one in told:
        click.echo(f"{one['reference']}  {_state(one)}  {one['title']}")


@agreement.command("renew")
@click.argument("name", metavar="REF")
@click.option("--to", "last", type=A_DAY, required=True, help="The last day of the new term, as 2026-03-31.")
@click.option("--from", "first", type=A_DAY, help="Its first day; the day after the last term by default.")
@click.option(
    "--reference", required=True, help="Where the renewal is from: its reference, as it is to stand on record."
)
@click.option("--approved-by", "second", required=True, help=SECOND)
@as_user_option
@as_json_option
@pass_runtime
def renew_command(  # noqa: PLR0913 one argument an option
    runtime: Runtime,
    name: str,
    *,
    last: datetime,
    first: datetime | None,
    reference: str,
    second: str,
    as_user: str | None,
    as_json: bool,
) -> None:
    """Add a further term to agreement REF in this installation's own agreements.toml."""
    asked = Renewal(name, last.date(), reference, first.date() if first else None)
    with runtime.desk() as desk:
        request = _request(runtime, desk, as_user, "agreements", "renew")
        request = seconded(request, runtime.subject(desk, FAMILY, second), desk=desk)
        done = renewed(request, asked, desk=desk)
    tell({**facts(done.value), "event": done.receipt.index}, as_json=as_json)


@agreement.command("close")
@click.argument("name", metavar="REF")
@click.option("--approved-by", "second", help=SECOND)
@click.option("--dry-run", is_flag=True, help="Tell what would be destroyed, and destroy nothing.")
@click.option("--out", type=click.Path(path_type=Path), help="A new folder for the signed certificate.")
@as_user_option
@as_json_option
@pass_runtime
def close_command(  # noqa: PLR0913 one argument an option
    runtime: Runtime,
    name: str,
    *,
    second: str | None,
    dry_run: bool,
    out: Path | None,
    as_user: str | None,
    as_json: bool,
) -> None:
    """Destroy what is held under agreement REF and print the evidence; stop the gateway first.

    Run again, it goes on from where it was stopped; run on a closed agreement, it prints the evidence again.
    """
    if dry_run:
        _tell_plan(runtime, name, as_user, as_json=as_json)
        return
    if second is None:
        raise click.UsageError("closing takes a second person: add --approved-by, or look first with --dry-run")
    if out is not None and out.exists():
        raise BadRequest(f"{out} is there already: name a new folder")
    with stopped(runtime.settings, "close the agreement"), runtime.desk() as desk:
        request = _request(runtime, desk, as_user, "closing", "create")
        request = seconded(request, runtime.subject(desk, FAMILY, second), desk=desk)
        done = closed(request, name, desk=desk)
        certificate = certified(done.value, desk)
    _hand_over(certificate, out)
    if as_json:
        tell({**done.value, "signature": certificate.signature, "event": done.receipt.index}, as_json=True)
        return
    click.echo(certificate.words, nl=False)
    click.echo(f"event: {done.receipt.index}")


def _tell_plan(runtime: Runtime, name: str, as_user: str | None, *, as_json: bool) -> None:
    with runtime.desk() as desk:
        shown = planned(_request(runtime, desk, as_user, "closing", "read"), name, desk=desk)
    if as_json:
        tell({**shown.value, "event": shown.receipt.index}, as_json=True)
        return
    for line in in_words(shown.value):
        click.echo(line)
    click.echo(f"event: {shown.receipt.index}")


def _hand_over(certificate: Certificate, out: Path | None) -> None:
    if out is None:
        return
    try:
        out.mkdir(mode=0o700, parents=True)
        for name, content in certificate.files.items():
            write_private(out / name, content)
    except OSError as error:
        told = "the agreement is closed; run this again with another --out for the certificate"
        raise BadRequest(f"{out} cannot be written: {error.strerror}; {told}") from error


def _request(runtime: Runtime, desk: Desk, as_user: str | None, what: str, action: str) -> AccessRequest:
    subject, context = runtime.subject(desk, FAMILY, as_user), runtime.context(f"agreement {action}")
    return AccessRequest(subject, "administration", f"administration.{what}", action, context)


def _state(one: dict[str, Any]) -> str:
    if one["closed"]:
        return f"closed on {one['closed']}"
    state = "in force" if one["in_force"] else f"not in force: {one['why']}"
    return f"{state}, renewed to {one['terms'][-1]['last'] or 'no end'}" if one["renewals"] else state
