"""/api/v1: each list page's answer as JSON and CSV, under the same decision and on the same log.

A list is one line of `http.lists.LISTS`; errors are problem documents (http.problems).
"""

from __future__ import annotations

from flask import Blueprint

from gateway.api import addresses, audit, entries

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
addresses.add_to(blueprint)
audit.add_to(blueprint)
entries.add_to(blueprint)
