"""An installation that is backed up and restored at the command line, by max, who keeps its accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.audit.event import EventType
from gateway.cli import gateway
from gateway.enforcement import events
from gateway.enforcement.desk import Desk
from gateway.settings import ENV_FILE, Settings
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.everything import filled, made, opened

HERE = [word for key, address in ADDRESSES.items() for word in ("--storage-address", f"{key}={address}")]


def kept_by_max(folder: Path) -> Settings:
    """An installation with a little in every store; commands are max's."""
    settings = made(folder)
    filled(settings)
    with (folder / ENV_FILE).open("a") as file:
        file.write("GATEWAY_SERVICE_USER=max\nGATEWAY_SERVICE_AUDIT=nia\n")
    with opened(settings) as place:
        place.add("max", ("access_administrator", "06Q"))
        place.add("nia", ("nhs_digital_auditor", "X26"))
        place.add("ola", ("commissioner_lead", "06Q"))
    return settings


def gateway_says(settings: Settings, *words: object) -> Result:
    """The command's result on that folder."""
    return CliRunner().invoke(gateway, ["--dir", str(settings.home.parent), *map(str, words)])


def facts(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, (result.output, result.exception)
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def happens(desk: Desk, times: int) -> None:
    """Events on the log, of nothing in particular."""
    for _ in range(times):
        desk.log.append(events.event(EventType.SESSION_END, {"resource": "audit.log"}))


def bytes_of(folder: Path, names: Iterable[str] = ("**/*",)) -> dict[str, bytes]:
    """Every file below, by name."""
    found = (path for name in names for path in folder.glob(name) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
