"""A host with three accounts, made and started as docs/deployment.md says: its lines are run, and its units are read.

Names of accounts become numbers and the page's folders lie in a scratch folder, in which every account reaches the
interpreter and the program, read-only.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

TREE = Path(__file__).resolve().parents[2]
SITE = Path(pytest.__file__).resolve().parents[1]
PAGE = TREE / "docs/deployment.md"
ACCOUNTS = {"gateway-signer": 61_101, "gateway-log": 61_102, "gateway": 61_103}
_UNIT = re.compile(r"`([a-z-]+)\.service`(?:, with `After=[a-z.-]+`)?:\n\n((?:    .*\n)+)")
_LINES = re.compile(r"(?<=\n\n)    install -d -m 0755 /srv/gateway\n(?:    .*\n)+")
_ACCOUNT = re.compile(r"(?<=[ :])(gateway(?:-signer|-log)?)(?=[ :])")
COMMAND = ("-c", "from gateway.cli import main; main()")
_PATIENCE = 40  # seconds
_PROBE = """
import socket, sys
for name in sys.argv[1:]:
    try:
        if name.endswith(".sock"):
            socket.socket(socket.AF_UNIX).connect(name)
        else:
            open(name.removesuffix("+"), "r+b" if name.endswith("+") else "rb").close()
    except PermissionError:
        print(name)
"""


@dataclass(frozen=True)
class Unit:
    """A unit of the page."""

    told: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.told if key == name]

    @property
    def account(self) -> dict[str, Any]:
        own = ACCOUNTS[self.all("User")[0]]
        return {"user": own, "group": own, "extra_groups": [ACCOUNTS[one] for one in self.all("SupplementaryGroups")]}


@dataclass
class Host:
    """The scratch folder in the place of the root, and what runs."""

    root: Path
    port: int
    units: dict[str, Unit]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / "srv/gateway"

    @property
    def vault(self) -> Path:
        return self.root / "etc/gateway/keys"

    def here(self, text: str) -> str:
        """The page's words as they are here."""
        for name in ("/srv/gateway", "/etc/gateway/keys", "/run/gateway"):
            text = text.replace(name, f"{self.root}{name}")
        return _ACCOUNT.sub(lambda found: str(ACCOUNTS[found[1]]), text)

    def parted(self) -> None:
        """What the page says to do once, to part the accounts."""
        found = _LINES.search(PAGE.read_text("utf-8"))
        assert found, "the page has no such lines"
        subprocess.run(["sh", "-eu"], input=self.here(found[0]), text=True, check=True)

    def start(self, unit: str) -> None:
        """As systemd would: the folder of its socket, its credentials, its command."""
        own = self.units[unit].account["user"]
        for name in self.units[unit].all("RuntimeDirectory"):
            folder = self.root / "run" / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _give(folder, own, int(self.units[unit].all("RuntimeDirectoryMode")[0], 8))
        for line in self.units[unit].all("LoadCredential"):
            name, _, source = line.partition(":")
            self.hand(unit, name, Path(self.here(source)))
        words = [*COMMAND, *self.units[unit].all("ExecStart")[0].split()[1:]]
        self.running[unit] = self.python(unit, *words, *(["--port", str(self.port)] if "web" in words else []))

    def keep(self) -> None:
        """Start again what has ended, as `Restart=always` does."""
        for unit in [name for name, process in self.running.items() if process.poll() is not None]:
            self.start(unit)

    def stop(self, unit: str) -> None:
        process = self.running.pop(unit)
        process.terminate()
        process.wait(_PATIENCE)

    def hand(self, unit: str, name: str, source: Path) -> None:
        """A credential: its account alone reads the file, and cannot write the folder."""
        folder, own = self.root / "credentials" / unit, self.units[unit].account["user"]
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
        _give(folder / name, own, 0o400)
        _give(folder, own, 0o500)

    def python(self, unit: str, *words: str, **given: Any) -> subprocess.Popen[bytes]:
        """The interpreter, under the unit's account and in its environment."""
        command = [f"{self.root}/python/bin/{Path(sys.executable).resolve().name}", *words]
        told = dict(one.split("=", 1) for one in self.units[unit].all("Environment"))
        told = {name: self.here(value).replace("%d", f"{self.root}/credentials/{unit}") for name, value in told.items()}
        told |= {"LD_LIBRARY_PATH": f"{self.root}/python/lib", "PYTHONPATH": f"{self.root}/tree:{self.root}/site"}
        told |= {"GATEWAY_HOSTS": "127.0.0.1", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen(command, env=told, cwd="/", umask=0o077, **self.units[unit].account, **given)

    def says(self, unit: str, *words: str, typed: str = "") -> tuple[int, str]:
        """A command's exit code, and what it says."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = self.python(unit, *words, **pipes)
        told = process.communicate(typed.encode(), _PATIENCE)[0].decode()
        return process.returncode, told

    def denied(self, unit: str, *names: str) -> list[str]:
        """Which of these files and sockets that account may not open; `+` after a file: to write."""
        code, told = self.says(unit, "-I", "-S", "-c", _PROBE, *(f"{self.root}/{name}" for name in names))
        assert code == 0, told
        return [line.removeprefix(f"{self.root}/") for line in told.splitlines()]


@contextmanager
def host(installation: Path) -> Iterator[Host]:
    """A copy of an installation with its keys elsewhere; nothing is parted yet, and nothing runs."""
    units = {name: Unit(_told(body)) for name, body in _UNIT.findall(PAGE.read_text("utf-8"))}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        one = Host(Path(tempfile.mkdtemp(prefix="host-")), free.getsockname()[1], units)
    try:
        one.root.chmod(0o755)
        with ExitStack() as stack:
            for name, source in (("python", Path(sys.base_prefix)), ("site", SITE), ("tree", TREE)):
                stack.enter_context(_seen_at(one.root / name, source))
            shutil.copytree(installation, one.folder)
            one.vault.parent.mkdir(parents=True)
            (one.folder / "keys").rename(one.vault)
            env = one.folder / "gateway.env"
            env.write_text(env.read_text().replace("GATEWAY_KEYS=keys", f"GATEWAY_KEYS={one.vault}"))
            try:
                yield one
            finally:
                for unit in reversed([unit for unit in ACCOUNTS if unit in one.running]):
                    one.stop(unit)
    finally:
        if not any(map(os.path.ismount, one.root.iterdir())):
            shutil.rmtree(one.root)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


@contextmanager
def _seen_at(place: Path, source: Path) -> Iterator[None]:
    """A folder that others may not reach by its own path, read-only."""
    place.mkdir()
    if subprocess.run(["mount", "-o", "bind,ro", source, place], capture_output=True, check=False).returncode:
        pytest.skip("three accounts cannot be had here: they need root, and a mount")
    try:
        assert os.statvfs(place).f_flag & os.ST_RDONLY
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _give(path: Path, own: int, mode: int) -> None:
    os.chown(path, own, own)
    path.chmod(mode)


def _told(body: str) -> tuple[tuple[str, str], ...]:
    lines = (line.strip().partition("=") for line in body.splitlines())
    return tuple((name, value) for name, equals, value in lines if equals)
