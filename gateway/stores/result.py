"""What a store gives back for a Grant: parts of rows, whom they are about, and how old they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.access.grant import Column

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Rows:
    """One part of a view. `total` is None where it may not be told; `more` says whether a next page exists."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int | None = None
    page: int = 1
    page_size: int = 50
    more: bool = False

    def records(self) -> list[dict[str, Cell]]:
        """Each row as a mapping from column name to value, in order."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def of_class(self, field_class: str) -> tuple[str, ...]:
        """Distinct non-empty values, in order, of the columns of one field class."""
        at = [i for i, column in enumerate(self.columns) if column.field_class == field_class]
        return tuple(dict.fromkeys(str(row[i]) for row in self.rows for i in at if row[i] is not None))


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer of a store. as_of: what the page says about age, for example {'SUS+ to': '2026-03-31'}.

    subjects: identifiers, as the store holds them, of everybody the answer is about.
    """

    store: str
    parts: Mapping[str, Rows]
    subjects: tuple[str, ...] = ()
    data_version: str = ""
    as_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    suppressed: int = 0

    @property
    def count(self) -> int:
        """Rows in all parts."""
        return sum(len(part.rows) for part in self.parts.values())
