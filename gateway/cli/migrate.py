"""Bring stores of an earlier version up to date, after a copy of each (still encrypted, beside the stores: ALL-9)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.desk import STORES, policy_of
from gateway.errors import Conflict
from gateway.recorder.running import is_running
from gateway.settings import Settings
from gateway.stores.vault import Vault


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def migrate(runtime: Runtime, *, as_json: bool) -> None:
    """Bring every store to this version's schema; stop the gateway first."""
    settings = runtime.settings
    if is_running(settings):
        raise Conflict("the gateway is running: stop it, then migrate")
    kept = copy_stores(settings)
    vault = Vault(settings.keys)
    names = policy_of(settings).stores(settings.agreements)
    versions = {name: STORES[name].migrate(vault, settings.home) for name in names}
    tell({"copy": str(kept), "schema versions": versions}, as_json=as_json)


def copy_stores(settings: Settings) -> Path:
    """Copy every store's files as they are."""
    kept = settings.home / "before-migration" / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept.mkdir(mode=0o700, parents=True)
    for file in sorted(settings.home.glob("*.db*")):
        shutil.copy2(file, kept / file.name)
    return kept
