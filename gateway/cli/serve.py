"""Serve: the log's sequencer and the web server as two children of one small supervisor.

A child that dies is started again; while the sequencer is away every answer is 503 and nothing is shown (ALL-3).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import click

from gateway.cli.context import Runtime, pass_runtime
from gateway.enforcement.change import deliver
from gateway.enforcement.desk import open_desk
from gateway.recorder.running import wait_until_ready

_PAUSE_SECONDS = 0.2
_PATIENCE_SECONDS = 10


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
    environment = dict(os.environ)
    if runtime.folder is not None:
        environment["GATEWAY_DIR"] = str(runtime.folder.resolve())
    supervisor = Supervisor(environment)
    supervisor.keep("sequencer", [sys.executable, "-m", "gateway.recorder"])
    wait_until_ready(settings, seconds=_PATIENCE_SECONDS)
    supervisor.keep("web", web_command(host, port, workers, threads))
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    supervisor.run()


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Gunicorn with threads; the application is loaded once, before the workers are forked."""
    return [
        *(sys.executable, "-m", "gunicorn", "gateway.web:from_environment()"),
        *("--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads)),
        *("--preload", "--log-level", "warning", "--no-control-socket", "--graceful-timeout", "5"),
    ]


@dataclass(slots=True)
class Supervisor:
    """Children by name, each started again when it ends, all ended when the supervisor is told to stop."""

    environment: dict[str, str]
    commands: dict[str, Sequence[str]] = field(default_factory=dict)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def keep(self, name: str, command: Sequence[str]) -> None:
        """Start the command and keep it going."""
        self.commands[name] = command
        self.children[name] = subprocess.Popen(command, env=self.environment)  # noqa: S603 our own interpreter

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            time.sleep(_PAUSE_SECONDS)
            for name in [name for name, child in self.children.items() if child.poll() is not None]:
                click.echo(f"gateway: {name} ended and is started again", err=True)
                self.keep(name, self.commands[name])
        for name in reversed(self.children):  # the web before the log, so that no answer waits for a dead log
            self.children[name].terminate()
            self.children[name].wait()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True
