"""Serve: the web server as a child, and the log's sequencer and signer beside it; or one of the three alone.

Each alone can run under an account of its own (docs/deployment.md). While the sequencer or the signer is away every
answer is 503 and nothing is shown (ALL-3).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from types import FrameType

import click

from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.change import deliver
from gateway.enforcement.desk import open_desk, serving_desk
from gateway.enforcement.serving import served
from gateway.errors import Conflict
from gateway.intake.moved import follow_moves
from gateway.intake.taking_in import serve_last_run
from gateway.recorder.running import log_alone, signer_alone

WORK = "practice_work"
ALONE = {"log": log_alone, "signer": signer_alone}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option("--only", type=click.Choice(["web", "log", "signer"]), help="One process, for an account of its own.")
@pass_runtime
def serve(  # noqa: PLR0913, PLR0917 options
    runtime: Runtime, host: str, port: int, workers: int, threads: int, only: str | None
) -> None:
    """Serve the gateway, with the audit log's sequencer and signer beside it."""
    settings = runtime.settings
    if only in ALONE:
        try:
            ALONE[only](settings)
        except BlockingIOError as error:
            raise Conflict("another process does this already: stop it first") from error
        return
    served(settings)
    with nullcontext(serving_desk(settings)) if only else open_desk(settings) as desk:
        for store in desk.stores.values():
            if hasattr(store, "outbox"):
                deliver(store, desk=desk)  # type: ignore[arg-type]
        if WORK in desk.stores:
            serve_last_run(desk.stores[WORK].connection(), settings.home)  # type: ignore[attr-defined]
            follow_moves(desk.stores[WORK].connection(), desk.vault, settings.home)  # type: ignore[attr-defined]
        click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
        sys.exit(until_stopped(web_command(host, port, workers, threads), environment(runtime)))


def environment(runtime: Runtime) -> dict[str, str]:
    """The web server's: where its settings are."""
    folder = {"GATEWAY_DIR": str(runtime.folder.resolve())} if runtime.folder else {}
    return {**os.environ, **folder}


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Gunicorn with threads; the application is loaded once, before the workers are forked."""
    return [
        *(sys.executable, "-m", "gunicorn", "gateway.web:from_environment()"),
        *("--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads)),
        *("--preload", "--log-level", "warning", "--no-control-socket", "--graceful-timeout", "5"),
    ]


def until_stopped(command: list[str], around: dict[str, str]) -> int:
    """Run the web server until it ends or we are told to stop; its exit code, 0 when told."""
    child = subprocess.Popen(command, env=around)  # noqa: S603 our own interpreter

    def stop(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = child.wait()
    return max(0, code)
