"""What goes along with an export and runs without the gateway; `verify_source` puts its parts into one file."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PARTS = {
    "curve": "Forked, Wrong",
    "tree": "NOTHING, Tree, consistent, faults_of_order",
    "keyring": "Keyring, keyring",
    "renderings": "Rendering",
}
_FUTURE = "from __future__ import annotations\n"


def verify_source() -> bytes:
    """The stand-alone verify.py: its parts stand where it imports them."""
    whole = (_HERE / "verify.py").read_text("utf-8")
    for name, taken in _PARTS.items():
        part = (_HERE / f"{name}.py").read_text("utf-8").partition(_FUTURE)[2]
        whole = whole.replace(f"from gateway.recorder.outside.{name} import {taken}\n", part)
    return re.sub(r"^from gateway\.recorder\.outside\.\w+ import .*\n", "", whole, flags=re.MULTILINE).encode()


def pars_source() -> bytes:
    """The stand-alone render_pars.py."""
    return (_HERE / "render_pars.py").read_bytes()


def readme() -> bytes:
    """How to check an export with other people's tools."""
    return (_HERE / "README.txt").read_bytes()
