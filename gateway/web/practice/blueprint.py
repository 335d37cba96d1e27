"""The blueprint of the practice's pages, and what they share: one person's parts and the reasons that may be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from gateway.enforcement.answer import Answer
from gateway.errors import NotFound
from gateway.http.asking import desk

blueprint = Blueprint("practice", __name__, url_prefix="/practice")
RECORD = ("direct_care", "practice.record", "read")


def parts_of(answer: Answer) -> dict[str, Any]:
    """The answer's parts as records, the person alone. Raises NotFound where there is none in scope."""
    parts = {name: part.records() for name, part in answer.result.parts.items()}
    if not parts["person"]:
        raise NotFound
    return {"person": parts["person"][0], "parts": parts, "as_of": answer.result.as_of}


def reasons() -> Mapping[str, str]:
    """The reasons for opening a record, by code."""
    return desk().policy.vocabulary.reasons
