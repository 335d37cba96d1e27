"""Separation of duty: what one person may not hold, and not do, whatever came first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.separation import Separation, Sequence, follows, separated

ROLES = st.sampled_from("abcdef")
SIDES = st.tuples(st.frozensets(ROLES), st.frozensets(ROLES))
ACTS = st.tuples(st.sampled_from("xy"), st.sampled_from("12"))
PEOPLE = st.sampled_from(["ann", "bob"])


def apart(sides: tuple[frozenset[str], frozenset[str]], name: str = "rule") -> Separation:
    return Separation(name, *sides, "l", 1)


@settings(deadline=None, max_examples=100)
@given(SIDES, ROLES, ROLES)
def test_two_roles_are_kept_apart_in_either_order_or_in_none(
    sides: tuple[frozenset[str], frozenset[str]], one: str, other: str
) -> None:
    rule = apart(sides)
    pairs = {frozenset((a, b)) for a in sides[0] for b in sides[1]}
    assert rule.forbids(one, other) == rule.forbids(other, one) == (frozenset((one, other)) in pairs)


@settings(deadline=None, max_examples=100)
@given(st.lists(ROLES), ROLES, st.lists(SIDES, max_size=3))
def test_a_role_is_kept_from_whoever_ever_held_one_of_the_other_side(
    held: list[str], role: str, sides: list[tuple[frozenset[str], frozenset[str]]]
) -> None:
    rules = [apart(each, str(number)) for number, each in enumerate(sides)]
    first = [rule for rule in rules if any(rule.forbids(other, role) for other in held)][:1]
    assert separated(iter(held), role, rules) == (first[0] if first else None)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(ACTS, PEOPLE), max_size=6), ACTS, PEOPLE, st.lists(st.tuples(ACTS, ACTS), max_size=3))
def test_who_did_the_first_never_does_the_second_and_anybody_else_may(
    done: list[tuple[tuple[str, str], str]],
    act: tuple[str, str],
    user: str,
    pairs: list[tuple[tuple[str, str], tuple[str, str]]],
) -> None:
    rules = [Sequence(str(number), "o", *pair, "l") for number, pair in enumerate(pairs)]
    kept = [rule for rule in rules if rule.then == act and (rule.first, user) in done]
    assert follows(iter(done), act, user, rules) == (kept[0] if kept else None)
