"""The words of the questions by examples: out of hours, what an access went without, records beside colleagues'."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.facts import Fact, Held, Opened, Tenures, is_out_of_hours, lacks, opened


def fact(idx: int = 10, **told: Any) -> Fact:
    usual: dict[str, Any] = {
        "idx": idx, "at": "2026-11-24T09:00:00.000Z", "day": "2026-11-24", "type": "record.displayed", "user": "max",
        "role": "doctor", "organisation": "Z99001", "purpose": "", "resource": "", "action": "", "decision": "permit",
        "reason_code": "permitted", "rows": 1, "channel": "web", "reason": "planned_review",
        "relationship": "attested", "people": 1, "rules": 1, "signed_in_by": "password",
    }  # fmt: skip
    return Fact(**{**usual, **told})


def given(idx: int, grant: int = 1, last: str = "", role: str = "doctor") -> Held:
    return Held(idx, "", "membership.granted", grant, "max", role, "Z99001", last)


def taken(idx: int, grant: int = 1) -> Held:
    return Held(idx, "", "membership.revoked", grant, "max", "doctor", "Z99001", "")


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        ("2026-11-24T06:59:59.999Z", True),
        ("2026-11-24T07:00:00.000Z", False),
        ("2026-11-24T19:59:59.999Z", False),
        ("2026-11-24T20:00:00.000Z", True),
        ("2026-07-01T05:59:59.999Z", True),
        ("2026-07-01T06:00:00.000Z", False),
        ("2026-07-01T19:00:00.000Z", True),
        ("2026-11-28T12:00:00.000Z", True),
        ("2026-11-29T12:00:00.000Z", True),
        ("2026-06-12T23:30:00.000Z", True),
        ("2026-03-27T06:30:00.000Z", True),
        ("2026-03-30T06:30:00.000Z", False),
    ],
)
def test_hours_are_those_of_the_uk_in_winter_and_in_summer(at: str, *, outside: bool) -> None:
    assert is_out_of_hours(at) == outside


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({}, ()),
        ({"reason": ""}, ("no_reason",)),
        ({"relationship": ""}, ("no_attestation",)),
        ({"reason": "", "relationship": ""}, ("no_reason", "no_attestation")),
        ({"type": "access.permitted", "reason": "", "relationship": ""}, ()),
        ({"rules": 0}, ("no_rule",)),
        ({"rules": 0, "decision": "deny", "type": "access.refused"}, ()),
        ({"rules": 0, "type": "access.failed"}, ()),
        ({"rules": 0, "decision": "", "type": "session.start"}, ()),
    ],
)
def test_what_an_access_went_without_is_told(told: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert lacks(fact(**told), Tenures([])) == missing


@pytest.mark.parametrize(
    ("held", "ended"),
    [
        ([], False),
        ([given(1)], False),
        ([given(1), taken(5)], True),
        ([given(1), taken(11)], False),
        ([given(11)], False),
        ([given(1), taken(5), given(6, grant=2)], False),
        ([given(1), taken(5), given(6, grant=2), taken(7, grant=2)], True),
        ([given(1), taken(5), taken(12)], True),
        ([given(1, last="2026-11-24")], False),
        ([given(1, last="2026-11-23")], True),
        ([given(1, role="nurse"), taken(5)], False),
        ([taken(5, grant=9)], False),
    ],
)
def test_an_access_after_every_known_grant_had_ended_went_without_one(held: list[Held], *, ended: bool) -> None:
    assert lacks(fact(), Tenures(held)) == (("role_ended",) if ended else ())


def test_a_users_records_of_a_day_stand_beside_the_median_of_colleagues_in_the_same_role() -> None:
    counts = {"ann": 9, "ben": 1, "cat": 4, "dan": 2}
    facts = [fact(user=user) for user, number in counts.items() for _ in range(number)]
    facts += [fact(user="eve", role="nurse"), fact(user="ann", day="2026-11-25"), fact(people=2), fact(people=0)]
    assert list(opened(facts)) == [
        Opened("2026-11-24", "ann", "doctor", 9, 3, 2),
        Opened("2026-11-24", "cat", "doctor", 4, 3, 2),
        Opened("2026-11-24", "dan", "doctor", 2, 3, 4),
        Opened("2026-11-24", "ben", "doctor", 1, 3, 4),
        Opened("2026-11-24", "eve", "nurse", 1, 0, 0),
        Opened("2026-11-25", "ann", "doctor", 1, 0, 0),
    ]
