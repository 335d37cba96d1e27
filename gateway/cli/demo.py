"""Two minutes from nothing to a gateway that serves synthetic data, by the real intake and the real doors.

A second run reuses the folder; --fresh makes it anew. Nothing in it is about anybody.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from gateway.cli.context import Runtime
from gateway.cli.intake import intake
from gateway.cli.serve import serve
from gateway.enforcement.installation import write_private
from gateway.http.passwords import hashed
from gateway.settings import ENV_FILE
from gateway.synthetic.demonstration import prepare
from gateway.synthetic.demonstration_agreements import INSTRUCTION

SIGN_INS, TRUTH = "sign-ins.json", "truth.json"
SUS = ("b1_sus_apc_spell", "b2_sus_op", "b3_sus_ec")


@click.command()
@click.option("--dir", "folder", default="demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--patients", default=20_000, show_default=True, type=click.IntRange(500, 900_000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Make the folder and stop.")
@click.option("--fresh", is_flag=True, help="Throw the folder's contents away and make it anew.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day the data are made for (default: today).")
@click.pass_context
def demo(  # noqa: PLR0913 one argument an option
    ctx: click.Context,
    folder: Path,
    patients: int,
    seed: int,
    port: int,
    *,
    no_serve: bool,
    fresh: bool,
    today: datetime | None,
) -> None:
    """Make synthetic data, take them in, print the sign-ins and serve."""
    if fresh or not (folder / ENV_FILE).exists():
        now = date.today()  # noqa: DTZ011 the user's own day
        day = today.date() if today else now
        if day > now:
            raise click.UsageError("--today names a day to come: choose today or an earlier day")
        make(folder, patients, seed, day, replace=fresh)
    show(folder)
    if not no_serve:
        ctx.obj = Runtime(folder)
        ctx.invoke(serve, port=port)


def make(folder: Path, patients: int, seed: int, day: date, *, replace: bool) -> None:
    """Make everything in a folder beside, and put it in place when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and any(folder.iterdir()) and not (replace and (folder / ENV_FILE).exists()):
        raise click.UsageError(f"{folder} is not empty and holds no demonstration: choose another folder")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".demo-") as scratch:
        made, files = Path(scratch) / "made", Path(scratch) / "files"
        people = prepare(made, files, patients=patients, seed=seed, day=day, hashed=hashed)
        write_private(made / SIGN_INS, json.dumps(people, indent=2).encode())
        write_private(made / TRUTH, (files / TRUTH).read_bytes())
        take_in(made, files, day)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)


def take_in(made: Path, files: Path, day: date) -> None:
    """By the very commands that a processor and the CEfF use."""
    risk, practices, invoices = files / "risk", files / "risk/gp", files / "invoices"
    _run(
        made,
        [
            *("risk", "--apc", risk / "apc.csv", "--ec", risk / "ec.csv", "--op", risk / "op.csv"),
            *("--gp", practices, "--reference", risk / "reference", "--objections", risk / "objections.csv"),
            *("--instruction", INSTRUCTION, "--as-of", day.isoformat()),
        ],
    )
    _run(
        made,
        [
            *(
                "invoices",
                "--invoices",
                invoices / "a1_invoice_header.csv",
                "--backing",
                invoices / "a2_backing_data.csv",
            ),
            *(part for name in SUS for part in ("--sus", invoices / f"{name}.csv")),
            *("--reference", invoices, "--instruction", INSTRUCTION),
        ],
    )


def _run(made: Path, arguments: Sequence[object]) -> None:
    intake.main([str(part) for part in arguments], standalone_mode=False, obj=Runtime(made))


def show(folder: Path) -> None:
    """The sign-ins, as a table for people."""
    people = json.loads((folder / SIGN_INS).read_text("utf-8"))
    click.echo(f"{'user':<22}{'password':<28}{'role':<26}organisation")
    for one in people:
        organisations = ", ".join([one["organisation"], *one["also"]])
        click.echo(f"{one['user']:<22}{one['password']:<28}{one['role']:<26}{organisations}")
