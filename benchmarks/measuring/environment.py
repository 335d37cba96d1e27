"""What the gateway is compared with, in an environment of its own: .venv-bench, made from requirements/bench.txt."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from measuring.processes import ROOT

ENVIRONMENT = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.txt"
_MADE_FROM = ENVIRONMENT / "made-from"


def program(name: str) -> Path:
    """A program of the environment, which is made anew where it is not there or was made from another lock."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not _MADE_FROM.exists() or _MADE_FROM.read_text("ascii") != wanted:
        print(f"Installing into {ENVIRONMENT.name}", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True)
        _MADE_FROM.write_text(wanted, "ascii")
    return ENVIRONMENT / "bin" / name
