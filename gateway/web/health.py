"""For whoever runs the service: is the process there, and can it answer. 'ok' and nothing more."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway.http.asking import desk

blueprint = Blueprint("health", __name__)
OK = "ok\n"


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response(OK, content_type="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The log takes events and every store opens. Raises AuditUnavailable, StoreUnavailable."""
    here = desk()
    here.log.checkpoint()
    for store in here.stores.values():
        store.version()
    return Response(OK, content_type="text/plain")
