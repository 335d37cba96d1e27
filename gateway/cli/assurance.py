"""`gateway audit inventory` and `gateway audit assurance`: what was received, and the pack that an auditor asks for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from gateway.cli.as_auditor import request_for
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.enforcement.assuring.assured import assured
from gateway.enforcement.assuring.pack import Pack
from gateway.enforcement.inventory import COLUMNS, inventoried
from gateway.errors import BadRequest
from gateway.sheets import csv, printed

JSON, HTML = "assurance.json", "assurance.html"
LINE = "What this installation knows, and 'not recorded' for what it does not. No patient data."


@click.command("inventory")
@as_user
@as_json
@pass_runtime
def inventory_command(runtime: Runtime, user: str | None, *, as_json: bool) -> None:
    """Every file that was received: which, when, under which instruction, where it is held and until when."""
    with runtime.desk() as desk:
        shown = inventoried(request_for(runtime, desk, user, "audit.inventory", "list"), desk=desk)
    records = [one.record for one in shown.value]
    if as_json:
        tell({"columns": COLUMNS, "rows": records, "event": shown.receipt.index}, as_json=True)
        return
    for row in (COLUMNS, *(record.values() for record in records)):
        click.echo("\t".join("" if cell is None else str(cell) for cell in row))
    click.echo(f"{len(records)} files; looking is event {shown.receipt.index}")


@click.command("assurance")
@click.option("--out", type=click.Path(path_type=Path), help="A new folder for JSON, CSV and a page to print.")
@as_user
@as_json
@pass_runtime
def assurance_command(runtime: Runtime, out: Path | None, user: str | None, *, as_json: bool) -> None:
    """The assurance pack: agreements, people, training, storage, reviews, refusals, exports, destruction, the log."""
    if out is not None and out.exists():
        raise BadRequest(f"{out} is there already: name a new folder")
    with runtime.desk() as desk:
        personnel = request_for(runtime, desk, user, "audit.personnel", "list")
        asked = request_for(runtime, desk, user, "audit.assurance", "export")
        made = assured(personnel, asked, desk=desk)
    pack, first = made.value
    if out is not None:
        write(pack, out)
    if as_json and out is None:
        click.echo(pack.body().decode(), nl=False)
        return
    counts = {section.title if not as_json else section.name: len(section.rows) for section in pack.sections}
    events = {"events": [first, made.receipt.index]} if as_json else {"events": f"{first}, {made.receipt.index}"}
    tell({**({"out": str(out)} if out else {}), **counts, **events}, as_json=as_json)


def write(pack: Pack, out: Path) -> None:
    """The folder, whole or not at all. Raises BadRequest where it cannot be written."""
    files = {JSON: pack.body(), HTML: printed_page(pack).encode()}
    files |= {f"{one.name}.csv": csv.write(one.columns, one.rows).encode() for one in pack.sections}
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".assurance-", dir=out.parent) as folder:
            place = Path(folder) / out.name
            place.mkdir(mode=0o700)
            for name, content in files.items():
                (place / name).write_bytes(content)
            place.rename(out)
    except OSError as error:
        raise BadRequest(f"{out} cannot be written: {error.strerror}") from error


def printed_page(pack: Pack) -> str:
    """The page to print."""
    tables = [(one.title, one.line, one.columns, one.rows) for one in pack.sections]
    return printed.page("Assurance pack", f"Made {pack.made_at}. {LINE}", tables)
