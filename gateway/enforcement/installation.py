"""Make a folder that any command runs on: keys, empty stores and gateway.env, for `init` and `demo`.

DIR/gateway.env holds settings with paths relative to itself, so that a copied folder works on its own. It is written
last: what has none is no installation, and may be removed and made again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.access.decision import Membership
from gateway.access.snapshot import PolicySnapshot
from gateway.enforcement.desk import STORES, policy_of
from gateway.enforcement.keeping import LINK_SECONDS
from gateway.errors import SettingsInvalid
from gateway.recorder import keys as log_keys
from gateway.settings import ENV_FILE, Settings, anchored
from gateway.stores import accounts
from gateway.stores.accounts import pipeline, sessions
from gateway.stores.accounts.pipeline import Account
from gateway.stores.vault import KEY_BYTES, Vault, writing

HOME, KEYS, WEB_SECRET = "home", "keys", "web-secret.key"
INSTALLER = "installation"
FIRST_ROLE_MAY = ["administration.grants", "create"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made. extra: further lines of gateway.env, by name. employer: of those who are to let others in."""

    folder: Path
    agreements: tuple[str, ...]
    keys: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    employer: str = ""


def make(plan: Plan) -> Settings:
    """Make the folder. Raises SettingsInvalid or PolicyRefused where it cannot be; nothing is written then."""
    keys = plan.keys or plan.folder / KEYS
    _refuse_what_is_there(plan.folder, keys)
    for made in (plan.folder, plan.folder / HOME, keys):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = {
        "GATEWAY_HOME": HOME,
        "GATEWAY_KEYS": os.path.relpath(keys, plan.folder) if plan.keys is None else str(keys.resolve()),
        "GATEWAY_AGREEMENTS": ",".join(plan.agreements),
        **plan.extra,
    }
    settings = Settings.from_environment(anchored(lines, plan.folder))
    policy = policy_of(settings)
    if plan.employer in policy.barred:
        raise SettingsInvalid(f"an agreement bars {plan.employer}: nobody of it can be an administrator")
    create_stores(settings, policy)
    write_private(plan.folder / ENV_FILE, "".join(f"{name}={value}\n" for name, value in lines.items()).encode())
    return settings


def create_stores(settings: Settings, policy: PolicySnapshot) -> None:
    """A key and an empty store for each that this installation's agreements need, the web's and the log's own keys."""
    vault = Vault(settings.keys)
    write_private(settings.keys / WEB_SECRET, secrets.token_bytes(KEY_BYTES))
    for name in sorted(policy.stores(settings.agreements)):
        vault.create(name)
        STORES[name].create(vault, settings.home)
    log_keys.create(settings.keys)


def administrator(settings: Settings, account: Account) -> str:
    """An account that lets others in, with its grant; the secret of its one-time link. A grant takes two of them."""
    policy, secret = policy_of(settings), secrets.token_urlsafe(32)
    role = next(role for role, _, *what in policy.permissions if what == FIRST_ROLE_MAY)
    grant = Membership(role, account.employer, account.contract_from, None, INSTALLER, INSTALLER)
    connection = Vault(settings.keys).connect(accounts.NAME, settings.home / accounts.FILE)
    with writing(connection):
        pipeline.add_account(connection, account)
        pipeline.add_membership(connection, account.user, grant)
        until = int(datetime.now(UTC).timestamp()) + LINK_SECONDS
        sessions.add_link(connection, hashlib.sha256(secret.encode()).hexdigest(), account.user, until)
    connection.close()
    return secret


def _refuse_what_is_there(folder: Path, keys: Path) -> None:
    if (folder / ENV_FILE).exists():
        raise SettingsInvalid(f"{folder} holds an installation already: choose another folder")
    if any(keys.glob("*.key")):
        raise SettingsInvalid(f"{keys} holds keys already: choose another folder for those of this installation")


def write_private(path: Path, content: bytes) -> None:
    """A new file that its owner alone reads. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
