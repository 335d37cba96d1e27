"""Bring stores of an earlier version up to date, after a copy of each."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement import migrating


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def migrate(runtime: Runtime, *, as_json: bool) -> None:
    """Bring every store to this version's schema; stop the gateway first."""
    done = migrating.migrate(runtime.settings, datetime.now(UTC))
    tell({"copy": str(done.copies), "schema versions": done.versions}, as_json=as_json)
