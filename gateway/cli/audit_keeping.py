"""`gateway audit seal-key`, `erase-seal`, `prune` and `rotate-key`: keys, and what goes from the log in its time.

What goes, and a new key of the log, need two people, who both sign in. An NHS number is read from standard input,
never from an argument.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gateway.access.decision import AccessRequest
from gateway.audit.sealing import new_key_pair
from gateway.cli.as_auditor import FAMILY, read_number, request_for
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement.desk import Desk
from gateway.enforcement.installation import write_private
from gateway.enforcement.retention import erased, pruned, seconded
from gateway.enforcement.rotating import rotated
from gateway.errors import BadRequest
from gateway.settings import AUDITOR_KEY

OPERATORS = "user"  # the family whose service account is an access administrator's

approved_by = click.option(
    "--approved-by", "second", required=True, help="The second person; their password is read after the first one's."
)


@click.command("seal-key")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new file for the private key.")
@as_json
def seal_key_command(out: Path, *, as_json: bool) -> None:
    """Make the auditor's key pair, on the auditor's own machine; no installation is needed."""
    private, public = new_key_pair()
    beside = out.with_name(f"{out.name}.pub")
    try:
        write_private(out, private)
        beside.write_bytes(public)
    except OSError as error:
        raise BadRequest(f"{out} cannot be written: {error.strerror}") from error
    told = {
        "private": str(out),
        "public": str(beside),
        "next": f"hand over {beside.name}, as {AUDITOR_KEY} for the keys",
    }
    tell(told, as_json=as_json)


@click.command("erase-seal")
@approved_by
@as_user
@as_json
@pass_runtime
def erase_seal_command(runtime: Runtime, second: str, user: str | None, *, as_json: bool) -> None:
    """Erase what is sealed of one patient; the NHS number is read from the terminal or standard input, last."""
    with runtime.desk() as desk:
        request = _seconded(runtime, desk, user, second, ("audit.seals", "erase"))
        done = erased(request, read_number(), desk=desk)
    tell({"stores": [one.value for one in done], "events": [one.receipt.index for one in done]}, as_json=as_json)


@click.command("prune")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day that keeps its events.")
@approved_by
@as_user
@as_json
@pass_runtime
def prune_command(runtime: Runtime, before: datetime, second: str, user: str | None, *, as_json: bool) -> None:
    """Take the bodies of old events away; their hashes stay, and the log verifies as before."""
    with runtime.desk() as desk:
        request = _seconded(runtime, desk, user, second, ("audit.log", "prune"))
        done = list(pruned(request, before.date(), desk=desk))
    events, last = sum(one.value.events for one in done), done[-1]
    facts = {"before": before.date().isoformat(), "pruned": events, "end": last.value.end}
    tell({**facts, "events": [one.receipt.index for one in done]}, as_json=as_json)


@click.command("rotate-key")
@approved_by
@as_user
@as_json
@pass_runtime
def rotate_key_command(runtime: Runtime, second: str, user: str | None, *, as_json: bool) -> None:
    """Sign the log with a new key from now on, for which the old one signs; the old one is gone from this machine."""
    with runtime.desk() as desk:
        subject, context = runtime.subject(desk, OPERATORS, user), runtime.context("audit rotate-key")
        request = AccessRequest(subject, "administration", "operations.log_key", "rotate", context)
        request = seconded(request, runtime.subject(desk, OPERATORS, second), desk=desk)
        done = rotated(request, desk=desk)
    told = {"old": done.value.old, "new": done.value.new, "key.rotated": done.value.index}
    tell({**told, "event": done.receipt.index}, as_json=as_json)


def _seconded(runtime: Runtime, desk: Desk, user: str | None, second: str, asked: tuple[str, str]) -> AccessRequest:
    request = request_for(runtime, desk, user, *asked)
    return seconded(request, runtime.subject(desk, FAMILY, second), desk=desk)
