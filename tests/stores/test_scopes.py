"""Every permission of the policy, asked of its store: the view's columns, the scope's rows, and nothing of another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.access.decision import Value
from gateway.access.grant import Grant
from gateway.access.vocabulary import Cell
from gateway.errors import NotFound
from tests.builders.everything import NUMBERS, OURS, THEIRS, Everything, asks, subject

ASKED: dict[str, Value] = {
    "handle": f"handle-of-{OURS}", "pseudonym": "A" * 24, "invoice": "invoice", "reference": "reference", "user": "max",
    "token": "a token",
}  # fmt: skip
OTHERS = (THEIRS, NUMBERS[THEIRS], "B" * 24)


def grants(everything: Everything, **instead: Value) -> Iterator[tuple[Cell, Grant]]:
    """A grant for each permission that shows rows, asked for by the keys of its view."""
    policy = everything.desk.policy
    for cell, permission in policy.permissions.items():
        role, purpose, resource, action = cell
        keys = {key for part in permission.view.parts for key in part.keys}
        question = {key: instead.get(key, ASKED.get(key, 1)) for key in keys}
        request = asks(subject(role, OURS), purpose, resource, action, question)
        if permission.view.parts:
            yield cell, policy.grant(request, permission.decision)


def test_every_permission_shows_its_views_columns_and_no_other(everything: Everything) -> None:
    shown = 0
    for cell, grant in grants(everything):
        result = everything.desk.store_for(grant).select(grant)
        assert result.store == grant.view.store
        assert {name: rows.columns for name, rows in result.parts.items()} == {
            part.name: part.columns for part in grant.view.parts
        }, cell
        shown += result.count
    assert shown > 50


def test_nothing_of_another_practice_is_shown_to_one(everything: Everything) -> None:
    """The store holds both practices' rows; the scope leaves one."""
    seen = 0
    for cell, grant in grants(everything):
        if grant.view.store != "risk_identifiable":
            continue
        result = everything.desk.store_for(grant).select(grant)
        values = [str(value) for rows in result.parts.values() for row in rows.rows for value in row]
        assert not [value for value in values for other in OTHERS if other in value], cell
        named = any(rows.of_class("nhs_number") for rows in result.parts.values())  # counts name nobody
        assert set(result.subjects) == ({NUMBERS[OURS]} if named else set())
        seen += result.count
    assert seen > 10


@pytest.mark.parametrize("handle", [f"handle-of-{THEIRS}", "handle-of-nobody"])
def test_a_patient_of_another_practice_reads_like_nobody(everything: Everything, handle: str) -> None:
    tried = [grant for _, grant in grants(everything, handle=handle) if grant.request.question.get("handle")]
    assert tried
    for grant in tried:
        if grant.view.store == "practice_work":  # nothing is written there about either
            assert everything.desk.store_for(grant).select(grant).count == 0
            continue
        with pytest.raises(NotFound):
            everything.desk.store_for(grant).select(grant)
