"""Datasette in an environment of its own, .venv-bench, made from requirements/bench.txt where it is not there yet."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from measuring.processes import ROOT

ENVIRONMENT = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.txt"


def command(rows: Path, port: int, *, lean: bool = False) -> list[object]:
    """Serve one file as it comes; lean: the file is taken for immutable and no facet is suggested, both faster."""
    file = ("--immutable", rows, "--setting", "suggest_facets", "off") if lean else (rows,)
    return [_installed(), "serve", *file, "--host", "127.0.0.1", "--port", port]


def page(rows: Path) -> str:
    """The address of the table's first 50 rows."""
    return f"/{rows.stem}/worklist?_size=50"


def lean_page(rows: Path, practice: str) -> str:
    """The address of the rows that one practice's list has, by score."""
    return f"{page(rows)}&practice_code={practice}&at_risk=1&_sort_desc=score"


def _installed() -> Path:
    datasette = ENVIRONMENT / "bin" / "datasette"
    if not datasette.exists():
        print(f"Installing Datasette into {ENVIRONMENT.name}", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True)
    return datasette
