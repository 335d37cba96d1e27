"""The environment of what we are compared with, .venv-bench, made anew when requirements/bench.txt is another."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from measuring.processes import ROOT

ENVIRONMENT = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.txt"
_MADE = ENVIRONMENT / "made-from.txt"


def program(name: str) -> Path:
    """A program of that environment."""
    if not _MADE.exists() or _MADE.read_bytes() != LOCK.read_bytes():
        print(f"Making {ENVIRONMENT.name} from {LOCK.relative_to(ROOT)}", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True)
        _MADE.write_bytes(LOCK.read_bytes())
    return ENVIRONMENT / "bin" / name
