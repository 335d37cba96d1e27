"""The end of an agreement: what is held under it is destroyed, by two people, and the evidence is kept (ALL-11).

Each step is on the disk before the next begins: the log says that it begins; the record among the keys says it, and
from then on nobody is given its data; keys; files; the log says that it is done, and the record too. Whatever stops it
in between, the same command goes on from there to its end. docs/agreements.md; docs/decisions/0022-closing.md.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from gateway.access.agreements import Agreement, by_name
from gateway.access.decision import AccessRequest
from gateway.access.grant import Grant
from gateway.access.snapshot import LONDON
from gateway.audit.event import EventType, fixed_id
from gateway.audit.leaf import moment
from gateway.enforcement import events
from gateway.enforcement.answer import failure_recorded, permitted
from gateway.enforcement.change import Changed, deliver
from gateway.enforcement.desk import Desk
from gateway.enforcement.ending import held_under
from gateway.enforcement.inventory import readable, stores_of_agreement
from gateway.enforcement.migrating import COPIES
from gateway.enforcement.ports import WritableStore
from gateway.errors import BadRequest, NotFound, SettingsInvalid, StoreUnavailable
from gateway.settings import CLOSED, Settings
from gateway.stores import audit_log, destroying, durable
from gateway.stores.audit_log.telling import CLOSED as DONE
from gateway.stores.audit_log.telling import Telling

Record = dict[str, Any]
FORMAT = "commissioning-gateway/closed-agreement"
BEGUN = "closing"
_LATER = frozenset({"state", "closed_at", "closed_event", "evidence_sha256", "checkpoint"})


def agreement_named(name: str, desk: Desk) -> Agreement:
    """The agreement of that key or reference. Raises NotFound."""
    found = by_name(desk.policy.agreements, name)
    if found is None:
        raise NotFound("there is no agreement of that name: 'gateway agreement list' has them")
    return found


def planned(request: AccessRequest, name: str, *, desk: Desk) -> Changed[Record]:
    """What would be destroyed, and what is known of its copies; nothing is altered. Raises NotFound, BadRequest."""
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        agreement = agreement_named(name, desk)
        record = _kept(desk.settings, agreement) or _new(grant, agreement, desk) | {"state": "planned"}
    told = {"agreement": agreement.reference, "state": record["state"], "files": len(record["files"])}
    return Changed(record, desk.log.append(events.changed(grant, EventType.ACCESS_PERMITTED, told)))


def closed(request: AccessRequest, name: str, *, desk: Desk) -> Changed[Record]:
    """All of it, from wherever it stopped; the evidence. Raises NotFound, BadRequest, StoreUnavailable."""
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        record = begun(grant, name, desk)
        gone = destroyed_keys(record, desk) + destroyed_files(record, desk)
        return ended(grant, record, gone, desk)


def begun(grant: Grant, name: str, desk: Desk) -> Record:
    """The record, of before or new: what is held, on the log and then among the keys, before any of it goes."""
    agreement = agreement_named(name, desk)
    if (kept := _kept(desk.settings, agreement)) is not None:
        return kept
    record = _new(grant, agreement, desk)
    for store in readable(record["stores"], desk)[0]:
        if hasattr(desk.stores[store], "outbox"):
            deliver(cast("WritableStore", desk.stores[store]), desk=desk)  # what the log has not yet goes to it now
    told = {name: record[name] for name in ("agreement", "reference", "stores", "day")}
    counted = {"files": len(record["files"]), "received": len(record["received"]), "backups": len(record["backups"])}
    receipt = desk.log.append(events.changed(grant, EventType.AGREEMENT_CHANGED, {**told, **counted, "state": BEGUN}))
    record |= {"state": BEGUN, "begun_at": receipt.at, "begun_event": receipt.index}
    keep(desk.settings, record)
    return record


def destroyed_keys(record: Record, desk: Desk) -> list[str]:
    """The keys, after which every copy of these stores is noise; which were there."""
    return destroying.destroy_keys(desk.settings.keys, record["stores"])


def destroyed_files(record: Record, desk: Desk) -> list[str]:
    """The stores' files, those too that a restore kept aside; which were there."""
    return [str(path) for path in destroying.destroy_files(homes(desk.settings), record["stores"])]


def ended(grant: Grant, record: Record, gone: list[str], desk: Desk) -> Changed[Record]:
    """The log says that it is done, once; the record then has the event and the checkpoint that covers it."""
    evidence = hashlib.sha256(_canonical(record)).hexdigest()
    told = {name: record[name] for name in ("agreement", "reference", "stores", "day", "begun_event")}
    told |= {"evidence_sha256": evidence, "destroyed": len(gone), "state": DONE}
    again = record["state"] == DONE
    if again and not gone:
        return Changed(record, desk.log.append(events.changed(grant, EventType.ACCESS_PERMITTED, told)))
    event = events.changed(grant, EventType.AGREEMENT_CHANGED, told)
    if not again:
        event = replace(event, id=fixed_id(EventType.AGREEMENT_CHANGED, record["reference"], record["begun_at"]))
    receipt = desk.log.append(event)
    done = {"state": DONE, "evidence_sha256": evidence, "closed_at": receipt.at, "closed_event": receipt.index}
    record = record | done | {"checkpoint": desk.log.checkpoint()}
    keep(desk.settings, record)
    return Changed(record, receipt)


def homes(settings: Settings) -> list[Path]:
    """The folder of stores, those that restores kept aside, and in each the copies that migrations made."""
    kept = [settings.home, *sorted(settings.home.parent.glob(f"{settings.home.name}.before-restore-*"))]
    return [folder for home in kept for folder in (home, *sorted((home / COPIES).glob("*")))]


def keep(settings: Settings, record: Record) -> None:
    """Put the record among the keys, whole or not at all. Raises StoreUnavailable; nothing is destroyed then."""
    path = settings.keys / f"{record['agreement']}{CLOSED}"
    try:
        durable.put(path, json.dumps(record, indent=2).encode() + b"\n", lambda: None)
    except OSError as error:
        told = f"{settings.keys} cannot be written: {error.strerror}; nothing more was destroyed"
        raise StoreUnavailable(told) from error


def kept_records(settings: Settings) -> list[Record]:
    """The records of all agreements that were closed here. Raises SettingsInvalid."""
    return [_read(settings.keys / f"{key}{CLOSED}") for key in sorted(settings.closed)]


def unsound(settings: Settings, desk: Desk) -> dict[str, str]:
    """What is wrong with each agreement that was closed here, in words with the mend; '' where all is well."""
    found = {}
    for record in kept_records(settings):
        key, left = record["agreement"], destroying.left(settings.keys, homes(settings), record["stores"])
        again = f"run 'gateway agreement close {key}' again"
        wrong = f"closing it was not finished: {again}" if record["state"] != DONE else ""
        found[key] = wrong or (f"{', '.join(left)} are here again: {again} to destroy them" if left else "")
    return found | _brought_back(settings, desk)


def _brought_back(settings: Settings, desk: Desk) -> dict[str, str]:
    """Agreements that the log says were closed, and that no record among the keys says so of."""
    log = desk.stores[audit_log.NAME]
    with log.changing() as snapshot:  # type: ignore[attr-defined]
        told = Telling(snapshot.connection).closings()
    mend = "says that it was closed, and its keys came back: run 'gateway agreement close {}' to destroy them"
    return {key: f"event {index} {mend.format(key)}" for key, index in told.items() if key in settings.agreements}


def _new(grant: Grant, agreement: Agreement, desk: Desk) -> Record:
    if agreement.key not in desk.settings.agreements:
        raise BadRequest(f"agreement {agreement.key} is not served here: nothing is held under it")
    now = desk.now()
    who, stores = grant.request, stores_of_agreement(agreement.key, desk)
    return {
        "format": FORMAT,
        "version": 1,
        "agreement": agreement.key,
        "reference": agreement.reference,
        "title": agreement.title,
        "day": now.astimezone(LONDON).date().isoformat(),
        "planned_at": moment(int(now.timestamp() * 1000)),
        "by": who.subject.user,
        "approved_by": who.context.approved_by,
        "stores": list(stores),
        "keys": [f"{store}.key" for store in stores],
        **held_under(grant, agreement, homes(desk.settings), stores, desk),
    }


def _kept(settings: Settings, agreement: Agreement) -> Record | None:
    path = settings.keys / f"{agreement.key}{CLOSED}"
    return _read(path) if path.exists() else None


def _read(path: Path) -> Record:
    try:
        record: Record = json.loads(path.read_bytes())
        sound = record["format"] == FORMAT and isinstance(record["stores"], list)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsInvalid(f"{path} is no record of a closed agreement: restore it") from error
    if not sound:
        raise SettingsInvalid(f"{path} is no record of a closed agreement: restore it")
    return record


def _canonical(record: Record) -> bytes:
    kept = {name: value for name, value in record.items() if name not in _LATER}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
