"""The rules of the review queue by examples: each at its threshold and just below it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.review import ReviewRule
from gateway.audit.event import fixed_id
from gateway.audit.facts import Fact, Held, Tenures
from gateway.audit.review import Day, Item, items

DAY = "2026-11-24"
BURST = ReviewRule("hasty", "burst", "", 3, 7, {"minutes": 1})
ABOVE = ReviewRule("many", "above_colleagues", "", 4, 7, {"times": 2})
ODD = ReviewRule("night", "odd_hours", "", 2, 7, {"opens": 6, "closes": 22})
ENDED = ReviewRule("ended", "after_role_ended", "", 1, 7, {})
TAKEN = ReviewRule("taken", "export_after_grant", "", 1, 7, {"minutes": 60})


def fact(idx: int, clock: str = "09:00:00", **told: Any) -> Fact:
    usual: dict[str, Any] = {
        "idx": idx, "at": f"{DAY}T{clock}.000Z", "day": DAY, "type": "access.permitted", "user": "max",
        "role": "doctor", "organisation": "Z99001", "purpose": "", "resource": "", "action": "", "decision": "permit",
        "reason_code": "permitted", "rows": 1, "channel": "web", "reason": "", "relationship": "", "people": 1,
        "rules": 1, "signed_in_by": "password",
    }  # fmt: skip
    return Fact(**{**usual, **told})


def given(idx: int, clock: str = "08:30:00", kind: str = "granted", **told: Any) -> Held:
    usual: dict[str, Any] = {"user": "max", "role": "doctor", "organisation": "Z99001"}
    return Held(idx, f"{DAY}T{clock}.000Z", f"membership.{kind}", 1, **{**usual, **told}, last="")


def found(rule: ReviewRule, facts: list[Fact], *held: Held) -> list[Item]:
    return list(items([rule], Day(DAY, facts, held, Tenures(held))))


def item(rule: ReviewRule, first: int, last: int, events: int, user: str = "max") -> Item:
    return Item(rule.name, user, DAY, first, last, events)


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (("09:00:00", "09:00:30", "09:01:00"), (1, 3, 3)),
        (("09:00:00", "09:00:30", "09:01:01"), None),
        (("09:00:00", "09:00:30"), None),
        (("08:00:00", "09:00:00", "09:00:01", "09:00:02", "10:00:00"), (2, 4, 3)),
        (("09:00:00", "09:00:30", "09:00:59", "09:01:20", "11:00:00"), (1, 4, 4)),
    ],
)
def test_many_records_within_a_minute_are_found(clocks: tuple[str, ...], expected: tuple[int, ...] | None) -> None:
    facts = [fact(number, clock) for number, clock in enumerate(clocks, 1)]
    assert found(BURST, facts) == ([item(BURST, *expected)] if expected else [])


@pytest.mark.parametrize(
    "told", [{"people": 2}, {"people": 0}, {"decision": "deny"}, {"type": "access.failed"}, {"user": ""}]
)
def test_what_opens_no_record_of_one_person_is_no_burst(told: dict[str, Any]) -> None:
    assert found(BURST, [fact(number, **told) for number in range(5)]) == []


def opening(**numbers: int) -> list[Fact]:
    every = [user for user, number in numbers.items() for _ in range(number)]
    return [fact(idx, user=user) for idx, user in enumerate(every)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"max": 4, "ann": 2, "ben": 2}, [(0, 3, 4)]),
        ({"max": 4, "ann": 3, "ben": 3}, []),
        ({"max": 3, "ann": 1, "ben": 1}, []),
        ({"max": 9}, []),
    ],
)
def test_far_more_than_colleagues_is_found_where_there_are_colleagues(
    numbers: dict[str, int], expected: list[tuple[int, int, int]]
) -> None:
    assert found(ABOVE, opening(**numbers)) == [item(ABOVE, *one) for one in expected]


def test_a_user_who_is_above_in_two_roles_is_one_item() -> None:
    facts = [
        *opening(max=6, ann=1),
        *(fact(idx + 50, role="nurse") for idx in range(5)),
        fact(60, role="nurse", user="ann"),
    ]
    assert found(ABOVE, facts) == [item(ABOVE, 0, 5, 6)]


def test_accesses_at_odd_hours_are_a_persons_and_not_a_programs() -> None:
    night = [fact(1, "22:00:00"), fact(2, "12:00:00"), fact(3, "05:59:59")]
    assert found(ODD, night) == [item(ODD, 1, 3, 2)]
    assert found(ODD, night[:2]) == []
    assert found(ODD, [one._replace(signed_in_by="token") for one in night]) == []
    assert found(ODD, [one._replace(decision="deny") for one in night]) == []


def test_an_attempt_after_the_role_ended_is_found_by_its_reason_or_by_the_grants() -> None:
    late = fact(9, type="access.refused", decision="deny", reason_code="role_expired")
    assert found(ENDED, [late]) == [item(ENDED, 9, 9, 1)]
    other = late._replace(reason_code="no_rule")
    assert found(ENDED, [other]) == []
    assert found(ENDED, [other], given(1), given(2, kind="revoked")) == [item(ENDED, 9, 9, 1)]
    assert found(ENDED, [other], given(1)) == []
    assert found(ENDED, [other._replace(decision="")], given(1), given(2, kind="revoked")) == []


@pytest.mark.parametrize(
    ("held", "is_so"),
    [
        (given(1), True),
        (given(1, "07:59:59"), False),
        (given(1, "08:00:00"), True),
        (given(1, kind="revoked"), False),
        (given(9), False),
        (given(1, user="ann"), False),
        (given(1, role="nurse"), False),
        (given(1, organisation="Z99002"), False),
    ],
)
def test_a_file_taken_away_right_after_the_role_was_granted_is_found(held: Held, *, is_so: bool) -> None:
    assert found(TAKEN, [fact(5, type="export.created")], held) == ([item(TAKEN, 5, 5, 1)] if is_so else [])
    assert found(TAKEN, [fact(5)], held) == []


def test_items_are_in_order_of_rule_and_user() -> None:
    late = [fact(idx, type="access.refused", decision="deny", reason_code="role_expired") for idx in range(2)]
    facts = [late[0], late[1]._replace(user="ann")]
    assert [one.user for one in found(ENDED, facts)] == ["ann", "max"]


def test_the_id_of_a_find_is_a_uuid_of_version_8_of_its_words_and_of_no_others() -> None:
    one = fixed_id("review.opened", "hasty", "max", DAY)
    assert one == fixed_id("review.opened", "hasty", "max", DAY)
    assert one != fixed_id("review.opened", "hasty", "ma", f"x{DAY}")
    assert (one[14], one[19] in "89ab") == ("8", True)
