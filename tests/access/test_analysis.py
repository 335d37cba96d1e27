"""What a policy means, told to people: each cell a row, and each decision with what would have to be true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gateway.access.analysis import MATRIX_COLUMNS, explain, matrix
from gateway.access.compiler import compile_release
from gateway.access.decision import ReasonCode
from gateway.access.loader import load
from gateway.access.snapshot import PolicySnapshot

Small = Callable[..., dict[str, bytes]]
Compiled = Callable[..., PolicySnapshot]
LIST = ("chief", "work", "papers", "list")
IN_FORCE = date(2020, 6, 1)
AGAIN = ("policy.csv", "g,chief", "p,chief:papers:list,chief,work,papers,list,near,papers,AA,none,allow\ng,chief")
UNLISTED = ("decisions.csv", "chief,work,papers,list,near,papers,AA\n", "")


def conditions(policy: PolicySnapshot, *cell: str, on: date = IN_FORCE) -> tuple[str, ...]:
    role, purpose, resource, action = cell
    return explain(policy, (role, purpose, resource, action), on).conditions


def test_the_matrix_has_a_row_for_every_cell_in_order(compiled: Compiled) -> None:
    policy = compiled()
    rows = list(matrix(policy))
    assert [row[:4] for row in rows] == list(policy.vocabulary.cells())
    assert all(len(row) == len(MATRIX_COLUMNS) for row in rows)


def test_the_matrix_tells_scope_view_agreement_duties_and_rule_whatever_the_day(compiled: Compiled) -> None:
    rows = {row[:4]: row[4:] for row in matrix(compiled())}
    assert rows[LIST] == ("true", "near", "papers", "AA", "trained", "clerk:papers:list")
    assert rows["watcher", "watching", "log", "list"] == ("true", "all", "log", "none", "", "watcher:log:list")
    assert rows["clerk", "work", "papers", "read"] == ("false", "", "", "", "", "")


def test_the_matrix_names_the_rules_of_an_ambiguous_cell(compiled: Compiled) -> None:
    rows = {row[:4]: row[4:] for row in matrix(compiled(AGAIN, UNLISTED))}
    assert rows[LIST][0] == "false"
    assert set(rows[LIST][-1].split(";")) == {"chief:papers:list", "clerk:papers:list"}


def test_a_permitted_cell_is_explained_by_all_that_would_have_to_be_true(compiled: Compiled) -> None:
    explanation = explain(compiled(), LIST, IN_FORCE)
    assert explanation.decision.permitted
    assert explanation.sentence == "You have access to this."
    assert explanation.conditions == (
        "The person's organisation would have to be a data controller of agreement DARS-NIC-111111-AAAAA that day.",
        "The person's own role would have to be chief, within the dates of the grant.",
        "The person's organisation and employer would have to be barred by no agreement.",
        "The person's contract would have to cover the day.",
        "Trained.",
        "Rows: One's own organisation.",
        "Columns: those of view papers, in store archive.",
    )


def test_a_cell_without_an_agreement_says_so(compiled: Compiled) -> None:
    assert conditions(compiled(), "watcher", "watching", "log", "list")[0] == "No agreement gates it."


def test_a_lapsed_agreement_says_since_when_and_what_to_add(compiled: Compiled) -> None:
    explanation = explain(compiled(), LIST, date(2021, 1, 1))
    assert explanation.decision.reason_code is ReasonCode.AGREEMENT_NOT_IN_FORCE
    assert explanation.conditions[0] == (
        "Agreement DARS-NIC-111111-AAAAA: the term ended on 2020-12-31; "
        "a row that covers the day would have to be added."
    )


def test_an_agreement_that_is_not_served_says_so(small: Small) -> None:
    policy = compile_release(load(small()), served=frozenset())
    told = conditions(policy, *LIST)
    assert told[0] == "Agreement DARS-NIC-111111-AAAAA would have to be served by this installation."


def test_a_term_that_does_not_allow_the_purpose_says_so(compiled: Compiled) -> None:
    further = (
        '[[agreement.AA.term]]\nfrom = 2021-01-01\npurposes = ["watching"]\nsource = "s"\n[[agreement.AA.section_251]]'
    )
    policy = compiled(("agreements.toml", "[[agreement.AA.section_251]]", further))
    explanation = explain(policy, LIST, date(2021, 1, 1))
    assert explanation.decision.reason_code is ReasonCode.PURPOSE_NOT_IN_AGREEMENT
    assert explanation.conditions[0] == "The term of agreement DARS-NIC-111111-AAAAA would have to allow work."


def test_an_ambiguous_cell_names_the_rules_that_all_permit_it(compiled: Compiled) -> None:
    (told,) = conditions(compiled(AGAIN, UNLISTED), *LIST)
    assert told == "One rule alone would have to permit it; clerk:papers:list, chief:papers:list all do."


def test_a_cell_without_a_rule_says_who_may_instead(compiled: Compiled) -> None:
    assert conditions(compiled(), "clerk", "work", "papers", "read") == (
        "A rule of policy.csv would have to permit read of papers to clerk for work.",
        "It is permitted to: chief.",
    )


def test_a_cell_that_nobody_may_says_no_more(compiled: Compiled) -> None:
    assert conditions(compiled(), "clerk", "watching", "papers", "read") == (
        "A rule of policy.csv would have to permit read of papers to clerk for watching.",
    )


@pytest.mark.parametrize(
    ("cell", "unknown"),
    [
        (("king", "work", "papers", "list"), ["king"]),
        (("chief", "wrok", "papers", "list"), ["wrok"]),
        (("chief", "work", "paper", "list"), ["paper", "list"]),
        (("chief", "work", "papers", "burn"), ["burn"]),
        (("", "", "", ""), ["", "", "", ""]),
    ],
)
def test_a_word_that_nobody_knows_is_named(compiled: Compiled, cell: tuple[str, ...], unknown: list[str]) -> None:
    told = conditions(compiled(), *cell)
    assert list(told[: len(unknown)]) == [f"'{word}' would have to be a word of vocabulary.toml." for word in unknown]
    assert told[len(unknown)].startswith("A rule of policy.csv would have to permit")
