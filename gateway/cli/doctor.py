"""Look at an installation as its IT staff would: each line is ok, or says what to mend."""

from __future__ import annotations

import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.desk import Desk, open_desk
from gateway.errors import GatewayError
from gateway.settings import Settings

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; mend is '' where it is well."""

    about: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def doctor(runtime: Runtime, *, as_json: bool) -> None:
    """Check settings, keys, storage addresses, policy release, stores, log and clock."""
    findings = list(examine(runtime.settings))
    tell({finding.about: finding.mend or "ok" for finding in findings}, as_json=as_json)
    sys.exit(1 if any(finding.mend for finding in findings) else 0)


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything, the things that the rest needs first; a fault ends the list."""
    yield Finding("settings")
    yield _keys_private(settings)
    yield _clock()
    try:
        with open_desk(settings) as desk:
            yield Finding(f"policy release {desk.policy.version[:12]}")
            yield from _storage(desk)
            for name in sorted(desk.stores):
                yield _tried(f"store {name}", _opened(desk, name))
            yield _tried("log head", desk.log.checkpoint)
    except GatewayError as error:
        yield Finding("start", str(error))


def _opened(desk: Desk, name: str) -> Callable[[], object]:
    """Opening a store proves its file, its key and its first page."""
    store = desk.stores[name]
    return store.version


def _tried(about: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except GatewayError as error:
        return Finding(about, str(error))
    return Finding(about)


def _keys_private(settings: Settings) -> Finding:
    if settings.keys.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("keys", f"others on this machine can read {settings.keys}: chmod 700 it")
    return Finding("keys")


def _clock() -> Finding:
    if datetime.fromtimestamp(time.time(), UTC) < _EARLIEST:
        return Finding("clock", "the clock is years behind: set it and keep it by NTP")
    return Finding("clock")


def _storage(desk: Desk) -> Iterator[Finding]:
    for key in sorted(desk.settings.agreements):
        listed = desk.policy.agreements[key].addresses
        mend = "" if listed else "the agreement lists no storage address: intake is refused until one is listed"
        yield Finding(f"storage address of {key}", mend)
