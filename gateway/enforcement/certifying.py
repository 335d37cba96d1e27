"""The evidence for a certificate of destruction: JSON that the log signs, and the same in words (ALL-11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.enforcement.desk import Desk

CERTIFICATE, SIGNATURE, WORDS = "certificate.json", "certificate.json.sig", "certificate.txt"


@dataclass(frozen=True, slots=True)
class Certificate:
    """body: the bytes of certificate.json. signature: the log's signed note over their SHA-256."""

    body: bytes
    signature: str
    words: str

    @property
    def files(self) -> dict[str, bytes]:
        """Name → content of what is handed over."""
        return {CERTIFICATE: self.body, SIGNATURE: self.signature.encode(), WORDS: self.words.encode()}


def certified(record: Mapping[str, Any], desk: Desk) -> Certificate:
    """The record of a closed agreement, signed by the log. Raises AuditUnavailable."""
    body = json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n"
    signature = desk.log.signed_manifest(hashlib.sha256(body).hexdigest())
    return Certificate(body, signature, "\n".join(in_words(record)) + "\n")


def in_words(record: Mapping[str, Any]) -> Iterator[str]:
    """Line by line, for people."""
    yield from _head(record)
    yield ""
    yield "Keys, destroyed first: " + ", ".join(record["keys"])
    yield "Files:"
    yield from _listed(f"{one['file']} ({one['bytes']} bytes)" for one in record["files"])
    yield "What was received:"
    yield from _listed(
        f"{one['file']}: {one['rows']} rows, {one['kind']}, run {one['run']}, instruction {one['instruction']}, "
        f"taken {one['taken']}, sha256 {one['sha256']}"
        for one in record["received"]
    )
    if record["stores_not_read"]:
        yield f"Could not be opened, so not asked what they have on record: {', '.join(record['stores_not_read'])}"
    yield "Backups that hold copies, unreadable without the keys:"
    yield from _listed(
        f"made {one['at']} by {one['by']} at {one['storage_address']}, manifest sha256 {one['manifest_sha256']}, "
        f"event {one['event']}"
        for one in record["backups"]
    )
    yield "What remains:"
    yield from _listed(record["remains"])
    yield "Not recorded here, and to be seen to:"
    yield from _listed(record["not_recorded"])


def _head(record: Mapping[str, Any]) -> Iterator[str]:
    yield f"Agreement {record['reference']}, {record['title']}"
    yield f"Asked for by {record['by']}, approved by {record['approved_by'] or 'nobody yet'}, on {record['day']}"
    yield f"Held at: {record['storage_address'] or 'not recorded'}"
    if record["state"] == "closed":
        yield f"Destroyed: {record['closed_at']}, event {record['closed_event']} of the audit log"
        yield f"Evidence sha256: {record['evidence_sha256']}"
        yield "Covered by the checkpoint:"
        yield record["checkpoint"].rstrip("\n")
    else:
        yield f"State: {record['state']}. Nothing below has been confirmed as destroyed."


def _listed(lines: Iterable[str]) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    yield from found or ["  none"]
