"""Serve: the web server as a child, and the log's sequencer beside it for as long as it runs.

While the sequencer is away every answer is 503 and nothing is shown (ALL-3); it is started again at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

import click

from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.change import deliver
from gateway.enforcement.desk import open_desk
from gateway.intake.taking_in import serve_last_run

WORK = "practice_work"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@pass_runtime
def serve(runtime: Runtime, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the gateway, with the audit log's sequencer beside it."""
    settings = runtime.settings
    with open_desk(settings) as desk:
        for store in desk.stores.values():
            if hasattr(store, "outbox"):
                deliver(store, desk=desk)  # type: ignore[arg-type]
        if WORK in desk.stores:
            serve_last_run(desk.stores[WORK].connection(), settings.home)  # type: ignore[attr-defined]
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
