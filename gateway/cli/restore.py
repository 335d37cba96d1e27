"""`gateway restore`: a backup in the place of a stopped installation's stores.

Whoever restores is decided on by the installation that is there, where it can be opened, and by the backup's own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.access.decision import AccessRequest
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement import restoring
from gateway.enforcement.answer import permitted
from gateway.enforcement.desk import Desk, open_desk
from gateway.errors import AuditUnavailable, Conflict, LogInvalid, SettingsInvalid, StoreUnavailable
from gateway.recorder.running import is_running

FAMILY = "user"


@click.command()
@click.option("--from", "folder", type=click.Path(path_type=Path), required=True, help="The folder of a backup.")
@click.option("--as", "as_user", help="Sign in as this user; the password is read from the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_runtime
def restore(runtime: Runtime, folder: Path, as_user: str | None, *, as_json: bool) -> None:
    """Check a backup and serve it from now on; stop the gateway first."""
    settings = runtime.settings
    if is_running(settings):
        raise Conflict("the gateway is running: stop it, then restore")
    request = _asked_here(runtime, as_user)
    with restoring.stopped(settings), restoring.staged(settings, folder) as stage:
        with open_desk(stage.settings) as desk:
            done = restoring.restored(request or _request(runtime, desk, as_user), stage, desk=desk)
        aside = restoring.put_in_place(settings, stage, datetime.now(UTC))
    facts = {"size": done.value, "made_at": stage.told["made_at"], "event": done.receipt.index}
    if stage.left_out:
        facts["left out, of agreements that were closed"] = ", ".join(stage.left_out)
    tell({**facts, "kept aside": str(aside)}, as_json=as_json)


def _asked_here(runtime: Runtime, as_user: str | None) -> AccessRequest | None:
    """The request, decided on by the installation that is there; None where it cannot be opened."""
    try:
        with runtime.desk() as desk:
            request = _request(runtime, desk, as_user)
            permitted(request, desk=desk)
            return request
    except (SettingsInvalid, StoreUnavailable, LogInvalid, AuditUnavailable):
        return None


def _request(runtime: Runtime, desk: Desk, as_user: str | None) -> AccessRequest:
    subject = runtime.subject(desk, FAMILY, as_user)
    return AccessRequest(subject, "administration", "operations.backup", "restore", runtime.context("restore"))
