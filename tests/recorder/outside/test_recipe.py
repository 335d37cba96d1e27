"""The lines that docs/audit.md gives to whoever trusts none of our code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[3] / "docs" / "audit.md"
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
Handed = Any  # the class is in conftest, where no test imports from


def said(folder: Path) -> str:
    """What the document's lines print in an export's folder."""
    (lines,) = PYTHON.findall(DOCUMENT.read_text("utf-8"))
    command = [sys.executable, "-I", "-S", "-c", lines]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True).stdout


def test_they_check_an_export(handed: Handed, tmp_path: Path) -> None:
    assert said(handed.first.folder) == "True\n"
    export = handed.first.copy(tmp_path / "copy")
    export.put(export.lines()[:-1])
    assert said(export.folder) == "False\n"
