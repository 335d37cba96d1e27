"""A backup put in the place of a stopped installation's stores: whole or not at all, and the log says that it was.

The copies are checked and opened beside the stores, the event is put on the log among them, and only then do two
renames change what is served. What was there before is kept aside.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway.access.decision import AccessRequest
from gateway.audit.event import EventType
from gateway.audit.manifest import signed_text
from gateway.audit.note import Verifier
from gateway.audit.verify import verify
from gateway.enforcement import events
from gateway.enforcement.answer import permitted
from gateway.enforcement.backing_up import FORMAT, MANIFEST, SIGNATURE, hash_of
from gateway.enforcement.change import Changed
from gateway.enforcement.desk import Desk, policy_of
from gateway.enforcement.serving import alone
from gateway.errors import BadRequest, Conflict, LogInvalid, StoreUnavailable
from gateway.recorder.process import owned
from gateway.recorder.sequencer import LOCK_FILE
from gateway.settings import AUDITOR_KEY, Settings
from gateway.stores import audit_log, destroying
from gateway.stores.audit_log.stream import Stream
from gateway.stores.generations import OF_RUNS
from gateway.stores.vault import Vault

_NAME = re.compile(r"[a-z_]+\.db|risk_[a-z]+/run-[0-9]+\.db|risk-run|auditor-seal\.pub")


@dataclass(frozen=True, slots=True)
class Staged:
    """A backup's files beside the stores. settings: those of the installation, its stores there.

    left_out: files of agreements that were closed since, which stay destroyed (ALL-11).
    """

    settings: Settings
    told: dict[str, Any]
    manifest: str
    signature: str
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many events the log had when it was copied."""
        return int(self.told["log"]["size"])


@contextmanager
def stopped(settings: Settings) -> Iterator[None]:
    """Hold the log's lock and the stores', so that nothing serves meanwhile. Raises Conflict while something may."""
    if settings.log_home:
        raise Conflict("the log has a folder of its own: restore without GATEWAY_LOG_HOME, then move the log there")
    try:
        with owned(settings.home / LOCK_FILE), alone(settings, "restore"):
            yield
    except BlockingIOError as error:
        raise Conflict("the gateway is running: stop it, then restore") from error


@contextmanager
def staged(settings: Settings, backup: Path) -> Iterator[Staged]:
    """The backup's files beside the stores, each as its manifest says; gone again unless they are put in place.

    Raises BadRequest for what is no backup of these agreements, LogInvalid for a file that was altered,
    StoreUnavailable.
    """
    manifest = backup / MANIFEST
    told, signature = _manifest(manifest), _text(backup / SIGNATURE)
    served = set(settings.agreements)
    if not served <= set(told["agreements"]) <= served | settings.closed.keys():
        raise BadRequest("the backup is of an installation that serves other agreements")
    left_out = _of_closed(told["files"], settings)
    try:
        with TemporaryDirectory(prefix=".restoring-", dir=settings.home.parent) as folder:
            home = Path(folder) / settings.home.name
            home.mkdir(mode=0o700)
            for name, expected in told["files"].items():
                if name not in left_out:
                    _take(backup / name, home / name, expected["sha256"])
            own = replace(
                settings, home=home, socket=settings.socket.with_name(f"{os.getpid()}.sock"), signer_socket=None
            )
            yield Staged(own, told, hash_of(manifest), signature, left_out)
    except OSError as error:
        raise StoreUnavailable(f"the copies cannot be put beside {settings.home}: {error.strerror}") from error


def restored(request: AccessRequest, stage: Staged, *, desk: Desk) -> Changed[int]:
    """Check the log and every store among the copies, and record that they were restored; the size restored to.

    desk: opened on stage.settings. Raises LogInvalid, AccessDenied, SettingsInvalid or StoreUnavailable.
    """
    verifier = Verifier.parse(desk.log.key())
    if verifier.text_of(stage.signature) != signed_text(stage.manifest):
        raise LogInvalid("the manifest of the backup is not the one that was signed")
    _verify(stage, verifier)
    for store in desk.stores.values():
        store.version()
    grant = permitted(request, desk=desk)
    details = {"size": stage.size, "backup": stage.manifest, "made_at": stage.told["made_at"]}
    details |= {"left_out": list(stage.left_out)}
    return Changed(stage.size, desk.log.append(events.changed(grant, EventType.SYSTEM_RESTORED, details)))


def put_in_place(settings: Settings, stage: Staged, at: datetime) -> Path:
    """Serve the copies from now on; where what was there before is kept. Raises StoreUnavailable, as it was before."""
    aside = settings.home.with_name(f"{settings.home.name}.before-restore-{at:%Y%m%dT%H%M%S.%fZ}")
    try:
        settings.home.rename(aside)
        try:
            stage.settings.home.rename(settings.home)
        except OSError:
            aside.rename(settings.home)
            raise
        _put_sealing_key(settings)
    except OSError as error:
        raise StoreUnavailable(f"{settings.home} cannot be replaced: {error.strerror}") from error
    return aside


def _put_sealing_key(settings: Settings) -> None:
    """The auditor's public key comes back with the stores, where there is none now."""
    taken = settings.home / AUDITOR_KEY
    if taken.exists() and settings.auditor_key is None:
        (settings.keys / AUDITOR_KEY).write_bytes(taken.read_bytes())
    taken.unlink(missing_ok=True)


def _of_closed(files: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """Those files that are of a store whose agreement was closed."""
    stores = policy_of(settings).vocabulary.stores.values()
    gone = {one.name for one in stores if one.agreement in settings.closed}
    gone |= {OF_RUNS for name in gone if name.startswith(OF_RUNS)}
    return tuple(sorted(name for name in files if destroying.store_of(name) in gone))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(_text(path))
        known = told["format"] == FORMAT and told["version"] == 1
        names, sizes = list(told["files"]), int(told["log"]["size"])
        set(told["agreements"]), told["made_at"], [one["sha256"] for one in told["files"].values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is no manifest of a backup") from error
    if not known or sizes < 0 or not all(map(_NAME.fullmatch, names)):
        raise BadRequest(f"{path} is no manifest of a backup that this program made")
    return told


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: name the folder of a backup") from error


def _take(source: Path, target: Path, sha256: str) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(source, target)
    if hash_of(target) != sha256:
        raise LogInvalid(f"{source} is not what the manifest says: take another backup")


def _verify(stage: Staged, verifier: Verifier) -> None:
    path = stage.settings.home / audit_log.FILE
    with closing(Vault(stage.settings.keys).connect(audit_log.NAME, path)) as connection:
        report = verify(Stream(connection), verifier, (stage.told["log"]["checkpoint"],))
    if not report.ok:
        raise LogInvalid(f"the audit log in the backup does not verify: {len(report.findings)} faults")
