"""The manifest, and the text over it that can be taken for nothing else the log signs."""

from __future__ import annotations

import json

import pytest

from gateway.audit.checkpoint import ORIGIN, read_checkpoint
from gateway.audit.manifest import Member, Span, manifest, signed_text
from gateway.audit.note import Signer
from gateway.errors import LogInvalid


def test_a_manifest_tells_what_the_export_holds_and_where_it_ends() -> None:
    members = [Member("checkpoint", 3, "aa"), Member("entries.ndjson", 5, "bb"), Member("entries.0002.ndjson", 7, "cc")]
    told = json.loads(manifest(Span(10, 25), "a+b+c", "2026-11-24T09:00:00.000Z", members))
    assert (told["range"], told["cursor"], told["log"]) == ([10, 25], 25, ORIGIN)
    assert told["entries"] == ["entries.ndjson", "entries.0002.ndjson"]
    assert told["files"]["checkpoint"] == {"bytes": 3, "sha256": "aa"}
    assert (told["verifier_key"], told["made_at"]) == ("a+b+c", "2026-11-24T09:00:00.000Z")


def test_what_is_signed_over_a_manifest_is_never_a_checkpoint() -> None:
    signer = Signer.from_seed(ORIGIN, bytes(32))
    note = signer.sign(signed_text("ab" * 32), signer.verifier())
    with pytest.raises(LogInvalid):
        read_checkpoint(note, signer.verifier())
