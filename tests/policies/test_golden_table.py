"""decisions.csv is the policy said again: what it lists holds, and every other cell is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gateway.access.decision import AccessRequest, ReasonCode
from gateway.access.snapshot import PolicySnapshot
from tests.oracles.plain_policy import Cell, cells_of

Golden = Mapping[Cell, tuple[str, str, str]]
IN_FORCE = datetime(2021, 6, 1, 12, tzinfo=UTC)


def test_each_listed_cell_is_permitted_with_its_scope_view_and_agreement(
    policy: PolicySnapshot, asks: Callable[..., AccessRequest], golden: Golden
) -> None:
    references = {key: agreement.reference for key, agreement in policy.agreements.items()} | {"none": ""}
    for cell, (scope, view, agreement) in golden.items():
        decision = policy.decide(asks(cell), IN_FORCE)
        told = (decision.permitted, decision.scope, decision.view, decision.agreement)
        assert told == (True, scope, view, references[agreement]), cell


def test_every_cell_that_is_not_listed_is_refused_to_whomever_asks(
    policy: PolicySnapshot, asks: Callable[..., AccessRequest], golden: Golden, texts: Mapping[str, str]
) -> None:
    others = [cell for cell in cells_of(texts["vocabulary.toml"]) if cell not in golden]
    assert len(others) > 2_000
    told = {policy.decide(asks(cell), IN_FORCE).reason_code for cell in others}
    assert told == {ReasonCode.NO_RULE}


def test_every_rule_permits_something_that_is_listed(policy: PolicySnapshot, golden: Golden) -> None:
    used = {policy.permissions[cell].decision.rule_id for cell in golden}
    assert used == {rule.id for rule in policy.release.rules}


def test_a_word_beside_the_vocabulary_is_refused_in_every_place(
    policy: PolicySnapshot, asks: Callable[..., AccessRequest], golden: Golden
) -> None:
    for cell in golden:
        for at in range(4):
            for word in ("*", "", cell[at].upper(), f"{cell[at]} ", f".{cell[at]}"):
                odd = (*cell[:at], word, *cell[at + 1 :])
                assert not policy.decide(asks(odd), IN_FORCE).permitted, odd
