"""Builds the Flask application around a desk: limits, sessions, CSRF, headers, errors, static files; no page.

A page is a blueprint of gateway.web or gateway.api; `gateway.web.application` registers them. Every template finds
here what it needs: `asset()`, `csrf_token()`, `demonstration`, `acting()` (who is signed in, for the page's head).
`http.session` gives `attach(app)`, `current_subject()` (raises Unauthorized) and `subject_or_none()`.
"""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.enforcement.desk import Desk
from gateway.errors import SettingsInvalid
from gateway.http import acting, asking, assets, barred, egress, headers, logs, problems, session, words

MOST_BYTES = 1_000_000  # of a request's body; files arrive by the command line, never here
MOST_PARTS = 200  # form fields
JINJA_OPTIONS = {"autoescape": True, "undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}


class Gateway(Flask):
    """Flask with templates that escape everything, whatever their file is called."""

    jinja_options = JINJA_OPTIONS


def create_app(desk: Desk) -> Flask:
    """The application without pages. Raises SettingsInvalid when the secret or the templates cannot be read."""
    logs.configure(desk.settings.log_level)
    templates = assets.folder("templates")
    app = Gateway("gateway", template_folder=str(templates), static_folder=None)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), PackageLoader("nhsuk_frontend_jinja")])
    app.config.update(_config(desk))
    app.extensions["desk"] = desk
    CSRFProtect(app)
    headers.attach(app)
    session.attach(app)
    barred.attach(app)
    asking.attach(app)
    egress.attach(app)
    problems.attach(app)
    words.attach(app)
    acting.attach(app)
    assets.attach(app)
    if desk.settings.trusted_proxies:
        count = desk.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _config(desk: Desk) -> dict[str, object]:
    return {
        "SECRET_KEY": _secret(desk),
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES,
        "MAX_FORM_PARTS": MOST_PARTS,
        "TRUSTED_HOSTS": list(desk.settings.hosts),
        "TEMPLATES_AUTO_RELOAD": False,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": True,
    }


def _secret(desk: Desk) -> bytes:
    try:
        secret = desk.settings.secret_key_file.read_bytes()
    except OSError as error:
        raise SettingsInvalid("GATEWAY_SECRET_KEY_FILE cannot be read: write 32 random bytes to it") from error
    if len(secret) < 32:  # noqa: PLR2004 bytes, as SHA-256 keys have
        raise SettingsInvalid("GATEWAY_SECRET_KEY_FILE is too short: write 32 random bytes to it")
    return secret
