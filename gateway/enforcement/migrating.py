"""Stores of an earlier version brought up to this program's, after a copy of each file, still encrypted (ALL-9)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.enforcement.desk import STORES, home_of, policy_of
from gateway.enforcement.serving import stopped
from gateway.errors import StoreUnavailable
from gateway.settings import Settings
from gateway.stores.vault import Vault

COPIES = "before-migration"


@dataclass(frozen=True, slots=True)
class Migrated:
    """Where the copies are, and the schema that each store has now."""

    copies: Path
    versions: dict[str, int]


def migrate(settings: Settings, at: datetime) -> Migrated:
    """Copy every store's files as they are, then bring each up. at: the time that names the copies.

    Raises Conflict while the gateway runs, PolicyRefused or SettingsInvalid (nothing was touched) or StoreUnavailable
    (the copies are where it says).
    """
    with stopped(settings, "migrate"):
        names, vault = sorted(policy_of(settings).stores(settings.agreements)), Vault(settings.keys)
        copies = _copied(settings, at)
        try:
            return Migrated(copies, {name: STORES[name].migrate(vault, home_of(settings, name)) for name in names})
        except StoreUnavailable as error:
            raise StoreUnavailable(f"{error}; the stores as they were are copied to {copies}") from error


def _copied(settings: Settings, at: datetime) -> Path:
    copies = settings.home / COPIES / at.strftime("%Y%m%dT%H%M%S.%fZ")
    try:
        copies.mkdir(mode=0o700, parents=True)
        for file in sorted({*settings.home.glob("*.db*"), *settings.log_folder.glob("*.db*")}):
            shutil.copy2(file, copies / file.name)
    except OSError as error:
        raise StoreUnavailable(f"the stores cannot be copied to {copies}: make room, or mend its rights") from error
    return copies
