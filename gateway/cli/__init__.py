"""The command line: one click group per module, one place where errors become sentences and exit codes.

0 done, 1 refused or not so, 2 wrong use, 3 fault.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from gateway import __version__
from gateway.access.sentences import sentence
from gateway.errors import AccessDenied, GatewayError

# command → module of gateway.cli that holds it under the command's own name; imported when it is asked for
COMMANDS = {
    "agreement": "agreement",
    "audit": "audit",
    "backup": "backup",
    "cohort": "cohort",
    "demo": "demo",
    "doctor": "doctor",
    "init": "init",
    "intake": "intake",
    "migrate": "migrate",
    "model": "model",
    "policy": "policy",
    "restore": "restore",
    "score": "score",
    "serve": "serve",
    "synthesise": "synthesise",
    "user": "user",
}


class Commands(click.Group):
    """Imports a command's module only when it runs: `gateway --help` is quick and needs no setting."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """The names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 as above
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"gateway.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="gateway")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), envvar="GATEWAY_DIR", help="A folder of demo or init."
)
@click.pass_context
def gateway(ctx: click.Context, folder: Path | None) -> None:
    """Role-based access to NHS commissioning data, every access on a log that outsiders verify."""
    from gateway.cli.context import Runtime  # noqa: PLC0415 --help imports nothing of the stores

    ctx.obj = Runtime(folder)


def told(error: GatewayError) -> str:
    """One sentence; of a refusal the public one, its reason code and the event that tells of it."""
    if not isinstance(error, AccessDenied):
        return str(error)
    event = "" if error.event is None else f", event {error.event}"
    return f"{sentence(error.reason_code)} ({error.reason_code}{event})"


def main() -> None:
    """Run; an error of ours is one sentence and its exit code, never a traceback."""
    try:
        gateway()
    except GatewayError as error:
        click.echo(f"gateway: {told(error)}", err=True)
        sys.exit(error.exit_code)
