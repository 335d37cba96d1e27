"""`gateway audit`: verify, export, prove and search the log from the command line, as the auditor.

Each is an access with its own event (channel cli); an NHS number is read from standard input, never from an argument.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from gateway.audit.verify import MOST_TOLD, Report
from gateway.cli.as_auditor import request_for
from gateway.cli.assurance import assurance_command, inventory_command
from gateway.cli.audit_keeping import erase_seal_command, prune_command, rotate_key_command, seal_key_command
from gateway.cli.audit_questions import question_command, user_command, who_saw_command
from gateway.cli.audit_review import review_command
from gateway.cli.context import Runtime, as_json, as_user, pass_runtime, tell
from gateway.cli.witness import witness
from gateway.enforcement.auditing import exported, proved, verified
from gateway.enforcement.change import Changed
from gateway.errors import BadRequest, LogInvalid, StoreUnavailable
from gateway.recorder.export import Order, write_folder, write_zip
from gateway.recorder.renderings import ALL
from gateway.stores.audit_log.stream import Stream

FORMATS = ("all", "ndjson", *sorted(ALL))


@click.group()
def audit() -> None:
    """Check, search and export the audit log."""


ASKED = (who_saw_command, user_command, question_command, review_command)
KEPT = (inventory_command, assurance_command, seal_key_command, erase_seal_command, prune_command, rotate_key_command)
for command in (*ASKED, *KEPT):
    audit.add_command(command)
audit.add_command(witness)


@audit.command("verify")
@click.option("--previous", type=click.Path(path_type=Path, exists=True), help="A checkpoint that you kept.")
@click.option("--key", help="A key of the log that you kept; later ones are followed from there.")
@as_user
@as_json
@pass_runtime
def verify_command(
    runtime: Runtime, previous: Path | None, key: str | None, user: str | None, *, as_json: bool
) -> None:
    """Recompute the whole log and name what was changed, dropped, reordered, added or truncated."""
    kept = (previous.read_text("utf-8"),) if previous else ()
    with runtime.desk() as desk:
        request = request_for(runtime, desk, user, "audit.log", "verify")
        report = verified(request, desk=desk, previous=kept, key=key)
    _tell_report(report, as_json=as_json)
    if not report.value.ok:
        raise LogInvalid(f"the audit log does not verify: {len(report.value.findings)} faults")


@audit.command("export")
@click.option("--since", "first", type=click.IntRange(min=0), default=0, help="The cursor of your last export.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder, or a name that ends in .zip")
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, default=["all"], show_default=True)
@as_user
@as_json
@pass_runtime
def export_command(  # noqa: PLR0913 one argument an option
    runtime: Runtime, first: int, out: Path, formats: tuple[str, ...], user: str | None, *, as_json: bool
) -> None:
    """Write the log for an auditor to check without this program.

    The events as NDJSON, and what checks them, are always there; the formats are added.
    """
    asked = ALL if "all" in formats else ALL & set(formats)
    with _held_back(out) as place, runtime.desk() as desk:
        request = request_for(runtime, desk, user, "audit.exports", "create")
        made = exported(request, first, partial(_write, place), desk=desk, formats=asked)
    export = made.value
    facts = {"out": str(out), "first": export.span.first, "cursor": export.span.size, "sha256": export.sha256}
    tell({**facts, "bytes": export.bytes, "event": made.receipt.index}, as_json=as_json)


@audit.command("prove")
@click.argument("index", type=click.IntRange(min=0))
@as_user
@as_json
@pass_runtime
def prove_command(runtime: Runtime, index: int, user: str | None, *, as_json: bool) -> None:
    """Print an event with the proof that the signed head stands on it."""
    with runtime.desk() as desk:
        shown = proved(request_for(runtime, desk, user, "audit.event", "read"), index, desk=desk)
    proof = shown.value
    facts: dict[str, Any] = {"index": index, "leaf": proof.leaf.decode(), "leaf_hash": proof.leaf_hash.hex()}
    path = [sibling.hex() for sibling in proof.path]
    facts |= {"size": proof.size, "path": path if as_json else " ".join(path), "checkpoint": proof.checkpoint}
    tell({**facts, "event": shown.receipt.index}, as_json=as_json)


@audit.command("checkpoint")
@as_json
@pass_runtime
def checkpoint_command(runtime: Runtime, *, as_json: bool) -> None:
    """Print the signed head of the log, which is public."""
    with runtime.desk() as desk:
        note = desk.log.checkpoint()
    tell({"checkpoint": note}, as_json=True) if as_json else click.echo(note, nl=False)


@audit.command("key")
@as_json
@pass_runtime
def key_command(runtime: Runtime, *, as_json: bool) -> None:
    """Print the log's verifier key, which is public."""
    with runtime.desk() as desk:
        key = desk.log.key()
    tell({"key": key}, as_json=True) if as_json else click.echo(key)


@contextmanager
def _held_back(out: Path) -> Iterator[Path]:
    """A place to write to, which becomes `out` once the export's event is on the log, and is gone otherwise."""
    out = out.absolute()
    try:
        if out.exists() and not (out.is_dir() and not any(out.iterdir())):
            raise BadRequest(f"{out} is there already: name a new folder or file")
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".audit-export-", dir=out.parent) as folder:
            place = Path(folder) / out.name
            yield place
            place.rename(out)
    except OSError as error:
        raise BadRequest(f"{out} cannot be written: {error.strerror}") from error


def _write(place: Path, stream: Stream, order: Order) -> tuple[str, str, int]:
    """Write a ZIP where its name says so, else a folder. Raises StoreUnavailable where there is no room."""
    try:
        if place.suffix != ".zip":
            manifest = write_folder(place, stream, order)
            return manifest, manifest, sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        with place.open("xb") as file:
            manifest = write_zip(file, stream, order)
        with place.open("rb") as file:
            return manifest, hashlib.file_digest(file, "sha256").hexdigest(), place.stat().st_size
    except OSError as error:
        raise StoreUnavailable(f"the export cannot be written: {error.strerror}") from error


def _tell_report(shown: Changed[Report], *, as_json: bool) -> None:
    report = shown.value
    found = [{"fault": one.fault, "index": one.index, "detail": one.detail} for one in report.findings]
    facts = {"ok": report.ok, "size": report.size, "root": report.root.hex(), "checkpoints": report.checkpoints}
    facts |= {"pruned": report.pruned, "event": shown.receipt.index}
    if as_json:
        tell({**facts, "findings": found}, as_json=True)
        return
    for one in report.findings[:MOST_TOLD]:
        click.echo(f"{one.fault}: event {one.index}: {one.detail}")
    tell({**facts, "ok": "yes" if report.ok else "no"}, as_json=False)
