"""What OpenAPI says of /audit/…: the auditor's questions, and the log's leaves for a machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LIST: Schema = {"application/json": {"schema": {"$ref": "#/components/schemas/List"}}}
_DAYS = tuple({"name": name, "in": "query", "schema": {**_TEXT, "format": "date"}} for name in ("day_from", "day_to"))
_PAGE: Schema = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
_LEAVES: Schema = {"application/x-ndjson": {"schema": _TEXT}}
_RANGE = tuple({"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}} for name in ("from", "to"))
_PATIENT: Schema = {
    "type": "object",
    "required": ["nhs_number"],
    "properties": {"nhs_number": {**_TEXT, "description": "ten digits"}, "page": {"type": "integer", "minimum": 1}},
}


def paths(refusals: Mapping[str, Any]) -> dict[str, Schema]:
    """Each path with what it takes. refusals: answers by status that every address shares."""

    def told(operation: str, what: str, **more: Any) -> Schema:  # noqa: ANN401 JSON
        answers = {**refusals, "200": {"description": what, "content": _LIST}}
        return {"operationId": operation, "responses": answers, **more}

    name, user = ({"name": one, "in": "path", "required": True, "schema": _TEXT} for one in ("name", "user"))
    body = {"required": True, "content": {"application/json": {"schema": _PATIENT}}}
    pull = told("pull_audit", "Leaves, one a line; Gateway-Cursor is where the next pull begins", parameters=[*_RANGE])
    same = {"304": {"description": "You have these bytes already"}}
    pull["responses"] |= {**same, "200": {**pull["responses"]["200"], "content": _LEAVES}}
    return {
        "/audit/entries": {"get": pull},
        "/audit/questions/{name}": {"get": told("ask_audit", "One question", parameters=[name, *_DAYS, _PAGE])},
        "/audit/users/{user}": {"get": told("user_audit", "What a user did", parameters=[user, *_DAYS, _PAGE])},
        "/audit/patient": {
            "post": told("patient_audit", "Who looked at a patient", requestBody=body, security=[{"token": []}])
        },
    }
