"""OpenAPI 3.1 of the lists, from the same lines that make their addresses; it tells no data and needs no sign-in."""

from __future__ import annotations

import re
from typing import Any

from gateway import __version__
from gateway.api import openapi_audit
from gateway.http.lists import LISTS, Listing

Schema = dict[str, Any]
AGREEMENTS = ("agreement", "reference", "title", "legal_basis", "served", "in_force", "why", "demonstration")
_KEY = re.compile(r"<(\w+)>")
_AGREEMENTS = Listing("/administration/agreements", "administration", "administration.agreements", "")
_LIST: Schema = {
    "type": "object",
    "required": ["columns", "rows", "total", "page", "event"],
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "object"}},
        "total": {"type": ["integer", "null"], "description": "null where it may not be told"},
        "page": {"type": "integer", "minimum": 1},
        "event": {"type": "integer", "description": "index of this answer's event on the audit log"},
        "as_of": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "event": {"type": "integer"},
    },
}
_REFUSALS = {
    "400": "Not understood: a filter, sort or page that the list does not have",
    "401": "Nobody is signed in",
    "403": "Refused; the refusal is on the log",
    "404": "Nothing that you can see",
    "503": "A store or the log cannot be reached; nothing was shown",
}


def document() -> Schema:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Commissioning gateway", "version": __version__, "license": {"name": "MIT"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"session": []}, {"token": []}],
        "paths": {
            **{path: item for listing in (*LISTS, _AGREEMENTS) for path, item in _paths(listing)},
            **openapi_audit.paths(_refusals()),
        },
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {"List": _LIST, "Problem": _PROBLEM},
        },
    }


def _paths(listing: Listing) -> list[tuple[str, Schema]]:
    path = _KEY.sub(r"{\1}", listing.path)
    found = [(path, _item(listing, listing.action, "application/json", {"$ref": "#/components/schemas/List"}))]
    if listing.exports:
        found.append((f"{path.rstrip('/')}.csv", _item(listing, "export", "text/csv", {"type": "string"})))
    return found


def _item(listing: Listing, action: str, media: str, schema: Schema) -> Schema:
    names = _KEY.findall(listing.path)
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    parameters += [
        {"name": "sort", "in": "query", "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    ]
    answers = _refusals()
    answers["200"] = {"description": "The list", "content": {media: {"schema": schema}}}
    operation = f"{action}_{listing.resource.replace('.', '_')}"
    return {"get": {"operationId": operation, "parameters": parameters, "responses": answers}}


def _refusals() -> Schema:
    refused = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {status: {"description": told, **refused} for status, told in _REFUSALS.items()}
