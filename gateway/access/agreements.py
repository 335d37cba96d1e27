"""Data sharing agreements as dated rows, and how each stands on a day (policies/agreements.toml).

First and last day are inclusive; a row without a last day has no end. Keeps ALL-1, ALL-8, ALL-9, ALL-13 and RS-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MEETS_STANDARDS = frozenset({"standards met", "standards exceeded", "approaching standards"})
PARTICIPATING = "participating_practice"
CONTROLLER = "controller"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRow:
    """What every row has: when, from where we know it, and whether it stands for no real agreement."""

    first: date
    last: date | None = None
    source: str
    demonstration: bool = False

    def covers(self, day: date) -> bool:
        """Whether `day` lies within the row, first and last day included."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(DatedRow):
    """A term of the agreement and the purposes it allows; renewals are further terms."""

    purposes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(DatedRow):
    """A section 251 approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow(DatedRow):
    """A row about one organisation, by its ODS code."""

    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(OrganisationRow):
    """A controller or a processor."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred(OrganisationRow):
    """An organisation whose access is a breach (RS-11). A bar has no end: lifting it is another policy release."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolkit(OrganisationRow):
    """A party's Data Security and Protection Toolkit status."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAddress(DatedRow):
    """Where data may be stored (ALL-9)."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut(DatedRow):
    """The regime of objections (RS-10, IV-7)."""

    regime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction(DatedRow):
    """A controller's instruction to run a pipeline, with the at-risk method and threshold it fixes (ALL-10, RS-2)."""

    reference: str
    given_by: str
    at_risk_method: str = ""
    threshold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement, whole. key is its name in policies; reference is the register's."""

    key: str
    reference: str
    title: str
    legal_basis: str
    data_sets: tuple[str, ...]
    terms: tuple[Term, ...]
    approvals: tuple[Approval, ...]
    parties: tuple[Party, ...]
    barred: tuple[Barred, ...]
    toolkits: tuple[Toolkit, ...]
    practices: tuple[OrganisationRow, ...]
    addresses: tuple[StorageAddress, ...]
    opt_outs: tuple[OptOut, ...]
    instructions: tuple[Instruction, ...]

    def term_on(self, day: date) -> Term | None:
        """The term in force on `day`, or None."""
        return next((term for term in self.terms if term.covers(day)), None)

    def in_force(self, day: date) -> bool:
        """Whether a term covers `day`."""
        return self.term_on(day) is not None

    def parties_on(self, day: date) -> tuple[Party, ...]:
        """Controllers and processors on `day`."""
        return tuple(party for party in self.parties if party.covers(day))

    def participating(self, day: date) -> frozenset[str]:
        """Codes of the practices that take part on `day` (RS-13)."""
        return frozenset(row.organisation for row in self.practices if row.covers(day))

    @property
    def storage_addresses(self) -> frozenset[str]:
        """Every address listed, whatever the day; where it is empty nothing may be taken in (ALL-9)."""
        return frozenset(row.address for row in self.addresses)

    def storage_addresses_on(self, day: date) -> frozenset[str]:
        """Where data may be stored on `day`."""
        return frozenset(row.address for row in self.addresses if row.covers(day))

    def opt_out_regime(self, day: date) -> str:
        """The regime of objections on `day`, or '' where none is stated."""
        return next((row.regime for row in self.opt_outs if row.covers(day)), "")

    def instruction(self, reference: str, day: date) -> Instruction | None:
        """The controller's instruction of that reference, where it covers `day`."""
        return next((row for row in self.instructions if row.reference == reference and row.covers(day)), None)

    def is_demonstration(self, day: date) -> bool:
        """Whether what is in force on `day` stands for no real agreement."""
        term = self.term_on(day)
        return term is not None and term.demonstration

    def listed(self, day: date) -> Mapping[str, frozenset[str]]:
        """Kind of party → codes of those listed on `day`, participating practices among them."""
        kinds: dict[str, set[str]] = {PARTICIPATING: set(self.participating(day))}
        for party in self.parties_on(day):
            kinds.setdefault(party.kind, set()).add(party.organisation)
        return {kind: frozenset(codes) for kind, codes in kinds.items()}


def by_name(agreements: Mapping[str, Agreement], name: str) -> Agreement | None:
    """The agreement of that key or reference, or None."""
    return next((one for one in agreements.values() if name in {one.key, one.reference}), None)
