"""`gateway user`: accounts and dated grants from the command line, each an access with its event (channel cli).

A grant needs two people: whoever proposes it, and `--approved-by`, who signs in too (docs/accounts.md).
"""

from __future__ import annotations

import secrets

import click

from gateway.access.decision import AccessRequest, Subject, Value
from gateway.cli.context import Runtime, as_json, pass_runtime, tell
from gateway.enforcement import granting, keeping
from gateway.enforcement.answer import answer
from gateway.enforcement.change import change
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest
from gateway.http.sign_in import link_hash

FAMILY = "user"
as_user = click.option("--as", "as_user", help="Sign in as this user; the password is read from the terminal.")


@click.group()
def user() -> None:
    """Accounts, and who holds which role where."""


@user.command("add")
@click.argument("name")
@click.option("--full-name", required=True, help="The person's name.")
@click.option("--employer", required=True, help="ODS code.")
@click.option("--status", default="employee", show_default=True, help="employee, agent or contractor.")
@click.option("--contract-from", required=True, help="First day of the contract, as 2026-03-31.")
@click.option("--contract-until", default="", help="Last day of the contract.")
@click.option("--professional-number", default="", help="Number of a professional register.")
@click.option("--training-until", default="", help="Last day on which training is in date.")
@click.option("--authorised-until", default="", help="Last day of the authorisation for invoice validation.")
@as_user
@as_json
@pass_runtime
def add(runtime: Runtime, /, name: str, full_name: str, as_user: str | None, *, as_json: bool, **facts: str) -> None:
    """Add the account NAME; prints the one-time link for its first password."""
    account = keeping.account_from({**facts, "user": name, "name": full_name})
    with runtime.desk() as desk:
        secret, link = _link(desk)
        subject = runtime.subject(desk, FAMILY, as_user)
        done = change(
            _request(runtime, subject, "users", "create"), keeping.adding(account, link, desk.policy), desk=desk
        )
    tell({"user": name, "link": f"/first-password/{secret}", "event": done.receipt.index}, as_json=as_json)


@user.command("list")
@click.option("--grants", is_flag=True, help="List grants instead of accounts.")
@click.option("--page", type=click.IntRange(min=1), default=1)
@as_user
@as_json
@pass_runtime
def list_command(runtime: Runtime, as_user: str | None, page: int, *, grants: bool, as_json: bool) -> None:
    """List accounts, or grants."""
    part = "grants" if grants else "users"
    with runtime.desk() as desk:
        subject = runtime.subject(desk, FAMILY, as_user)
        shown = answer(_request(runtime, subject, part, "list", {"page": page}), desk=desk)
    rows = shown.result.parts[part]
    names = [column.name for column in rows.columns]
    facts = {"total": rows.total, "page": rows.page, "event": shown.receipt.index}
    if as_json:
        tell({"columns": names, "rows": rows.records(), **facts}, as_json=True)
        return
    for row in (names, *rows.rows):
        click.echo("\t".join("" if cell is None else str(cell) for cell in row))
    tell(facts, as_json=False)


@user.command("grant")
@click.argument("name")
@click.argument("role")
@click.argument("organisation")
@click.option("--from", "valid_from", required=True, help="First day, as 2026-03-31.")
@click.option("--until", "valid_until", default="", help="Last day.")
@click.option("--review", "review_due", default="", help="When it is to be reviewed; a year on by default.")
@click.option("--approved-by", required=True, help="The second person; their password is read after the first one's.")
@as_user
@as_json
@pass_runtime
def grant(  # noqa: PLR0913 one argument an option
    runtime: Runtime,
    /,
    name: str,
    role: str,
    organisation: str,
    *,
    approved_by: str,
    as_user: str | None,
    as_json: bool,
    **dates: str,
) -> None:
    """Grant NAME the ROLE at ORGANISATION: proposed by one person, approved by another."""
    first = keeping.day(dates, "valid_from")
    if first is None:
        raise BadRequest("Enter the first day of the grant.")
    rest = (keeping.day(dates, "valid_until"), keeping.day(dates, "review_due"))
    proposal = granting.Proposal(name, role, organisation, first, *rest)
    with runtime.desk() as desk:
        proposer = runtime.subject(desk, FAMILY, as_user)
        approver = runtime.subject(desk, FAMILY, approved_by)
        act = granting.proposing(proposal, desk.policy)
        number = change(_request(runtime, proposer, "grants", "create"), act, desk=desk).value
        done = change(
            _request(runtime, approver, "grants", "approve"), granting.approving(number, desk.policy), desk=desk
        )
    tell({"grant": number, "user": name, "state": "approved", "event": done.receipt.index}, as_json=as_json)


@user.command("revoke")
@click.argument("number", type=click.IntRange(min=1))
@as_user
@as_json
@pass_runtime
def revoke(runtime: Runtime, number: int, as_user: str | None, *, as_json: bool) -> None:
    """End grant NUMBER; it holds at its holder's next request."""
    with runtime.desk() as desk:
        subject = runtime.subject(desk, FAMILY, as_user)
        done = change(_request(runtime, subject, "grants", "revoke"), granting.revoking(number), desk=desk)
    tell({"grant": number, "state": granting.REVOKED, "event": done.receipt.index}, as_json=as_json)


@user.command("reset")
@click.argument("name")
@as_user
@as_json
@pass_runtime
def reset(runtime: Runtime, name: str, as_user: str | None, *, as_json: bool) -> None:
    """Unlock NAME and end its password and sessions; prints the one-time link for the next password."""
    with runtime.desk() as desk:
        secret, link = _link(desk)
        subject = runtime.subject(desk, FAMILY, as_user)
        done = change(_request(runtime, subject, "users", "update"), keeping.resetting(name, link), desk=desk)
    tell({"user": name, "link": f"/first-password/{secret}", "event": done.receipt.index}, as_json=as_json)


def _request(
    runtime: Runtime, subject: Subject, what: str, action: str, question: dict[str, Value] | None = None
) -> AccessRequest:
    context = runtime.context(f"user {what} {action}")
    return AccessRequest(subject, "administration", f"administration.{what}", action, context, question or {})


def _link(desk: Desk) -> tuple[str, keeping.Link]:
    secret = secrets.token_urlsafe(32)
    return secret, keeping.Link(link_hash(secret), int(desk.now().timestamp()) + keeping.LINK_SECONDS)
