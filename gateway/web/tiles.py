"""The log for other people's tools, tile by tile (https://c2sp.org/tlog-tiles): hashes public, entries the auditor's.

A full tile never changes and may be kept for ever; a partial one is given at any width that the log has reached.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response

from gateway.audit.tiles import WIDTH, Tile, parse
from gateway.enforcement import tiles
from gateway.errors import NotFound
from gateway.http.asking import desk, note, request_for

blueprint = Blueprint("tiles", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"
KIND, TEXT = "application/octet-stream", "text/plain; charset=utf-8"


@blueprint.get("/audit/tile/<int:level>/<path:place>")
def hashes(level: int, place: str) -> Response:
    """A tile of hashes, for everybody."""
    tile = _tile(f"{level}/{place}")
    answer = Response(tiles.hashes_of(tile, desk=desk()), content_type=KIND)
    answer.headers["Cache-Control"] = FOR_EVER if tile.width == WIDTH else FOR_A_MINUTE
    return answer


@blueprint.get("/audit/tile/entries/<path:place>")
def entries(place: str) -> Response:
    """A bundle of entries, for whoever may export the log; each is an access with its event."""
    asked = request_for("audit", "audit.exports", "create")
    given = tiles.entries_of(asked, _tile(f"entries/{place}"), desk=desk())
    note(given.receipt.index)
    return Response(given.value, content_type=KIND)


@blueprint.get("/audit/checkpoint/cosigned")
def cosigned() -> Response:
    """The newest head that a witness cosigned, for everybody. Before there is one, 404."""
    note = desk().log.cosigned_checkpoint()
    told = note or "No witness has cosigned a checkpoint of this log yet. The newest one is at /audit/checkpoint.\n"
    return Response(told, HTTPStatus.OK if note else HTTPStatus.NOT_FOUND, content_type=TEXT)


@blueprint.get("/audit/keys")
def keys() -> Response:
    """The log's signed head, its key, and each change of key with its proof, for everybody."""
    return Response(tiles.keys_of(desk=desk()), content_type="application/json")


def _tile(path: str) -> Tile:
    try:
        return parse(path)
    except ValueError as fault:
        raise NotFound from fault
