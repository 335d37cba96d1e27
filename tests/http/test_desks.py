"""The desks: from what the policy permits, each at an address that exists, and no role's name in it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http.desks import ENTRIES, of_role


def test_every_desk_is_an_address_that_answers_get(house: Any) -> None:
    rules = {str(rule) for rule in house.app.url_map.iter_rules() if "GET" in rule.methods}
    assert {entry.path for entry in ENTRIES} <= rules


def test_every_desk_asks_what_the_policy_permits_to_somebody(house: Any) -> None:
    roles = house.desk.policy.vocabulary.roles
    for entry in ENTRIES:
        assert any(entry.cell(role) in house.desk.policy.permissions for role in roles)


@pytest.mark.parametrize("role", ["hosting_operator", "data_processor_operator", "no.such.role", ""])
def test_whoever_may_do_nothing_here_has_no_desk(house: Any, role: str) -> None:
    assert of_role(house.desk.policy, role) == ()


def test_a_desk_is_shown_to_whoever_may_open_it_and_to_nobody_else(house: Any) -> None:
    policy = house.desk.policy
    for role in policy.vocabulary.roles:
        shown = set(of_role(policy, role))
        assert all((entry in shown) == (entry.cell(role) in policy.permissions) for entry in ENTRIES)
