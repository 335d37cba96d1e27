"""A scope's condition is a few words of SQL in an order that cannot widen the statement around it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Told = Callable[..., tuple[str, ...]]
WHERE = 'where = "place = :organisation"'
COLUMNS = 'columns = ["place"]\nparameters = { organisation = "organisation" }'
VALUES = st.sampled_from(["place", ":organisation", "1", "NULL"])
COMPARED = st.builds("{} {} {}".format, VALUES, st.sampled_from(["=", "<", ">=", "<>", "IS", "IS NOT"]), VALUES)
CONDITIONS = st.recursive(
    COMPARED | VALUES,
    lambda inner: (
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR"]), inner)
        | st.builds("({})".format, inner)
        | st.builds("NOT ({})".format, inner)
        | st.builds("NOT {}".format, COMPARED)
    ),
    max_leaves=6,
).map("place = :organisation AND ({})".format)
TOKENS = st.lists(
    st.sampled_from(["place", ":organisation", "1", "=", "<>", "AND", "OR", "NOT", "IS", "NULL", "(", ")"]), min_size=1
).map(" ".join)


def where(condition: str) -> tuple[str, str, str]:
    return ("scopes.toml", WHERE, f'where = "{condition}"')


def runs(condition: str) -> bool:
    """Whether SQLite takes it as one condition in brackets, which nothing in it closes early."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE t (place)")
        connection.execute(f"SELECT 1 FROM t WHERE coalesce({condition}, 0)", {"organisation": "x"})  # noqa: S608
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


@settings(deadline=None, max_examples=60)
@given(CONDITIONS)
def test_a_condition_that_is_in_order_is_taken(faults: Told, condition: str) -> None:
    assert faults(where(condition)) == ()


@settings(deadline=None, max_examples=150)
@given(TOKENS)
def test_what_is_taken_is_a_condition_that_the_database_runs(faults: Told, condition: str) -> None:
    unused = [fault for fault in faults(where(condition)) if "not in the condition" not in fault]
    assert unused or runs(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "place = :organisation) OR (1",
        "(place = :organisation",
        "place = :organisation)",
        "()",
        "place :organisation",
        "place =",
        "= place",
        "place = :organisation = 1",
        "place = :organisation AND",
        "place AND OR :organisation",
        "place = NOT :organisation",
        "(place) = :organisation",
        "NOT",
    ],
)
def test_a_condition_out_of_order_is_refused(faults: Told, condition: str) -> None:
    assert "scopes.toml:3: the condition is out of order: compare two values, join" in " ".join(
        faults(where(condition))
    )


@pytest.mark.parametrize(
    "condition",
    [
        "place = :organisation; DROP TABLE t",
        "place = :organisation -- x",
        "place LIKE :organisation",
        "place = 'Z99001' OR place = :organisation",
        "place = :organisation and 1",
        "PLACE = :organisation",
        "place = :organisation || 1",
        "length(place) = 1x",
        "place = $organisation",
        "place IN (SELECT 1)",
    ],
)
def test_a_word_that_is_none_of_the_few_is_refused(faults: Told, condition: str) -> None:
    refused = faults(where(condition))
    assert all(fault.startswith("scopes.toml:") for fault in refused)
    assert refused


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (WHERE, 'where = "1"', "scopes.toml:4: 'place' stands in columns and not in the condition"),
        (WHERE, 'where = "place = 1"', "scopes.toml:5: 'organisation' stands in parameters and not in the condition"),
        (WHERE, 'where = "place = :organisation AND at_risk"', "scopes.toml:3: 'at_risk' stands in the condition and"),
        (WHERE, 'where = "place = :user"', "scopes.toml:3: 'user' stands in the condition and not in parameters"),
        (
            'organisation = "organisation" }',
            'organisation = "password" }',
            "scopes.toml:5: 'password' is no known attribute of a subject: use one of: employer, organisation, user",
        ),
        ('stores = ["archive"]', 'stores = ["arcive"]', "scopes.toml:6: 'arcive' is no known store: write 'archive'"),
        ("[scope.near]", "[scop.near]", "scopes.toml:1: 'scop' is no known section: write 'scope'"),
    ],
)
def test_what_a_scope_names_and_what_it_reads_agree(faults: Told, old: str, new: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(("scopes.toml", old, new)))
