"""People who ask, made up from a seed: most facts are right, each one is wrong now and then, on days that matter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.access.decision import AccessRequest, Context, Membership, Subject
from tests.oracles.plain_decision import Facts, PlainDecision, english_day
from tests.oracles.plain_policy import Cell

ORGANISATIONS = ("06Q", "ZZP", "Z99001", "Z99002", "X26", "ZZH", "Z99999", "")
LIKELY = {"controller": "06Q", "processor": "ZZP", "participating_practice": "Z99001", "none": "X26"}
LONG_AGO, FAR_OFF = date(1990, 1, 1), date(2100, 1, 1)
WRONG = 0.07


class People:
    """Requests over the words, lines and dates of some policies."""

    def __init__(self, plain: PlainDecision, seed: int) -> None:
        self._random, self._plain = random.Random(seed), plain  # noqa: S311 no secret is made
        self._words: Mapping[str, Any] = plain.words
        self._demanding = [line for line in plain.policy.lines if line["duties"] != "none"]
        rows = [row for each in plain.agreements.values() for kind in each.values() for row in kind]
        dates = [row[key] for row in rows if isinstance(row, dict) for key in ("from", "to") if key in row]
        self._edges = sorted({day + timedelta(days=n) for day in dates for n in (-1, 0, 1)})

    def requests(self, count: int) -> Iterator[Facts]:
        """So many, one after another."""
        return (self._one() for _ in range(count))

    def _pick(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _or(self, right: Any, *wrong: Any) -> Any:
        """Mostly the right one."""
        return self._pick(*wrong) if self._random.random() < WRONG else right

    def _cell(self) -> Cell:
        roles, resources = self._words["role"], self._words["resource"]
        resource = self._pick(*resources)
        actions = resources[resource]["actions"]
        anything = (
            self._pick(*roles, "", "nobody"),
            self._pick(*self._words["purpose"]),
            resource,
            self._pick(*actions),
        )
        line = self._pick(self._pick(*self._plain.policy.lines), self._pick(*self._demanding))
        heirs = [role for role in roles if line["role"] in self._plain.policy.acting_as(role)]
        right = (self._pick(*heirs), line["purpose"], line["resource"], line["action"])
        found: Cell = self._or(right, anything, (*right[:3], "burn"))
        return found

    def _at(self) -> datetime:
        """An instant near a day on which something changes, often within an hour of midnight."""
        anything = date(2019, 1, 1) + timedelta(days=self._random.randrange(2_400))
        day = self._pick(self._pick(*self._edges), anything)
        hour, minute = self._pick((0, 30), (12, 0), (22, 59), (23, 0), (23, 30))
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def _dates(self, at: datetime) -> dict[str, Any]:
        near = [english_day(at) + timedelta(days=n) for n in (-1, 0, 1)]
        begins = {key: self._or(LONG_AGO, *near) for key in ("held_from", "contract_from")}
        ends = {key: self._or(self._pick(None, FAR_OFF), *near) for key in ("held_until", "contract_until")}
        until = {key: self._or(FAR_OFF, None, *near) for key in ("training_until", "authorised_until")}
        return {**begins, **ends, **until, "contract_from": self._or(begins["contract_from"], None)}

    def _one(self) -> Facts:
        role, purpose, resource, action = self._cell()
        at = self._at()
        where = self._or(LIKELY[self._words["role"].get(role, {}).get("party", "none")], *ORGANISATIONS)
        return Facts(
            *(role, purpose, resource, action),
            organisation=where,
            at=at,
            employer=self._or(where, *ORGANISATIONS),
            status=self._or(self._pick("employee", "agent", "contractor"), "visitor", ""),
            professional=self._or("G9990001", "", None),
            reason=self._or(self._pick(*self._words["reason"]), "", "curiosity"),
            attested=self._or(*(True, False)),
            approved_by=self._or("another", "", "user"),
            **self._dates(at),
        )


def as_request(facts: Facts) -> AccessRequest:
    """The same facts as the gateway is asked them."""
    held = (facts.held_from, facts.held_until, "asked", "approved")
    subject = Subject(
        facts.user,
        Membership(facts.role, facts.organisation, *held) if facts.role else None,
        session="",
        signed_in_by="password",
        professional_number=facts.professional,
        employer=facts.employer,
        status=facts.status,
        contract_from=facts.contract_from,
        contract_until=facts.contract_until,
        training_until=facts.training_until,
        authorised_until=facts.authorised_until,
    )
    context = Context("request", reason=facts.reason, attested=facts.attested, approved_by=facts.approved_by)
    return AccessRequest(subject, facts.purpose, facts.resource, facts.action, context)
