"""Sentences that no policy may break, as data (policies/invariants.toml), and how each kind is proved.

Proved over what Casbin permits, inheritance included, before a release serves.
Keeps ALL-4, ALL-5, RS-2 to RS-5, IV-1 and IV-2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.access.grant import View, ViewPart


@dataclass(frozen=True, slots=True)
class Reached:
    """One permitted cell, as an invariant looks at it."""

    role: str
    barred: bool
    rule: str
    view: View
    scope: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence. roles: those it speaks of, the roles of its classes among them; line: where it stands."""

    id: str
    kind: str
    sentence: str
    roles: frozenset[str]
    field_classes: frozenset[str]
    stores: frozenset[str]
    duties: frozenset[str]
    scopes: frozenset[str]
    line: int

    def breaches(self, reached: Iterable[Reached]) -> Iterator[str]:
        """'rule for role' of each permitted cell that breaks it."""
        broken = KINDS[self.kind].broken
        for cell in reached:
            if (not self.roles or cell.role in self.roles) and broken(self, cell):
                yield f"{cell.rule} for {cell.role}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is proved, and which of an invariant's fields it needs."""

    broken: Callable[[Invariant, Reached], bool]
    needs: frozenset[str]


def _shows(invariant: Invariant, cell: Reached) -> bool:
    return bool(invariant.field_classes & cell.view.field_classes)


def _reaches_store(invariant: Invariant, cell: Reached) -> bool:
    return cell.view.store in invariant.stores


def _is_barred(_invariant: Invariant, cell: Reached) -> bool:
    return cell.barred


def _lacks_duty(invariant: Invariant, cell: Reached) -> bool:
    return _shows(invariant, cell) and not invariant.duties <= set(cell.duties)


def _lacks_scope(invariant: Invariant, cell: Reached) -> bool:
    return _reaches_store(invariant, cell) and _shows(invariant, cell) and cell.scope not in invariant.scopes


def _is_counted(invariant: Invariant, cell: Reached) -> bool:
    return any(part.counted and _part_shows(invariant, part) for part in cell.view.parts)


def _part_shows(invariant: Invariant, part: ViewPart) -> bool:
    return any(column.field_class in invariant.field_classes for column in part.columns)


KINDS: Mapping[str, Kind] = {
    "classes_unreachable": Kind(_shows, frozenset({"roles", "field_classes"})),
    "stores_unreachable": Kind(_reaches_store, frozenset({"roles", "stores"})),
    "barred_reach_nothing": Kind(_is_barred, frozenset()),
    "duties_required": Kind(_lacks_duty, frozenset({"field_classes", "duties"})),
    "scope_required": Kind(_lacks_scope, frozenset({"stores", "field_classes", "scopes"})),
    "classes_uncounted": Kind(_is_counted, frozenset({"field_classes"})),
}
