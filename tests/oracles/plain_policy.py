"""Who may do what, read once more from the text of policy.csv alone: lines, commas and nothing else.

It shares no code with the gateway and knows no Casbin. A request is permitted where one line permits it, and no more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

Cell = tuple[str, str, str, str]
COLUMNS = ("id", "role", "purpose", "resource", "action", "scope", "view", "agreement", "duties", "eft")
Line = dict[str, str]


class PlainPolicy:
    """The lines that permit, and who inherits from whom."""

    def __init__(self, text: str) -> None:
        rows = [line.split(",") for line in text.splitlines() if line.strip() and not line.startswith("#")]
        self.lines: list[Line] = [dict(zip(COLUMNS, row[1:], strict=True)) for row in rows if row[0] == "p"]
        self._inherits = [(row[1], row[2]) for row in rows if row[0] == "g"]

    def acting_as(self, role: str) -> set[str]:
        """The role and each one it inherits from, however far."""
        found = {role}
        while more := {parent for child, parent in self._inherits if child in found} - found:
            found |= more
        return found

    def matching(self, cell: Cell) -> list[Line]:
        """Every line that speaks of the cell."""
        role, *rest = cell
        roles = self.acting_as(role)
        return [
            line
            for line in self.lines
            if line["role"] in roles and [line["purpose"], line["resource"], line["action"]] == rest
        ]

    def permits(self, cell: Cell) -> Line | None:
        """The one line that permits the cell, or None where there is none, more than one, or one that denies."""
        lines = self.matching(cell)
        alone = len(lines) == 1 and lines[0]["eft"] == "allow"
        return lines[0] if alone else None


def cells_of(vocabulary: str) -> Iterator[Cell]:
    """Every cell that the text of vocabulary.toml declares."""
    words = tomllib.loads(vocabulary)
    for role in words["role"]:
        for purpose in words["purpose"]:
            for resource, facts in words["resource"].items():
                for action in facts["actions"]:
                    yield role, purpose, resource, action
