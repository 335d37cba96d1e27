"""Print what files look like: columns, types and rules of each layout, as JSON table schemas."""

from __future__ import annotations

import json

import click

from gateway.intake.layouts import json_schema, layout, names


@click.command()
@click.argument("wanted", nargs=-1)
def layouts(wanted: tuple[str, ...]) -> None:
    """Print the layouts of the files that are taken in (all of them, or those named)."""
    for name in wanted:
        if name not in names():
            raise click.UsageError(f"there is no layout {name}: choose from {', '.join(names())}")
    click.echo(json.dumps([json_schema(layout(name)) for name in wanted or names()], indent=2))
