"""A whole decision once more, read from the files of policies/ as docs/policies.md says they are read.

It shares no code with the gateway: rows are dictionaries, and each step is one plain question in the documented order.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracles.plain_policy import Cell, Line, PlainPolicy

Row = Mapping[str, Any]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Facts:
    """One person's request, as plain values. role: '' where none is acted in."""

    role: str
    purpose: str
    resource: str
    action: str
    organisation: str
    at: datetime
    held_from: date
    held_until: date | None
    employer: str
    status: str
    contract_from: date | None
    contract_until: date | None
    professional: str | None
    training_until: date | None
    authorised_until: date | None
    reason: str
    attested: bool
    approved_by: str
    user: str = "user"

    @property
    def cell(self) -> Cell:
        return self.role, self.purpose, self.resource, self.action


def english_day(at: datetime) -> date:
    """The day in England: an hour ahead of UTC from the last Sunday of March, 01:00, to the last of October."""
    utc = at.astimezone(UTC)
    starts, ends = (_last_sunday(utc.year, month) + timedelta(hours=1) for month in (3, 10))
    return (utc + timedelta(hours=1 if starts <= utc < ends else 0)).date()


def _last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def covering(rows: Iterable[Row], day: date) -> list[Row]:
    """The rows whose first and last day have `day` between them."""
    return [row for row in rows if row["from"] <= day <= row.get("to", date.max)]


class PlainDecision:
    """The files, and the reason code that they give a request."""

    def __init__(self, texts: Texts, served: Iterable[str]) -> None:
        self.policy = PlainPolicy(texts["policy.csv"])
        self.agreements: dict[str, Row] = tomllib.loads(texts["agreements.toml"])["agreement"]
        self.duties: dict[str, Row] = tomllib.loads(texts["duties.toml"])["duty"]
        self.words: Row = tomllib.loads(texts["vocabulary.toml"])
        self.served = set(served)
        rows = (row for agreement in self.agreements.values() for row in agreement.get("barred", ()))
        self.barred = {row["organisation"] for row in rows}

    def reason(self, facts: Facts) -> str:
        """'permitted', or the code of the first question whose answer is no."""
        if not facts.role:
            return "role_not_held"
        line = self.policy.permits(facts.cell)
        if line is None:
            return "ambiguous" if self.policy.matching(facts.cell) else "no_rule"
        day = english_day(facts.at)
        return (
            self._agreement(line, facts, day)
            or self._party(line, facts, day)
            or self._person(facts, day)
            or self._duty(line, facts, day)
            or "permitted"
        )

    def _agreement(self, line: Line, facts: Facts, day: date) -> str:
        if line["agreement"] == "none":
            return ""
        if line["agreement"] not in self.served:
            return "agreement_not_served"
        agreement = self.agreements[line["agreement"]]
        terms = covering(agreement["term"], day)
        if not terms:
            return "agreement_not_in_force"
        if not covering(agreement.get("section_251", ()), day):
            return "approval_lapsed"
        for party in covering(agreement.get("party", ()), day):
            toolkits = covering(agreement.get("toolkit", ()), day)
            own = [row["status"] for row in toolkits if row["organisation"] == party["organisation"]]
            if not own or own[0] == "standards not met":
                return "approval_lapsed"
        return "" if facts.purpose in terms[0]["purposes"] else "purpose_not_in_agreement"

    def _party(self, line: Line, facts: Facts, day: date) -> str:
        if facts.organisation in self.barred or facts.employer in self.barred:
            return "organisation_barred"
        if line["agreement"] == "none":
            return ""
        agreement = self.agreements[line["agreement"]]
        kind = self.words["role"][facts.role]["party"]
        if kind == "participating_practice":
            listed = covering(agreement.get("participating_practice", ()), day)
        else:
            listed = [row for row in covering(agreement.get("party", ()), day) if row["kind"] == kind]
        return "" if facts.organisation in {row["organisation"] for row in listed} else "organisation_not_listed"

    def _person(self, facts: Facts, day: date) -> str:
        if day < facts.held_from:
            return "role_not_held"
        if facts.held_until is not None and day > facts.held_until:
            return "role_expired"
        if facts.contract_from is None or not facts.contract_from <= day <= (facts.contract_until or date.max):
            return "not_personnel"
        known = facts.employer != "" and facts.status in {"employee", "agent", "contractor"}
        return "" if known else "not_personnel"

    def _duty(self, line: Line, facts: Facts, day: date) -> str:
        names = [] if line["duties"] == "none" else line["duties"].split(";")
        return next((code for name in names if (code := self._unmet(self.duties[name]["kind"], facts, day))), "")

    def _unmet(self, kind: str, facts: Facts, day: date) -> str:
        trained, authorised = (until or date.min for until in (facts.training_until, facts.authorised_until))
        code, so = {
            "professional_number": ("not_a_professional", bool(facts.professional)),
            "stated_reason": ("reason_missing", facts.reason in self.words["reason"]),
            "attested_relationship": ("relationship_not_attested", facts.attested),
            "training_in_date": ("training_expired", day <= trained),
            "authorisation_in_date": ("authorisation_expired", day <= authorised),
            "second_person": ("second_person_missing", facts.approved_by not in {"", facts.user}),
            "obligation": ("permitted", True),
        }[kind]
        return "" if so else code
