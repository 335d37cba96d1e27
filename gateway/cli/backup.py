"""`gateway backup`: encrypted copies of every store, at a storage address that each agreement lists."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.access.decision import AccessRequest
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.backing_up import backed_up

FAMILY = "user"


@click.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option(
    "--storage-address",
    "addresses",
    multiple=True,
    help="Where that folder is, as the agreements list it; KEY=ADDRESS for one agreement alone.",
)
@click.option("--as", "as_user", help="Sign in as this user; the password is read from the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_runtime
def backup(runtime: Runtime, to: Path, addresses: tuple[str, ...], as_user: str | None, *, as_json: bool) -> None:
    """Copy every store, encrypted as it is, while the gateway runs; no key is copied."""
    with runtime.desk() as desk:
        subject = runtime.subject(desk, FAMILY, as_user)
        request = AccessRequest(subject, "administration", "operations.backup", "create", runtime.context("backup"))
        done = backed_up(request, to, by_agreement(addresses, desk.settings.agreements), desk=desk)
    made = done.value
    facts = {"to": str(to), "files": made.files, "bytes": made.bytes, "size": made.size, "manifest": made.manifest}
    tell({**facts, "checkpoint": made.checkpoint, "event": done.receipt.index}, as_json=as_json)


def by_agreement(addresses: tuple[str, ...], served: frozenset[str]) -> dict[str, str]:
    """Agreement's key → the address given for it, or for all."""
    found: dict[str, str] = {}
    for text in addresses:
        key, separator, address = text.partition("=")
        found |= {key: address} if separator and key in served else dict.fromkeys(served - found.keys(), text)
    return found
