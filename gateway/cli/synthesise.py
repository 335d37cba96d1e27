"""Write synthetic files in the published layouts, with planted truth."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gateway.synthetic import synthesiser


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--patients", default=synthesiser.PATIENTS, show_default=True, type=click.IntRange(1))
@click.option("--practices", default=synthesiser.PRACTICES, show_default=True, type=click.IntRange(1, 249))
@click.option("--seed", default=synthesiser.SEED, show_default=True, type=click.IntRange(0))
@click.option("--as-of", default=synthesiser.AS_OF.isoformat(), show_default=True, type=click.DateTime(["%Y-%m-%d"]))
def synthesise(out: Path, patients: int, practices: int, seed: int, as_of: datetime) -> None:
    """Write files about people who do not exist, as the two intakes take them."""
    synthesiser.synthesise(out, patients=patients, practices=practices, seed=seed, as_of=as_of.date())
    click.echo(f"Synthetic files are in {out}", err=True)
