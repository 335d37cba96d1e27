"""How the scores of the run that is served came out: people by method, status and band, protected (RS-3, RS-14)."""

from __future__ import annotations

import json
from typing import Any

import click

from gateway.access.decision import AccessRequest
from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.answer import answer
from gateway.risk.methods import MADE

FAMILY = "intake_risk"
KEYS = [method.key for method in MADE]
HEAD = "Number of people by method, status and band; * is 1 to 7, or hidden so that no other can be worked out."
STATUS = {"complete": "Complete", "incomplete": "Incomplete", "not_applicable": "Not applicable"}


@click.command()
@click.option("--methods", multiple=True, type=click.Choice(KEYS), help="These alone; may be given several times.")
@click.option("--as", "user", help="Sign in as this user; the password is read from the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_runtime
def score(runtime: Runtime, methods: tuple[str, ...], user: str | None, *, as_json: bool) -> None:
    """Count people by method, status and band, in the run that is served; small numbers are hidden."""
    with runtime.desk() as desk:
        subject = runtime.subject(desk, FAMILY, user)
        request = AccessRequest(subject, "commissioning", "risk.scores", "read", runtime.context("score"))
        found = answer(request, desk=desk)
    rows = [row for row in found.result.parts["outcomes"].records() if not methods or row["method"] in methods]
    if as_json:
        click.echo(json.dumps({"about": found.result.as_of, "methods": by_method(rows), "event": found.receipt.index}))
        return
    click.echo("\n".join([HEAD, *said(by_method(rows)), f"Event {found.receipt.index}"]))


def by_method(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Title, version and outcomes of each method."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        method = {"title": row["method_title"], "version": row["version"], "outcomes": list[dict[str, str]]()}
        outcomes = found.setdefault(row["method"], method)["outcomes"]
        outcomes.append({"status": row["status"], "band": row["band"], "people": row["people"]})
    return found


def said(methods: dict[str, dict[str, Any]]) -> list[str]:
    """The same, for a terminal."""
    lines = []
    for method in methods.values():
        lines.append(f"{method['title']} ({method['version']})")
        for one in method["outcomes"]:
            name = STATUS[one["status"]] + (f", {one['band']}" if one["band"] else "")
            lines.append(f"  {name:<40} {one['people']:>9}")
    return lines
