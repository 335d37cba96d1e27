"""/api/v1: each list page's answer as JSON and CSV, under the same decision and on the same log."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
