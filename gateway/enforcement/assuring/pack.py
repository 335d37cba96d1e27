"""A pack: sections of rows, each with a title and one line that says what it is. Nothing in it is about a patient.

What the installation does not know is 'not recorded', in those words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.stores.result import Cell

FORMAT = "commissioning-gateway/assurance"
NOT_RECORDED, NO_END = "not recorded", "no end"


@dataclass(frozen=True, slots=True)
class Section:
    """One table. name: of its file; columns: as code has them."""

    name: str
    title: str
    line: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """Each row by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything, as it stood at one moment (RFC 3339, UTC)."""

    made_at: str
    sections: tuple[Section, ...]

    @property
    def rows(self) -> int:
        """In all sections."""
        return sum(len(section.rows) for section in self.sections)

    def body(self) -> bytes:
        """The bytes of assurance.json."""
        told = {
            one.name: {"title": one.title, "line": one.line, "columns": one.columns, "rows": one.records()}
            for one in self.sections
        }
        whole = {"format": FORMAT, "version": 1, "made_at": self.made_at, "sections": told}
        return json.dumps(whole, indent=2, ensure_ascii=False).encode() + b"\n"


def section(name: str, title: str, line: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Section:
    """A table in which nothing is empty: what is not known says so."""
    told = tuple(tuple(NOT_RECORDED if cell is None or cell == "" else cell for cell in row) for row in rows)
    return Section(name, title, line, tuple(columns), told)


def day(when: date | None) -> str:
    """A first or last day; None is no end."""
    return when.isoformat() if when else NO_END


def yes(is_so: bool) -> str:  # noqa: FBT001 the one thing it words
    """A word for a fact."""
    return "yes" if is_so else "no"
