"""policy.csv, line by line: what Casbin would have read on over is refused and named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.loading.rules import ancestors

Told = Callable[..., tuple[str, ...]]
LINE = "p,chief:papers:read,chief,work,papers,read,near,papers,AA,none,allow"
CELLS = LINE.split(",")
ROLES = st.sampled_from("abcdef")


def line(new: str) -> tuple[str, str, str]:
    """The small policy's second rule, written otherwise."""
    return ("policy.csv", LINE, new)


def with_cell(at: int, cell: str) -> str:
    return ",".join([*CELLS[:at], cell, *CELLS[at + 1 :]])


@pytest.mark.parametrize(
    ("at", "cell", "rule"),
    [
        (0, "P", "the line begins with neither p nor g"),
        (0, "p ", "a cell has spaces around it"),
        (0, "p2", "the line begins with neither p nor g"),
        (1, "Chief", "this is no rule's id"),
        (1, "clerk:papers:list", "id 'clerk:papers:list' stands at line 1 already"),
        (2, "*", "'*' is no known role"),
        (2, "cheif", "'cheif' is no known role: write 'chief'"),
        (3, "Work", "'Work' is no known purpose: write 'work'"),
        (4, "paper", "'paper' is no known resource: write 'papers'"),
        (4, "log", "'read' is no known action of log"),
        (5, "write", "'write' is no known action of papers: use one of: list, read"),
        (6, "far", "'far' is no known scope"),
        (7, "paper", "'paper' is no known view: write 'papers'"),
        (8, "BB", "'BB' is no known agreement"),
        (9, "trained;trained", "a duty stands twice"),
        (9, "none;trained", "'none' is no known duty"),
        (9, "trained;", "'' is no known duty"),
        (10, "Allow", "'Allow' is no known effect: write 'allow'"),
        (10, "deny", "'deny' is no known effect: use one of: allow"),
        (10, "allow # yes", "a comment stands behind a rule"),
        (10, "allow,", "the line needs 11 cells, none empty"),
        (10, '"allow"', "the line has a quote"),
        (5, "'read'", "the line has a quote"),
        (5, "", "the line needs 11 cells, none empty"),
    ],
)
def test_a_damaged_cell_is_refused_on_its_line(faults: Told, at: int, cell: str, rule: str) -> None:
    refused = faults(line(with_cell(at, cell)))
    assert any(fault.startswith(f"policy.csv:2: {rule}") for fault in refused)
    assert all(fault.startswith("policy.csv:2: ") for fault in refused)


@pytest.mark.parametrize("at", range(11))
def test_a_missing_cell_is_refused(faults: Told, at: int) -> None:
    refused = faults(line(",".join(CELLS[:at] + CELLS[at + 1 :])))
    assert refused
    assert all(fault.startswith("policy.csv:2: ") for fault in refused)


def test_the_same_permission_twice_is_refused_even_under_another_id(faults: Told) -> None:
    again = f"{LINE}\n{with_cell(1, 'again')}"
    assert faults(line(again)) == ("policy.csv:3: line 2 permits this already: keep one: two would be ambiguous",)


def test_comments_and_empty_lines_are_read_over(faults: Told) -> None:
    assert faults(line(f"# a comment, 'quoted'\n\n{LINE}\n")) == ()


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("g,chief,chief", "policy.csv:4: 'chief' inherits from itself: remove one line of the circle"),
        ("g,chief,clerk\ng,clerk,chief", "policy.csv:5: 'clerk' inherits from itself: remove one line of the circle"),
        ("g,chief,clerk\ng,chief,clerk", "policy.csv:5: the inheritance stands twice: keep one"),
        ("g,chief,king", "policy.csv:4: 'king' is no known role: use one of: chief, clerk, shut, watcher"),
        ("g,chief", "policy.csv:4: the line needs 3 cells, none empty: write g,role,inherited role"),
        ("g,chief,clerk,papers", "policy.csv:4: the line needs 3 cells, none empty: write g,role,inherited role"),
        (
            "g2,chief,clerk",
            "policy.csv:4: the line begins with neither p nor g: begin it with a small p or g, or with #",
        ),
    ],
)
def test_a_damaged_inheritance_is_refused_on_its_line(faults: Told, new: str, fault: str) -> None:
    assert fault in faults(("policy.csv", "g,chief,clerk", new))


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(ROLES, st.sets(ROLES)), ROLES)
def test_ancestors_are_the_role_and_all_that_can_be_reached(parents: dict[str, set[str]], role: str) -> None:
    reached = {role}
    for _ in parents:
        reached |= {parent for name in reached for parent in parents.get(name, ())}
    assert ancestors(role, parents) == reached
