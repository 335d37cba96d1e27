"""`gateway audit witness`: another machine or a USB stick that refuses a log which does not extend what it saw.

`serve` and `check` are the witness's own, and need nothing of the gateway; `submit` is the log's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from gateway.audit.cosignature import Witness as WitnessKey
from gateway.audit.note import Verifier
from gateway.audit.rotation import size_of
from gateway.audit.tiles import Tree
from gateway.audit.witnessing import Submission
from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.witnessed import submit
from gateway.errors import BadRequest
from gateway.recorder.witness import Witness
from gateway.recorder.witness_http import Server, fetched, tile_at

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def witness() -> None:
    """Keep the last signed head of the log, away from it."""


def _of_witness(command: Command) -> Command:
    """The options of whoever is the witness."""
    name = click.option(
        "--name", default="commissioning-gateway/witness", show_default=True, help="The witness's name."
    )
    key = click.option("--log-key", "keys", required=True, multiple=True, help="The log's verifier key.")
    state = click.option("--state", type=click.Path(path_type=Path), required=True, help="The witness's own folder.")
    return state(key(name(command)))


@witness.command("serve")
@_of_witness
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True, type=click.IntRange(0, 65535))
def serve_command(state: Path, keys: tuple[str, ...], name: str, host: str, port: int) -> None:
    """Cosign over HTTP (C2SP tlog-witness) what extends the last checkpoint seen."""
    ours = Witness(state, name, [Verifier.parse(key) for key in keys], time.time)
    with Server((host, port), ours) as server:
        click.echo(f"Witness {ours.key} on http://{host}:{server.server_port} (stop with Ctrl+C)")
        server.serve_forever()


@witness.command("check")
@_of_witness
@click.option("--url", help="Where the log is public, for example https://gateway.example.nhs.uk/audit")
@click.option("--checkpoint", type=click.Path(path_type=Path, exists=True), help="Instead: a checkpoint, as a file.")
@click.option("--consistency", type=click.Path(path_type=Path, exists=True), help="consistency.json of its export.")
@click.option("--keys", "changes", type=click.Path(path_type=Path, exists=True), help="keys.json of its export.")
def check_command(  # noqa: PLR0913, PLR0917 options
    state: Path,
    keys: tuple[str, ...],
    name: str,
    url: str | None,
    checkpoint: Path | None,
    consistency: Path | None,
    changes: Path | None,
) -> None:
    """Look at the log once, keep its head if it extends the last one seen, and print the cosigned checkpoint."""
    ours = Witness(state, name, [Verifier.parse(key) for key in keys], time.time)
    seen = ours.last()
    old = seen.size if seen else 0
    if bool(url) == bool(checkpoint):
        raise BadRequest("give --url, or --checkpoint with a file")
    rotations: list[Any] = []
    if url:
        note = fetched(f"{url.rstrip('/')}/checkpoint").decode("utf-8", "replace")
        if not ours.knows(note):  # the log may have another key now
            told = _read(fetched(f"{url.rstrip('/')}/keys"), url)
            note, rotations = str(told["checkpoint"]), list(told["rotations"])
        proof = Tree(size_of(note), partial(tile_at, url)).consistency_proof(old)
    else:
        assert checkpoint is not None  # noqa: S101 one of the two is given
        note, proof = checkpoint.read_text("utf-8"), _proof(consistency) if old else []
        rotations = list(_read(changes.read_bytes(), changes)["rotations"]) if changes else []
    click.echo(note + ours.cosign(Submission(old, tuple(proof), note), rotations), nl=False)


@witness.command("submit")
@click.option("--url", required=True, help="Where the witness is.")
@click.option("--witness-key", required=True, help="The witness's verifier key, as it told when it began.")
@pass_runtime
def submit_command(runtime: Runtime, url: str, witness_key: str) -> None:
    """Have the head of the log cosigned, and keep the cosignature."""
    with runtime.desk() as desk:
        click.echo(submit(url, WitnessKey.parse(witness_key), desk=desk), nl=False)


def _read(body: bytes, where: Path | str) -> dict[str, Any]:
    """The log's keys, as /audit/keys and keys.json tell them. Raises BadRequest."""
    try:
        told: dict[str, Any] = json.loads(body)
        told["checkpoint"], list(told["rotations"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{where} does not tell the log's keys") from error
    return told


def _proof(consistency: Path | None) -> list[bytes]:
    if consistency is None:
        return []
    try:
        told = json.loads(consistency.read_text("utf-8"))
        return [bytes.fromhex(part) for part in told["proof"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{consistency} is no consistency.json of an export") from error
