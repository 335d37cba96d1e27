"""Headers of every answer (docs/security.md): nothing inline, nothing framed, nothing kept by a cache."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), payment=(), usb=()"
)
ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("Referrer-Policy", "same-origin"),  # forms over TLS are checked by it; no address holds anything personal
    ("Permissions-Policy", PERMISSIONS_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def attach(app: Flask) -> None:
    """Number each request, and send the headers with each answer."""
    app.before_request(_number)
    app.after_request(_send)


def request_id() -> str:
    """The reference of this request: sixteen letters, so that no number in a page is ever one of ours."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8).translate(_LETTERS)
    reference: str = g.request_id
    return reference


def _number() -> None:
    request_id()


def _send(response: Response) -> Response:
    headers = response.headers
    headers.extend(ALWAYS)
    headers["X-Request-ID"] = request_id()
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
