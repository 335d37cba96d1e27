"""Make an installation: empty stores, keys, and the first administrator's one-time link."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.context import tell
from gateway.enforcement import installation


@click.command()
@click.option("--dir", "folder", required=True, type=click.Path(path_type=Path), help="Where the stores are to be.")
@click.option("--keys", type=click.Path(path_type=Path), help="Where the keys are to be: another disk.")
@click.option("--agreement", "agreements", multiple=True, required=True, help="Key of an agreement served here.")
@click.option("--administrator", required=True, help="User name of the first access administrator.")
@click.option("--organisation", required=True, help="The administrator's organisation (ODS code).")
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
def init(  # noqa: PLR0913 one argument an option
    folder: Path,
    keys: Path | None,
    agreements: tuple[str, ...],
    administrator: str,
    organisation: str,
    *,
    as_json: bool,
) -> None:
    """Make empty stores and keys, and the first administrator."""
    settings = installation.make(installation.Plan(folder, agreements, keys))
    link = installation.first_administrator(settings, administrator, organisation, datetime.now(UTC).date())
    tell({"folder": str(folder), "administrator": administrator, "one-time link": link}, as_json=as_json)
