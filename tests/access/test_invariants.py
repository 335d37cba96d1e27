"""Each kind of invariant against its sentence, over views and rules that are made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.grant import Column, View, ViewPart
from gateway.access.invariants import KINDS, Invariant, Reached

WORDS = st.frozensets(st.sampled_from("abc"))
PARTS = st.lists(st.tuples(WORDS, st.booleans()), max_size=3)
CELLS = st.builds(
    lambda role, barred, store, scope, duties, parts: Reached(
        role, barred, "rule", View("v", store, tuple(part(*each) for each in parts)), scope, tuple(duties)
    ),
    st.sampled_from("abc"),
    st.booleans(),
    st.sampled_from("abc"),
    st.sampled_from("abc"),
    WORDS,
    PARTS,
)
INVARIANTS = st.builds(lambda words: Invariant("i", "", "s", *words, 1), st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS))
Sentence = Callable[[Invariant, Reached], bool]


def part(classes: frozenset[str], counted: bool) -> ViewPart:  # noqa: FBT001 built by Hypothesis
    return ViewPart("p", "t", tuple(Column(name, name) for name in classes), counted=counted)


def shown(cell: Reached) -> set[str]:
    return {column.field_class for each in cell.view.parts for column in each.columns}


BROKEN: dict[str, Sentence] = {
    "classes_unreachable": lambda rule, cell: any(name in shown(cell) for name in rule.field_classes),
    "stores_unreachable": lambda rule, cell: cell.view.store in rule.stores,
    "barred_reach_nothing": lambda _rule, cell: cell.barred,
    "duties_required": lambda rule, cell: (
        any(name in shown(cell) for name in rule.field_classes) and any(duty not in cell.duties for duty in rule.duties)
    ),
    "scope_required": lambda rule, cell: (
        any(name in shown(cell) for name in rule.field_classes)
        and cell.view.store in rule.stores
        and cell.scope not in rule.scopes
    ),
    "classes_uncounted": lambda rule, cell: any(
        each.counted and {column.field_class for column in each.columns} & rule.field_classes
        for each in cell.view.parts
    ),
}


def test_every_kind_has_its_sentence_here() -> None:
    assert BROKEN.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(deadline=None, max_examples=80)
@given(rule=INVARIANTS, cells=st.lists(CELLS, max_size=4))
def test_what_breaks_an_invariant_is_what_its_sentence_says(kind: str, rule: Invariant, cells: list[Reached]) -> None:
    ours = Invariant("i", kind, "s", rule.roles, rule.field_classes, rule.stores, rule.duties, rule.scopes, 1)
    spoken_of = [cell for cell in cells if not rule.roles or cell.role in rule.roles]
    expected = [f"rule for {cell.role}" for cell in spoken_of if BROKEN[kind](ours, cell)]
    assert list(ours.breaches(cells)) == expected
