"""`gateway audit review`: put on the privacy officer's queue what the last days call for; to be run each day."""

from __future__ import annotations

from dataclasses import asdict

import click

from gateway.cli.as_auditor import request_for
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement import reviewing

FAMILY = "review"


@click.command("review")
@as_user
@as_json
@pass_runtime
def review_command(runtime: Runtime, user: str | None, *, as_json: bool) -> None:
    """Find what calls for a look, as the privacy officer; what is on the queue already stays as it is."""
    with runtime.desk() as desk:
        request = request_for(runtime, desk, user, "privacy.review", "find", family=FAMILY)
        found = reviewing.found(request, desk=desk)
    if as_json:
        items = [asdict(item) for item in found.value]
        tell({"opened": len(items), "items": items, "event": found.receipt.index}, as_json=True)
        return
    for item in found.value:
        click.echo(f"{item.rule}: {item.user} on {item.day}: {item.events} events from {item.first} to {item.last}")
    click.echo(f"{len(found.value)} opened; this search is event {found.receipt.index}")
