"""The pages, one blueprint module per audience, and the whole application: pages and API around one desk.

A module of this package that has a `blueprint` is part of the application; nothing else has to know of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from pkgutil import iter_modules

from flask import Flask
from werkzeug.utils import import_string

from gateway.enforcement.desk import Desk, serving_desk
from gateway.enforcement.serving import served
from gateway.http.factory import create_app
from gateway.settings import Settings

API = "gateway.api:blueprint"  # by name: web and api share a floor, and only this application knows both


def application(desk: Desk) -> Flask:
    """Every page and every address of the API. Raises SettingsInvalid."""
    app = create_app(desk)
    for module in iter_modules(__path__):
        blueprint = getattr(import_string(f"{__name__}.{module.name}"), "blueprint", None)
        if blueprint is not None:
            app.register_blueprint(blueprint)
    app.register_blueprint(import_string(API))
    return app


def from_environment() -> Flask:
    """The application of GATEWAY_DIR's folder, or of the settings in the environment. Raises SettingsInvalid, Conflict.

    This process, and those forked from it, hold the stores as served until they end.
    """
    folder = os.environ.get("GATEWAY_DIR")
    settings = Settings.from_folder(Path(folder), os.environ) if folder else Settings.from_environment(os.environ)
    served(settings)
    return application(serving_desk(settings))
