"""An installation whose agreements come to their end: data in every store, files received, a backup, two people.

Made once and copied for each test that destroys something of it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gateway.access.compiler import compile_release
from gateway.access.decision import AccessRequest, Subject
from gateway.access.grant import Grant
from gateway.access.loader import load, version_of
from gateway.access.snapshot import PolicySnapshot
from gateway.audit.event import EventType
from gateway.enforcement import events
from gateway.enforcement.answer import permitted
from gateway.enforcement.backing_up import backed_up
from gateway.enforcement.closing import begun, destroyed_files, destroyed_keys
from gateway.enforcement.desk import Desk, stores_of
from gateway.enforcement.retention import seconded
from gateway.recorder.running import log_for
from gateway.settings import ENV_FILE, Settings, read_policies
from gateway.stores.accounts import pipeline as accounts_door
from gateway.stores.practice_work import pipeline
from gateway.stores.vault import Vault, writing
from gateway.synthetic.demonstration_agreements import ADDRESSES
from tests.builders.everything import NOW, Everything, asks, filled, made, opened, subject

RS, IV = "DARS-NIC-226296-S7T2Y", "DARS-NIC-198111-C2W4W"
STORES = ["population_work", "practice_work", "risk_identifiable", "risk_pseudonymised"]
MAX, MIA = subject("access_administrator", "06Q"), subject("access_administrator", "06Q", "mia")
KIT = subject("nhs_digital_auditor", "X26", "kit")
APC, HASH, ALONE = "apc.csv", "a" * 64, "b" * 64
BACKUP = "elsewhere"


def ending(folder: Path, password_hash: str = "") -> Settings:
    """The installation; a backup of it is in the folder `elsewhere` beside it."""
    settings = made(folder)
    filled(settings)
    with (folder / ENV_FILE).open("a") as file:
        file.write("GATEWAY_SERVICE_USER=max\nGATEWAY_SERVICE_AUDIT=kit\n")
    with opened(settings) as place:
        for user, role, where in (("max", MAX.role, "06Q"), ("mia", MIA.role, "06Q"), ("kit", KIT.role, "X26")):
            place.add(user, (role, where))
        place.add("ola", ("commissioner_lead", "06Q"))
        accounts_door.set_password(place.accounts, "mia", password_hash)
        accounts_door.set_password(place.accounts, "ola", password_hash)
        received(place.desk, RS, {APC: {"sha256": HASH, "rows": 12, "kind": "apc"}})
        received(place.desk, RS, {APC: {"sha256": HASH, "rows": 12, "kind": "apc"}}, dry_run="yes")
        on_record(place)
        copy = asks(MAX, "administration", "operations.backup", "create")
        backed_up(copy, folder.parent / BACKUP, ADDRESSES, desk=place.desk)
    return settings


def received(desk: Desk, agreement: str, files: dict[str, Any], dry_run: str = "no", run: int = 1) -> None:
    """What an intake leaves on the log."""
    told = {"run": run, "instruction": "TEST-1", "dry_run": dry_run, "files": files}
    fields = {"actor": {"user": "operator"}, "agreement": agreement, "details": told}
    desk.log.append(events.event(EventType.INTAKE_FINISHED, fields))


def on_record(place: Everything) -> None:
    """What an intake leaves in the store: the same file, and one that the log does not tell of."""
    connection = place.desk.stores["practice_work"].connection()  # type: ignore[attr-defined]
    run = {"run": 1, "instruction": "TEST-1", "as_of": "2026-10-31", "finished": "2026-11-24", "facts": "{}"}
    with writing(connection):
        pipeline.add_run(connection, run, [(HASH, APC, 12), (ALONE, "patient.csv", 3)])


def copied(settings: Settings, to: Path) -> Settings:
    """The same somewhere else, to be destroyed."""
    shutil.copytree(settings.home.parent, to)
    return Settings.from_folder(to, {})


@contextmanager
def reopened(settings: Settings) -> Iterator[Everything]:
    """As it is started again: what was closed meanwhile is closed. The same policies are compiled once."""
    now = Settings.from_folder(settings.home.parent, {})
    version = version_of(read_policies(now.policies))
    policy = _policy(version, now.policies, now.agreements, tuple(sorted(now.closed.items())))
    vault, clock = Vault(now.keys), [NOW]
    with log_for(now) as log:
        stores = stores_of(now, policy, vault)
        yield Everything(Desk(now, policy, log, vault, stores, clock=lambda: clock[0]), clock)


_POLICIES: dict[tuple[object, ...], PolicySnapshot] = {}


def _policy(version: str, folder: Path, served: frozenset[str], closed: tuple[tuple[str, date], ...]) -> PolicySnapshot:
    key = (version, served, closed)
    if key not in _POLICIES:
        _POLICIES[key] = compile_release(load(read_policies(folder)), served=served, closed=dict(closed))
    return _POLICIES[key]


def by_two(desk: Desk, resource: str = "administration.closing", action: str = "create") -> AccessRequest:
    """Max's request, which mia approved."""
    return seconded(asks(MAX, "administration", resource, action), MIA, desk=desk)


def by(who: Subject, action: str = "read") -> AccessRequest:
    """One person's request for the end of an agreement."""
    return asks(who, "administration", "administration.closing", action)


def keys_of(settings: Settings) -> set[str]:
    """Names of the stores that have a key."""
    return {path.stem for path in settings.keys.glob("*.key")} & {*STORES, "accounts", "audit_log", "invoices"}


def record_of(settings: Settings, key: str = "RS") -> dict[str, Any]:
    """The record among the keys."""
    told: dict[str, Any] = json.loads((settings.keys / f"{key}.closed").read_text("utf-8"))
    return told


def changes(place: Everything) -> list[str]:
    """The states that the log's events of agreements tell, oldest first."""
    return [one["details"]["state"] for one in place.events() if one["type"] == "agreement.changed"]


def alone(place: Everything, **settings: Any) -> Desk:
    """The desk of an installation with other settings."""
    return replace(place.desk, settings=replace(place.desk.settings, **settings))


def stopped_at(step: str, place: Everything) -> tuple[Grant, dict[str, Any], list[str]]:
    """Closing RS, up to and with a step of it; the grant, the record, and what is gone."""
    grant = permitted(by_two(place.desk), desk=place.desk)
    record, gone = begun(grant, "RS", place.desk), []
    if step == "one key":
        place.desk.vault.destroy("practice_work")
    if step in {"keys", "files"}:
        gone += destroyed_keys(record, place.desk)
    if step == "files":
        gone += destroyed_files(record, place.desk)
    return grant, record, gone
