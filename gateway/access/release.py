"""A policy release as it was read: every file parsed and cross-checked, nothing decided yet.

Made by the loader alone; the compiler asks Casbin what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.access.agreements import Agreement
from gateway.access.duties import Duty
from gateway.access.grant import View
from gateway.access.invariants import Invariant
from gateway.access.review import Review
from gateway.access.separation import Separation, Sequence
from gateway.access.vocabulary import Cell, Vocabulary

ICD_10, REGISTER = "icd_10", "register"  # systems of sensitive codes


@dataclass(frozen=True, slots=True)
class ScopeTemplate:
    """Which rows: a condition, the columns it reads, and the subject's attribute that each :name binds."""

    name: str
    line: str
    where: str
    columns: tuple[str, ...]
    parameters: Mapping[str, str]
    stores: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One `p` line of policy.csv; agreement is '' where it says none. line is its number in the file."""

    id: str
    role: str
    purpose: str
    resource: str
    action: str
    scope: str
    view: str
    agreement: str
    duties: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """One line of decisions.csv: a cell that must be permitted, and with what."""

    cell: Cell
    scope: str
    view: str
    agreement: str
    line: int


@dataclass(frozen=True, slots=True)
class SensitiveCode:
    """A code that stands in no list, filter, cohort or reason (RS-5)."""

    system: str
    code: str
    topic: str
    first: date
    last: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether it is sensitive on the day; both ends are."""
        return self.first <= day <= (self.last or day)


@dataclass(frozen=True, slots=True)
class PolicyRelease:
    """All of policies/. version is the SHA-256 over its files; model is Casbin's, as text."""

    version: str
    model: str
    vocabulary: Vocabulary
    scopes: Mapping[str, ScopeTemplate]
    views: Mapping[str, View]
    duties: Mapping[str, Duty]
    agreements: Mapping[str, Agreement]
    rules: tuple[Rule, ...]
    inherits: tuple[tuple[str, str], ...]
    separations: tuple[Separation, ...]
    sequences: tuple[Sequence, ...]
    invariants: tuple[Invariant, ...]
    review: Review
    golden: tuple[GoldenRow, ...]
    sensitive_codes: tuple[SensitiveCode, ...]

    def sensitive(self, system: str, day: date) -> frozenset[str]:
        """Codes of one system (ICD_10, REGISTER) that stand in no list, filter, cohort or reason on the day (RS-5)."""
        return frozenset(code.code for code in self.sensitive_codes if code.system == system and code.holds_on(day))
