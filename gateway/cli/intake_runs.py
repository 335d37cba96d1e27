"""`gateway intake runs`: every risk run as the log has it: who, on whose instruction, from which files.

Rows are told as counts of people are: 0, `*`, or to the nearest 5 (docs/intake.md).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import click

from gateway.access.decision import AccessRequest
from gateway.cli.as_auditor import request_for
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement.answer import answer
from gateway.enforcement.desk import Desk

TEXTS = ("stages", "files", "versions")  # columns that hold JSON
LINE = "run {run} as of {as_of}, made {day} by {user}, instruction {instruction}, event {idx}"


@click.command("runs")
@as_user
@as_json
@pass_runtime
def runs(runtime: Runtime, user: str | None, *, as_json: bool) -> None:
    """Runs of risk stratification, the newest first; each with its stages and files in JSON."""
    with runtime.desk() as desk:
        asked = request_for(runtime, desk, user, "intake.runs", "list")
        listed = answer(asked, desk=desk).result.parts["runs"].records()
        whole = [_whole(replace(asked, action="read", question={"run": str(one["run"])}), desk) for one in listed]
    if as_json:
        tell({"runs": whole}, as_json=True)
        return
    for one in whole:
        click.echo(LINE.format(**one))
        for stage in one["stages"]:
            left = ", ".join(f"{reason} {rows}" for reason, rows in stage["set_aside"].items())
            click.echo(f"  {stage['stage']}: {stage['went']} go on{'; stayed behind: ' + left if left else ''}")


def _whole(request: AccessRequest, desk: Desk) -> dict[str, Any]:
    record = answer(request, desk=desk).result.parts["run"].records()[0]
    return {name: json.loads(str(value)) if name in TEXTS else value for name, value in record.items()}
