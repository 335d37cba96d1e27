"""A permission made usable: the decision with its compiled scope and the view's columns.

Stores give rows to a person for a Grant and for nothing else; only `enforcement` makes one (a house test holds that).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.access.decision import AccessRequest, Decision


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its name, its field class, and whether one may filter or sort by it.

    several: its text is several values with '; ' between them, each of which a filter finds.
    numbered: its text begins with a number, and is sorted by it.
    """

    name: str
    field_class: str
    filterable: bool = False
    sortable: bool = False
    several: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class ViewPart:
    """One table of a view.

    keys: columns that one must ask by (a handle, an invoice's reference); shown only if among the columns too.
    uses: further 'table.column' names that the scope or a join reads and never shows.
    counted: whether the total may be told (never for pseudonymised rows, RS-4).
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    counted: bool = True
    default_sort: str = ""  # 'column' or '-column' for descending
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class View:
    """What of a resource may be seen: a store and one or more parts."""

    name: str
    store: str
    parts: tuple[ViewPart, ...]

    @property
    def field_classes(self) -> frozenset[str]:
        """Every field class the view can show."""
        return frozenset(column.field_class for part in self.parts for column in part.columns)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: a WHERE template per store (columns named bare), with the subject attributes it binds, by name."""

    name: str
    where: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Fewer rows of the scope than were asked for, as enforcement knows from another store: it can add none.

    Of `column`, only those of `values` where `within`, else all but those.
    """

    column: str
    values: tuple[str, ...]
    within: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A permitted request with everything a store needs to answer it."""

    request: AccessRequest
    decision: Decision
    scope: Scope
    view: View
    narrowed: Narrowing | None = None
