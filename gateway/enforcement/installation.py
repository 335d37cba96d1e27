"""Make a folder that any command runs on: keys, empty stores and gateway.env, for `init` and `demo`.

DIR/gateway.env holds settings with paths relative to itself, so that a copied folder works on its own.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from gateway.access.decision import Membership
from gateway.enforcement.desk import STORES, policy_of
from gateway.errors import SettingsInvalid
from gateway.recorder import keys as log_keys
from gateway.settings import ENV_FILE, Settings
from gateway.stores import accounts
from gateway.stores.accounts import pipeline, sessions
from gateway.stores.vault import KEY_BYTES, Vault, writing

HOME, KEYS, WEB_SECRET = "home", "keys", "web-secret.key"
INSTALLER = "installation"
LINK_SECONDS = 3 * 24 * 60 * 60
FIRST_ROLE_MAY = ["administration.grants", "create"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made. extra: further lines of gateway.env, by name."""

    folder: Path
    agreements: tuple[str, ...]
    keys: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def make(plan: Plan) -> Settings:
    """Make the folder. Raises SettingsInvalid where an installation is there already; nothing of it is touched."""
    env = plan.folder / ENV_FILE
    if env.exists():
        raise SettingsInvalid(f"{plan.folder} holds an installation already: choose another folder")
    keys = plan.keys or plan.folder / KEYS
    for made in (plan.folder, plan.folder / HOME, keys):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = {
        "GATEWAY_HOME": HOME,
        "GATEWAY_KEYS": os.path.relpath(keys, plan.folder) if plan.keys is None else str(keys.resolve()),
        "GATEWAY_AGREEMENTS": ",".join(plan.agreements),
        **plan.extra,
    }
    write_private(keys / WEB_SECRET, secrets.token_bytes(KEY_BYTES))
    write_private(env, "".join(f"{name}={value}\n" for name, value in lines.items()).encode())
    settings = Settings.from_folder(plan.folder, {})
    create_stores(settings)
    return settings


def create_stores(settings: Settings) -> None:
    """A key and an empty store for each that this installation's agreements need, and the log's own keys."""
    vault = Vault(settings.keys)
    for name in policy_of(settings).stores(settings.agreements):
        vault.create(name)
        STORES[name].create(vault, settings.home)
    log_keys.create(settings.keys)


def first_administrator(settings: Settings, user: str, organisation: str, day: date) -> str:
    """The account that lets others in, with its grant; the secret of its one-time link."""
    policy, secret = policy_of(settings), secrets.token_urlsafe(32)
    role = next(role for role, _, *what in policy.permissions if what == FIRST_ROLE_MAY)
    connection = Vault(settings.keys).connect(accounts.NAME, settings.home / accounts.FILE)
    with writing(connection):
        pipeline.add_account(connection, pipeline.Account(user, user, organisation, day))
        pipeline.add_membership(connection, user, Membership(role, organisation, day, None, INSTALLER, INSTALLER))
        until = int(datetime.now(UTC).timestamp()) + LINK_SECONDS
        sessions.add_link(connection, hashlib.sha256(secret.encode()).hexdigest(), user, until)
    connection.close()
    return secret


def write_private(path: Path, content: bytes) -> None:
    """A new file that its owner alone reads. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
