"""Look at an installation as its IT staff would: each line is ok, or says what to mend."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from gateway.audit.sealing import Sealer
from gateway.cli.context import Runtime, pass_runtime, tell
from gateway.enforcement.closing import unsound
from gateway.enforcement.desk import Desk, serving_desk
from gateway.errors import GatewayError
from gateway.recorder.running import log_for
from gateway.settings import AUDITOR_KEY, Settings

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
_SECRET_BYTES = 32
_MAKE = "The auditor makes the pair by 'gateway audit seal-key'; put the public one to"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; mend is '' where it is well. advice: what could be better, and is no fault."""

    about: str
    mend: str = ""
    advice: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
@pass_runtime
def doctor(runtime: Runtime, *, as_json: bool) -> None:
    """Check settings, keys, storage addresses, policy release, stores, log and clock."""
    findings = list(examine(runtime.settings, datetime.now(UTC)))
    tell({finding.about: finding.mend or finding.advice or "ok" for finding in findings}, as_json=as_json)
    sys.exit(1 if any(finding.mend for finding in findings) else 0)


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Everything, the things that the rest needs first; without a policy release there is no more to look at."""
    yield Finding("settings")
    yield from _keys(settings)
    yield _sealing(settings)
    yield _clock(now)
    try:
        desk = serving_desk(settings)
    except GatewayError as error:
        yield Finding("start", str(error))
        return
    yield Finding(f"policy release {desk.policy.version[:12]}")
    yield from _storage(desk)
    yield from of_closed(desk)
    for name in sorted(desk.stores):  # a store that opens has its file, its key and the schema of this program
        yield _tried(f"store {name}", desk.stores[name].version)
    yield _tried("log head", lambda: _head(settings))


def of_closed(desk: Desk) -> Iterator[Finding]:
    """Agreements that were closed here: whether that is whole, and whether any of them came back (ALL-11)."""
    try:
        found = unsound(desk.settings, desk)
    except GatewayError as error:
        yield Finding("closed agreements", str(error))
        return
    for key, mend in sorted(found.items()):
        day = desk.settings.closed.get(key)
        yield Finding(f"agreement {key}: closed{f' on {day.isoformat()}' if day else ''}", mend)


def _head(settings: Settings) -> None:
    with log_for(settings) as log:
        log.checkpoint()


def _tried(about: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except GatewayError as error:
        return Finding(about, str(error))
    return Finding(about)


def _keys(settings: Settings) -> Iterator[Finding]:
    others = settings.keys.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    yield Finding("keys", f"others on this machine can read {settings.keys}: chmod 700 it" if others else "")
    secret = settings.secret_key_file
    whole = secret.is_file() and secret.stat().st_size >= _SECRET_BYTES
    yield Finding("web secret", "" if whole else f"{secret} has no secret of {_SECRET_BYTES} bytes: write one to it")


def _sealing(settings: Settings) -> Finding:
    """The key that NHS numbers are sealed to. It can be read, or the settings would have been refused."""
    if settings.auditor_key is None:
        place = settings.keys / AUDITOR_KEY
        return Finding("auditor's sealing key", advice=f"none: no NHS number is sealed to the auditor. {_MAKE} {place}")
    try:
        Sealer(settings.auditor_key.read_bytes())
    except (OSError, GatewayError) as error:
        return Finding("auditor's sealing key", f"{settings.auditor_key}: {error}")
    return Finding("auditor's sealing key")


def _clock(now: datetime) -> Finding:
    return Finding("clock", "the clock is years behind: set it and keep it by NTP" if now < _EARLIEST else "")


def _storage(desk: Desk) -> Iterator[Finding]:
    for key in sorted(desk.settings.agreements):
        listed = desk.policy.agreements[key].addresses
        mend = "" if listed else "the agreement lists no storage address: intake is refused until one is listed"
        yield Finding(f"storage address of {key}", mend)
