"""Typed settings from the environment or a folder's gateway.env, checked at start-up and never read again elsewhere.

A wrong or missing one is named in one sentence before any store is opened (docs/deployment.md).
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from os import getuid
from pathlib import Path
from types import MappingProxyType

from gateway.errors import SettingsInvalid

ENV_FILE = "gateway.env"
AUDITOR_KEY = "auditor-seal.pub"
CLOSED = ".closed"  # KEY.closed among the keys: the record of an agreement that was closed here
RETENTION_YEARS = 8  # an event keeps its body at least so long
_FOLDERS = (
    "GATEWAY_HOME",
    "GATEWAY_LOG_HOME",
    "GATEWAY_KEYS",
    "GATEWAY_POLICIES",
    "GATEWAY_SECRET_KEY_FILE",
    "GATEWAY_AUDITOR_KEY_FILE",
)
_ADDRESS = "GATEWAY_STORAGE_ADDRESS_"
_SERVICE = "GATEWAY_SERVICE_"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_POLICY_SUFFIXES = frozenset({".conf", ".csv", ".toml"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation is told from outside.

    agreements: keys of the agreements served here. closed: those that were served, with the day on which they were
    closed. services: command family → account that this operating-system
    user (`service_user_id`) acts as on the command line. socket: the log's, outside the data. auditor_key: the public
    key that NHS numbers are sealed to. retention_years: how long an event keeps its body at least. log_home: the
    folder of the log's store, where it has one of its own. signer_socket: the signer's, where it is named.
    """

    home: Path
    keys: Path
    policies: Path
    agreements: frozenset[str]
    storage_address: Mapping[str, str]
    secret_key_file: Path
    socket: Path
    services: Mapping[str, str]
    service_user_id: int
    demonstration: bool = False
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    log_level: str = "INFO"
    auditor_key: Path | None = None
    retention_years: int = RETENTION_YEARS
    log_home: Path | None = None
    signer_socket: Path | None = None
    closed: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def log_folder(self) -> Path:
        """Where the log's store is: a folder that the log's own account alone writes, or the one of all stores."""
        return self.log_home or self.home

    @property
    def signers_address(self) -> Path:
        """The signer's socket: the one that is named, else beside the log's."""
        return self.signer_socket or self.socket.with_name(f"{self.socket.stem}-signer{self.socket.suffix}")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises SettingsInvalid naming the first setting that is missing or wrong, and its mend."""
        home = _existing_folder(environ, "GATEWAY_HOME")
        keys = _existing_folder(environ, "GATEWAY_KEYS")
        if keys == home or home in keys.parents:
            raise SettingsInvalid("GATEWAY_KEYS lies inside GATEWAY_HOME: put the keys on another disk or folder")
        named = _agreements(environ)
        closed = {key: day for key, day in closed_days(keys).items() if key in named}
        return cls(
            home=home,
            keys=keys,
            policies=_existing_folder(environ, "GATEWAY_POLICIES", shipped_policies()),
            agreements=named - frozenset(closed),
            storage_address=_prefixed(environ, _ADDRESS),
            secret_key_file=Path(environ.get("GATEWAY_SECRET_KEY_FILE", str(keys / "web-secret.key"))),
            socket=Path(environ.get("GATEWAY_LOG_SOCKET", str(_socket(home)))),
            services={name.lower(): user for name, user in _prefixed(environ, _SERVICE).items()},
            service_user_id=_whole_number(environ, "GATEWAY_SERVICE_USER_ID", getuid()),
            demonstration=environ.get("GATEWAY_DEMONSTRATION", "no") == "yes",
            trusted_proxies=_whole_number(environ, "GATEWAY_TRUSTED_PROXIES", 0),
            hosts=_listed(environ.get("GATEWAY_HOSTS", "127.0.0.1,localhost")),
            log_level=_level(environ),
            auditor_key=_auditor_key(environ, keys),
            retention_years=_whole_number(environ, "GATEWAY_RETENTION_YEARS", RETENTION_YEARS),
            closed=MappingProxyType(closed),
            log_home=_existing_folder(environ, "GATEWAY_LOG_HOME") if environ.get("GATEWAY_LOG_HOME") else None,
            signer_socket=_path(environ, "GATEWAY_SIGNER_SOCKET"),
        )

    @classmethod
    def from_folder(cls, folder: Path, environ: Mapping[str, str]) -> Settings:
        """Settings of a folder that `demo` or `init` made; the real environment wins over its gateway.env."""
        return cls.from_environment({**read_env(folder), **environ})


def closed_days(keys: Path) -> dict[str, date]:
    """Agreements that were closed here, and on which day, as their records among the keys say (ALL-11).

    Raises SettingsInvalid for a record that cannot be read: what was closed is never taken for open.
    """
    found = {}
    for path in sorted(keys.glob(f"*{CLOSED}")):
        try:
            found[path.stem] = date.fromisoformat(json.loads(path.read_bytes())["day"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsInvalid(
                f"{path} is no record of a closed agreement: restore it from where keys are kept"
            ) from error
    return found


def shipped_policies() -> Path:
    """The policies that come with the program: beside the package in a checkout, inside it in a wheel."""
    here = Path(__file__).resolve().parent
    return here / "policies" if (here / "policies").is_dir() else here.parent / "policies"


def read_policies(folder: Path) -> dict[str, bytes]:
    """The bytes of every policy file in `folder`, by name. Raises SettingsInvalid when it cannot be read."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix in _POLICY_SUFFIXES)
        return {path.name: path.read_bytes() for path in names}
    except OSError as error:
        raise SettingsInvalid(f"the policies cannot be read at {folder}: name their folder") from error


def read_env(folder: Path) -> Mapping[str, str]:
    """KEY=value lines of gateway.env, paths made absolute from the folder. Raises SettingsInvalid."""
    try:
        lines = (folder / ENV_FILE).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{folder} holds no {ENV_FILE}: make it with 'gateway init' or 'gateway demo'") from error
    return anchored(dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")), folder)


def anchored(pairs: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """Settings whose paths are relative to `folder`, made absolute."""
    paths = {name: str((folder / pairs[name]).resolve()) for name in _FOLDERS if name in pairs}
    return MappingProxyType({**pairs, **paths})


def _existing_folder(environ: Mapping[str, str], name: str, default: Path | None = None) -> Path:
    text = environ.get(name) or (str(default) if default else "")
    if not text:
        raise SettingsInvalid(f"{name} is not set: name the folder, or use --dir DIR")
    folder = Path(text).resolve()
    if not folder.is_dir():
        raise SettingsInvalid(f"{name} names no folder: make {folder} or correct the setting")
    return folder


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name)
    return Path(text) if text else None


def _auditor_key(environ: Mapping[str, str], keys: Path) -> Path | None:
    """The file of the auditor's public key: the one that is named, else the one among the keys, where there is one."""
    beside = keys / AUDITOR_KEY
    named = environ.get("GATEWAY_AUDITOR_KEY_FILE") or (str(beside) if beside.is_file() else "")
    if named and not Path(named).is_file():
        raise SettingsInvalid("GATEWAY_AUDITOR_KEY_FILE names no file: put the auditor's public key there")
    return Path(named).resolve() if named else None


def _agreements(environ: Mapping[str, str]) -> frozenset[str]:
    keys = frozenset(_listed(environ.get("GATEWAY_AGREEMENTS", "")))
    if not keys:
        raise SettingsInvalid("GATEWAY_AGREEMENTS is not set: name the agreements served here, separated by commas")
    return keys


def _level(environ: Mapping[str, str]) -> str:
    level = environ.get("GATEWAY_LOG_LEVEL", "INFO")
    if level not in LEVELS:
        raise SettingsInvalid(f"GATEWAY_LOG_LEVEL is no level of the log: choose one of {', '.join(LEVELS)}")
    return level


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _prefixed(environ: Mapping[str, str], prefix: str) -> Mapping[str, str]:
    found = {name.removeprefix(prefix): text for name, text in environ.items() if name.startswith(prefix)}
    return MappingProxyType({name: text for name, text in found.items() if name != "USER_ID"})


def _whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise SettingsInvalid(f"{name} is not a whole number: correct the setting")
    return int(text)


def _socket(home: Path) -> Path:
    """A short path outside the data (107 bytes at most), the same for every process of this user."""
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"gateway-{getuid()}" / f"{name}.sock"
