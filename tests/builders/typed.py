"""An installation to type commands at, as a folder that can be copied, and the files to bring to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.stores.generations import current_run
from gateway.stores.vault import Vault
from tests.builders.deliveries import Files
from tests.builders.processor import AS_OF, IDENTIFIABLE, digest

COMMAND = "from gateway.cli import main; main()"


@dataclass
class Place:
    """An installation, and files of two thousand people."""

    folder: Path
    files: Files
    truth: dict[str, Any] = field(default_factory=dict)

    def words(self, files: Files | None = None, *more: str) -> list[str]:
        said = ["--dir", str(self.folder), "intake", "risk", *(files or self.files).words()]
        return [*said, "--instruction", "TEST-1", "--as-of", AS_OF, *more]

    def copied(self, to: Path) -> Place:
        shutil.copytree(self.folder, to)
        return Place(to, self.files, self.truth)

    @property
    def run(self) -> int:
        return current_run(self.folder / "home")

    def numbers_at_risk(self) -> dict[str, set[str]]:
        path = self.folder / "home" / IDENTIFIABLE / f"run-{self.run:06d}.db"
        connection = Vault(self.folder / "keys").connect(IDENTIFIABLE, path, read_only=True)
        found: dict[str, set[str]] = {}
        for code, number in connection.execute("SELECT practice_code, nhs_number FROM worklist WHERE at_risk = 1"):
            found.setdefault(code, set()).add(number)
        connection.close()
        return found

    def stores(self) -> dict[str, str]:
        home = self.folder / "home"
        kept = [*home.glob("risk_*/*"), home / "risk-run"]
        return {str(path.relative_to(home)): digest(path) for path in kept if path.exists()}

    def events(self) -> list[str]:
        """Types of the log's events of access and intake, oldest first."""
        home = self.folder / "home"
        connection = Vault(self.folder / "keys").connect("audit_log", home / "audit_log.db", read_only=True)
        types = [json.loads(row[0])["type"] for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
        connection.close()
        return [kind for kind in types if not kind.startswith(("system.", "log."))]


def command(*words: str, code: str = COMMAND) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
