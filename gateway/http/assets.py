"""Templates and static files, in a checkout beside the package and in a wheel inside it.

Static files stand under an address that holds a fingerprint of all of them, so that browsers may keep them a year.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from gateway.errors import SettingsInvalid

_A_YEAR = 365 * 24 * 3600
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # an address of ours holds no digits


def folder(name: str) -> Path:
    """Where `templates` or `static` lies. Raises SettingsInvalid."""
    package = Path(__file__).resolve().parents[1]
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise SettingsInvalid(f"the folder {name} is missing: install the gateway again")


def attach(app: Flask) -> None:
    """Serve static/ before any route, without a session, and tell templates its address as asset(name)."""
    static = folder("static")
    prefix = f"static/{fingerprint(static)}/"
    served = WhiteNoise(app.wsgi_app, root=str(static), prefix=prefix, max_age=_A_YEAR, add_headers_function=_headers)
    app.wsgi_app = served  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda name: f"/{prefix}{name}"


def fingerprint(static: Path) -> str:
    """Twelve letters that change with any byte of any file below `static`."""
    digest = hashlib.sha256()
    for path in sorted(path for path in static.rglob("*") if path.is_file()):
        digest.update(path.relative_to(static).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12].translate(_LETTERS)


def _headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
