"""Whether the FHIR rendering of an export tells of its accesses, each once and in order: a part of verify.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PERSON = "1"
Told = tuple[str, str, int]


class Rendering:
    """fhir/balp.ndjson, read beside the events; without the file there is nothing to compare."""

    def __init__(self, path: Path) -> None:
        self.there = path.is_file()
        self.lines = self.read(path) if self.there else iter(())

    @staticmethod
    def read(path: Path) -> Iterator[bytes]:
        """Line by line, and the file is closed at its end."""
        with path.open("rb") as lines:
            yield from lines

    def fault_at(self, leaf: dict[str, Any]) -> str:
        """What is wrong beside this event, or ''."""
        if not self.there or not leaf.get("resource") or leaf.get("decision") not in {"permit", "deny"}:
            return ""
        told = self.told(next(self.lines, b""))
        if told == (leaf["id"], leaf["at"], leaf["subjects"]["n"]):
            return ""
        self.there = False  # the lines after it would all be told once more
        return f"changed: fhir/balp.ndjson does not tell of event {leaf['index']} as the event itself does"

    def fault_at_end(self) -> str:
        """What is wrong with the rest, or ''."""
        return "added: fhir/balp.ndjson tells of more than the events" if self.there and next(self.lines, b"") else ""

    @staticmethod
    def told(line: bytes) -> Told | None:
        """Id, time and number of people of an AuditEvent."""
        try:
            event = json.loads(line)
            people = [one for one in event["entity"] if one["type"]["code"] == PERSON]
            return event["id"], event["recorded"], len(people)
        except (ValueError, KeyError, TypeError):
            return None
