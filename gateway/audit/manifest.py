"""The manifest of an export: what it holds, where it begins and ends, and the text over it that the log signs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.audit.checkpoint import ORIGIN

FORMAT = "commissioning-gateway/audit-export"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an export."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Span:
    """Events from `first` up to and without `size`, which is also the cursor of the next export."""

    first: int
    size: int


def manifest(span: Span, verifier_key: str, made_at: str, members: Sequence[Member]) -> bytes:
    """The manifest's bytes: JSON, indented for people."""
    files = {member.name: {"bytes": member.bytes, "sha256": member.sha256} for member in members}
    told: Mapping[str, Any] = {
        "format": FORMAT,
        "version": 1,
        "log": ORIGIN,
        "verifier_key": verifier_key,
        "made_at": made_at,
        "range": [span.first, span.size],
        "cursor": span.size,
        "entries": [member.name for member in members if member.name.startswith("entries.")],
        "files": files,
    }
    return json.dumps(told, indent=2).encode() + b"\n"


def signed_text(sha256: str) -> str:
    """What the log signs over a manifest: no text that could be taken for a checkpoint."""
    return f"{FORMAT}\n{sha256}\n"
