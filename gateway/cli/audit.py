"""`gateway audit`: verify, export, prove and search the log from the command line, as the auditor.

Each is an access with its own event (channel cli); an NHS number is read from standard input, never from an argument.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from gateway.access.decision import AccessRequest, Value
from gateway.audit.verify import MOST_TOLD, Report
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.answer import Answer, answer
from gateway.enforcement.auditing import exported, proved, tokens_of, verified
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest, LogInvalid, StoreUnavailable
from gateway.identifiers import NHSNumber
from gateway.recorder.export import Order, write_folder, write_zip
from gateway.stores.audit_log.stream import Stream

FAMILY = "audit"
as_user = click.option("--as", "user", help="Sign in as this user; the password is read from the terminal.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def audit() -> None:
    """Check, search and export the audit log."""


@audit.command("verify")
@click.option("--previous", type=click.Path(path_type=Path, exists=True), help="A checkpoint that you kept.")
@as_user
@as_json
@pass_runtime
def verify_command(runtime: Runtime, previous: Path | None, user: str | None, *, as_json: bool) -> None:
    """Recompute the whole log and name what was changed, dropped, reordered, added or truncated."""
    kept = (previous.read_text("utf-8"),) if previous else ()
    with runtime.desk() as desk:
        request = _request(runtime, desk, user, "audit.log", "verify")
        report = verified(request, desk=desk, previous=kept)
    _tell_report(report, as_json=as_json)
    if not report.value.ok:
        raise LogInvalid(f"the audit log does not verify: {len(report.value.findings)} faults")


@audit.command("export")
@click.option("--since", "first", type=click.IntRange(min=0), default=0, help="The cursor of your last export.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder, or a name that ends in .zip")
@as_user
@as_json
@pass_runtime
def export_command(runtime: Runtime, first: int, out: Path, user: str | None, *, as_json: bool) -> None:
    """Write the log for an auditor to check without this program."""
    with _held_back(out) as place, runtime.desk() as desk:
        request = _request(runtime, desk, user, "audit.exports", "create")
        made = exported(request, first, lambda stream, order: _write(place, stream, order), desk=desk)
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
        shown = proved(_request(runtime, desk, user, "audit.event", "read"), index, desk=desk)
    proof = shown.value
    facts: dict[str, Any] = {"index": index, "leaf": proof.leaf.decode(), "leaf_hash": proof.leaf_hash.hex()}
    path = [sibling.hex() for sibling in proof.path]
    facts |= {"size": proof.size, "path": path if as_json else " ".join(path), "checkpoint": proof.checkpoint}
    tell({**facts, "event": shown.receipt.index}, as_json=as_json)


@audit.command("who-saw")
@as_user
@as_json
@click.option("--page", type=click.IntRange(min=1), default=1)
@pass_runtime
def who_saw_command(runtime: Runtime, user: str | None, page: int, *, as_json: bool) -> None:
    """Who looked at one patient; the NHS number is read from the terminal or standard input."""
    with runtime.desk() as desk:
        request = _request(runtime, desk, user, "audit.patient", "list", {"page": page})
        tokens = tokens_of(desk, _read_number())
        shown = answer(replace(request, question={"token": tokens, "page": page}), desk=desk)
    _tell_rows(shown, as_json=as_json)


@audit.command("user")
@click.argument("name")
@as_user
@as_json
@click.option("--page", type=click.IntRange(min=1), default=1)
@pass_runtime
def user_command(runtime: Runtime, name: str, user: str | None, page: int, *, as_json: bool) -> None:
    """What one user did, newest first."""
    with runtime.desk() as desk:
        request = _request(runtime, desk, user, "audit.user", "list", {"user": name, "page": page})
        shown = answer(request, desk=desk)
    _tell_rows(shown, as_json=as_json)


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


def _request(  # noqa: PLR0913, PLR0917 a request's parts
    runtime: Runtime,
    desk: Desk,
    user: str | None,
    resource: str,
    action: str,
    question: Mapping[str, Value] | None = None,
) -> AccessRequest:
    subject = runtime.subject(desk, FAMILY, user)
    context = runtime.context(f"audit {action}")
    return AccessRequest(subject, "audit", resource, action, context, question or {})


def _read_number() -> str:
    """The ten digits. Raises BadRequest, without them."""
    text = click.prompt("NHS number", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        return NHSNumber.parse(text.strip()).for_storage()
    except ValueError as error:
        raise BadRequest("that is no valid NHS number: give its ten digits on standard input") from error


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
            return manifest, manifest, sum(path.stat().st_size for path in place.iterdir())
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
    facts["event"] = shown.receipt.index
    if as_json:
        tell({**facts, "findings": found}, as_json=True)
        return
    for one in report.findings[:MOST_TOLD]:
        click.echo(f"{one.fault}: event {one.index}: {one.detail}")
    tell({**facts, "ok": "yes" if report.ok else "no"}, as_json=False)


def _tell_rows(shown: Answer, *, as_json: bool) -> None:
    part = shown.result.parts["events"]
    if as_json:
        names = [column.name for column in part.columns]
        tell(
            {
                "columns": names,
                "rows": part.records(),
                "total": part.total,
                "page": part.page,
                "event": shown.receipt.index,
            },
            as_json=True,
        )
        return
    for row in part.rows:
        click.echo("\t".join(str(cell) for cell in row))
    click.echo(f"{part.total} events, page {part.page}; this search is event {shown.receipt.index}")
