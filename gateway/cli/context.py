"""What every command works with: the settings of --dir or the environment, a desk, and the subject of the command.

Each command that reaches data is an access (docs/accounts.md): without --as it is made by the service
account that gateway.env gives to this operating-system user.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Any

import click

from gateway.access.decision import Context, Subject
from gateway.enforcement.desk import Desk, open_desk
from gateway.errors import SettingsInvalid
from gateway.http.sign_in import service_subject, signed_in_subject
from gateway.settings import Settings


@dataclass(slots=True)
class Runtime:
    """One command's surroundings."""

    folder: Path | None = None

    @property
    def settings(self) -> Settings:
        """Of --dir, else of the environment. Raises SettingsInvalid."""
        if self.folder is not None:
            return Settings.from_folder(self.folder, os.environ)
        return Settings.from_environment(os.environ)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Policy, stores and the log: the running gateway's, or one started for the time of the command."""
        with open_desk(self.settings) as desk:
            yield desk

    def subject(self, desk: Desk, family: str, as_user: str | None) -> Subject:
        """Whoever signs in with --as, else the service account of the command's family. Raises SettingsInvalid."""
        if as_user:
            return signed_in_subject(desk, as_user, _password(as_user))
        user = desk.settings.services.get(family)
        if user is None or desk.settings.service_user_id != os.getuid():
            raise SettingsInvalid(
                f"nobody stands behind this command: add --as USER, or GATEWAY_SERVICE_{family.upper()}"
            )
        return service_subject(desk, user)

    def context(self, command: str, **given: Any) -> Context:  # noqa: ANN401 the fields of Context
        """The context of an access from the command line."""
        return Context(request_id=secrets.token_hex(8), channel="cli", method=command, **given)


pass_runtime = click.make_pass_decorator(Runtime, ensure=True)
as_user = click.option("--as", "user", help="Sign in as this user; the password is read from the terminal.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def tell(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print facts: the JSON alone, or a line for each."""
    if as_json:
        click.echo(json.dumps(facts, indent=2, default=str))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")


def _password(user: str) -> str:
    if sys.stdin.isatty():
        return getpass(f"Password of {user}: ")
    return sys.stdin.readline().rstrip("\r\n")
