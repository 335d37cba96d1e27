"""gateway policy: check a release, explain one decision, print the whole matrix.

No setting is needed: FOLDER, else --dir's or GATEWAY_POLICIES' policies, else the shipped ones.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.access import analysis
from gateway.access.compiler import compile_release
from gateway.access.loader import load
from gateway.access.snapshot import LONDON, PolicySnapshot
from gateway.errors import PolicyRefused
from gateway.settings import read_env, read_policies, shipped_policies

_FOLDER = click.Path(file_okay=False, path_type=Path)
_POLICIES = click.option(
    "--policies", type=_FOLDER, envvar="GATEWAY_POLICIES", help="The folder of the policies; default: the shipped ones."
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")


@click.group()
def policy() -> None:
    """Who may do what: check, explain, list."""


@policy.command()
@click.argument("folder", type=_FOLDER, required=False, envvar="GATEWAY_POLICIES")
@_AS_JSON
@click.pass_context
def check(ctx: click.Context, folder: Path | None, *, as_json: bool) -> None:
    """Read the policies in FOLDER (default: the shipped ones) and tell every fault: file:line: rule: mend."""
    try:
        snapshot = _snapshot(folder)
    except PolicyRefused as refused:
        click.echo(json.dumps({"ok": False, "faults": refused.faults}) if as_json else "\n".join(refused.faults))
        ctx.exit(refused.exit_code)
    facts = {"ok": True, "version": snapshot.version, "permitted": len(snapshot.permissions), "faults": []}
    click.echo(json.dumps(facts) if as_json else f"ok: release {snapshot.version}")


@policy.command()
@click.argument("role")
@click.argument("purpose")
@click.argument("resource")
@click.argument("action")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="The day asked about; default: today.")
@_POLICIES
@_AS_JSON
def explain(at: datetime | None, policies: Path | None, *, as_json: bool, **cell: str) -> None:
    """Why ROLE may or may not do ACTION to RESOURCE for PURPOSE, and what would have to be true."""
    day = at.date() if at else datetime.now(UTC).astimezone(LONDON).date()
    words = (cell["role"], cell["purpose"], cell["resource"], cell["action"])
    explanation = analysis.explain(_snapshot(policies), words, day)
    facts = {**dataclasses.asdict(explanation.decision), "at": day.isoformat(), "sentence": explanation.sentence}
    if as_json:
        click.echo(json.dumps({**facts, "conditions": explanation.conditions}, indent=2))
    else:
        click.echo(_in_words(facts, explanation.conditions))


@policy.command()
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, the default.")
@_POLICIES
@_AS_JSON
def matrix(policies: Path | None, *, as_csv: bool, as_json: bool) -> None:
    """Every role, purpose, resource and action: whether it is permitted, whatever the day, and by which rule."""
    if as_csv and as_json:
        raise click.UsageError("choose --csv or --json")
    rows = list(analysis.matrix(_snapshot(policies)))
    if as_json:
        records = [dict(zip(analysis.MATRIX_COLUMNS, row, strict=True)) for row in rows]
        click.echo(json.dumps({"columns": analysis.MATRIX_COLUMNS, "rows": records}))
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([analysis.MATRIX_COLUMNS, *rows])
    click.echo(text.getvalue(), nl=False)


def _snapshot(folder: Path | None) -> PolicySnapshot:
    """Compiled as for an installation that serves every agreement."""
    release = load(read_policies(folder or _of_dir() or shipped_policies()))
    return compile_release(release, served=frozenset(release.agreements))


def _of_dir() -> Path | None:
    """The policies of `gateway --dir DIR`, where it was given and names its own."""
    folder = getattr(click.get_current_context().find_root().obj, "folder", None)
    named = read_env(folder).get("GATEWAY_POLICIES") if folder else None
    return Path(named) if named else None


def _in_words(facts: dict[str, Any], conditions: tuple[str, ...]) -> str:
    verdict = "permitted" if facts["permitted"] else f"refused: {facts['reason_code']}"
    rules = ", ".join(facts["matched_rules"]) or "none"
    lines = [f"{verdict} on {facts['at']}", facts["sentence"], f"rules that match: {rules}"]
    return "\n".join([*lines, "what would have to be true:", *(f"  - {condition}" for condition in conditions)])
