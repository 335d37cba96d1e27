"""A backup: encrypted copies of every store, taken while the gateway runs, with a manifest that the log signs.

No key is in it but the auditor's public one. It goes only where each agreement served here lists a storage address
(ALL-9).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.access.decision import AccessRequest
from gateway.audit.event import EventType
from gateway.audit.leaf import moment
from gateway.enforcement import events
from gateway.enforcement.answer import failure_recorded, permitted
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk
from gateway.errors import BadRequest, StoreUnavailable
from gateway.settings import AUDITOR_KEY
from gateway.stores.copying import copy_stores, head_of

FORMAT = "commissioning-gateway/backup"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied. size, checkpoint: of the log in the copy; manifest: SHA-256 of manifest.json."""

    files: int
    bytes: int
    size: int
    checkpoint: str
    manifest: str


def backed_up(request: AccessRequest, to: Path, addresses: Mapping[str, str], *, desk: Desk) -> Changed[Backup]:
    """Copy every store into the new folder `to`, which is there once its event is on the log.

    addresses: where `to` is, by the agreement's key. Raises BadRequest (nothing was copied) or StoreUnavailable.
    """
    grant = permitted(request, desk=desk)
    with failure_recorded(request, grant.decision, desk=desk):
        _refuse_elsewhere(addresses, desk)
        try:
            to = _new(to, desk)
            with TemporaryDirectory(prefix=".backup-", dir=to.parent) as folder:
                made = _made(Path(folder) / to.name, addresses, desk)
                told = {"backup": made.manifest, "size": made.size, "bytes": made.bytes, "addresses": dict(addresses)}
                receipt = desk.log.append(events.changed(grant, EventType.ACCESS_PERMITTED, told))
                (Path(folder) / to.name).rename(to)
        except OSError as error:
            raise StoreUnavailable(f"{to} cannot be written: {error.strerror}") from error
    return Changed(made, receipt)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_elsewhere(addresses: Mapping[str, str], desk: Desk) -> None:
    day = desk.today()
    for key in sorted(desk.settings.agreements):
        listed = desk.policy.agreements[key].storage_addresses_on(day)
        if addresses.get(key) not in listed:
            raise BadRequest(f"agreement {key} lists no such storage address today: copy to one that it lists")


def _new(to: Path, desk: Desk) -> Path:
    to = to.resolve()
    if to.exists() and not (to.is_dir() and not any(to.iterdir())):
        raise BadRequest(f"{to} is there already: name a new folder")
    for ours in (desk.settings.home, desk.settings.log_folder, desk.settings.keys):
        if to == ours or ours in to.parents:
            raise BadRequest(f"{to} lies within {ours}: name a folder elsewhere")
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return to


def _made(place: Path, addresses: Mapping[str, str], desk: Desk) -> Backup:
    place.mkdir(mode=0o700)
    copy_stores(desk.vault, desk.settings.home, desk.stores, place, desk.settings.log_home)
    if desk.settings.auditor_key:
        shutil.copy(desk.settings.auditor_key, place / AUDITOR_KEY)
    size, checkpoint = head_of(desk.vault, place)
    files = {
        path.relative_to(place).as_posix(): {"bytes": path.stat().st_size, "sha256": hash_of(path)}
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }
    told = {
        "format": FORMAT,
        "version": 1,
        "made_at": _moment(desk.now()),
        "agreements": sorted(desk.settings.agreements),
        "storage_addresses": dict(sorted(addresses.items())),
        "policy": desk.policy.version,
        "log": {"size": size, "checkpoint": checkpoint},
        "files": files,
    }
    manifest = json.dumps(told, indent=2).encode() + b"\n"
    digest = hashlib.sha256(manifest).hexdigest()
    (place / MANIFEST).write_bytes(manifest)
    (place / SIGNATURE).write_text(desk.log.signed_manifest(digest), "utf-8")
    total = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return Backup(len(files), total, size, checkpoint, digest)


def _moment(at: datetime) -> str:
    return moment(int(at.timestamp() * 1000))
