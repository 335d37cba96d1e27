"""The log's keys, from the one that is known to the one in force, as the log tells of them: a part of verify.py."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from gateway.recorder.outside.curve import Resigned, Wrong, note_text
from gateway.recorder.outside.tree import included

NEW_KEY = "commissioning-gateway/audit-key"


class Keyring:
    """Which key may sign a head of which size. changes: of keys.json, each with its leaf and its path to the head."""

    def __init__(self, known: str, changes: list[dict[str, Any]]) -> None:
        self.keys, self.since, self.changes = [known], [0], changes
        for number, change in enumerate(changes):
            leaf = json.loads(change["leaf"])
            index, told = int(leaf["index"]), leaf["details"]
            before = str(told["old"]) if number == 0 else self.keys[-1]
            if leaf["type"] != "key.rotated" or told["old"] != before or index < self.since[-1]:
                raise Resigned(f"event {index} is a forged rotation: it does not follow on the key before it")
            if note_text(told["note"], before) != f"{NEW_KEY}\n{told['new']}":
                raise Resigned(f"event {index} is a forged rotation: the key before it did not sign the new one")
            self.keys = [before, str(told["new"])] if number == 0 else [*self.keys, str(told["new"])]
            self.since.append(index + 1)
        if known not in self.keys:
            raise Resigned(f"a forged rotation: none on the log leads from the key {known}")

    def text(self, note: str, size: int | None = None) -> str:
        """The text of a note by a key that may sign a head of `size`, or by the one in force."""
        wanted = self.keys[-1:]
        if size is not None:
            spans = zip(self.keys, self.since, [*self.since[1:], size], strict=True)
            wanted = [key for key, first, end in spans if first <= size <= end]
        fault = Wrong("no key of the log may sign so many events")
        for key in wanted:
            try:
                return note_text(note, key)
            except Wrong as error:
                fault = error
        raise fault

    def tells_of(self, index: int) -> bool:
        """Whether that event is one of the changes."""
        return index + 1 in self.since[1:]

    def forged(self, size: int, root: bytes) -> list[str]:
        """The changes that do not stand on the log of that size and root."""
        found = []
        for change in self.changes:
            index, path = json.loads(change["leaf"])["index"], [bytes.fromhex(part) for part in change["path"]]
            hashed = sha256(b"\x00" + change["leaf"].encode()).digest()
            if not included(index, size, hashed, path, root):
                found.append(f"{Resigned.fault}: event {index} is a forged rotation: it does not stand on this log")
        return found


def keyring(folder: Path, files: dict[str, Any], known: str) -> Keyring:
    """Of an export, from the key that is known. Raises Wrong."""
    if "keys.json" not in files:
        return Keyring(known, [])
    return Keyring(known, list(json.loads((folder / "keys.json").read_bytes())["rotations"]))
