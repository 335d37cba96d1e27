"""A read gives the rows of the scope and the columns of the view, filtered and sorted by the view's own words alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.access.decision import Value
from gateway.access.grant import Column, Grant, Scope, View, ViewPart
from gateway.errors import BadRequest, StoreUnavailable
from gateway.stores.reading import read
from gateway.stores.result import Rows
from gateway.stores.vault import Connection
from tests.builders.everything import Everything, asks, subject

STATEMENT = "SELECT {columns} FROM drug WHERE {scope} AND {filters} ORDER BY {order} LIMIT :limit OFFSET :offset"
NAME = Column("name", "method", filterable=True, sortable=True)
DOSE = Column("dose", "score", filterable=True, sortable=True)
NOTE = Column("note", "method")
PART = ViewPart("drugs", "drug", (NAME, DOSE, NOTE), uses=("drug.practice",), default_sort="name", page_size=3)
ROWS = [
    ("aspirin", 75, "a", "ours"), ("bisoprolol", 5, None, "ours"), ("codeine", 30, "", "ours"),
    ("digoxin", 1, "d", "ours"), ("enalapril", 10, "e", "ours"), ("furosemide", 40, "f", "theirs"),
]  # fmt: skip
Ask = Callable[..., Rows]


@pytest.fixture
def ask(everything: Everything, connection: Connection) -> Ask:
    """Read the drugs of one practice; the words of a question by name."""
    connection.execute("CREATE TABLE drug (name TEXT, dose INTEGER, note TEXT, practice TEXT)")
    connection.executemany("INSERT INTO drug VALUES (?, ?, ?, ?)", ROWS)
    who = subject("practice_staff", "Z99001")
    decision = everything.desk.policy.decide(
        asks(who, "direct_care", "practice.worklist", "list"), everything.desk.now()
    )
    scope = Scope("ours", "(practice = :practice)", {"practice": "ours"})

    def question(
        part: ViewPart = PART, action: str = "list", others: tuple[ViewPart, ...] = (), **asked: Value
    ) -> Rows:
        request = asks(who, "direct_care", "practice.worklist", action, asked)
        grant = Grant(request, decision, scope, View("v", "one", (part, *others)))
        return read(connection, STATEMENT, grant, part)

    return question


def names(rows: Rows) -> list[Any]:
    return [row[0] for row in rows.rows]


def test_a_page_has_the_rows_of_the_scope_in_order_and_says_how_many_there_are(ask: Ask) -> None:
    rows = ask()
    assert rows.rows == (("aspirin", 75, "a"), ("bisoprolol", 5, None), ("codeine", 30, ""))
    assert (rows.total, rows.page, rows.page_size, rows.more) == (5, 1, 3, True)


def test_the_last_page_says_that_there_is_no_other(ask: Ask) -> None:
    rows = ask(page=2)
    assert names(rows) == ["digoxin", "enalapril"]
    assert not rows.more
    assert ask(page=3).rows == ()


def test_a_total_that_may_not_be_told_is_not_counted(ask: Ask) -> None:
    assert ask(ViewPart("drugs", "drug", (NAME,), uses=PART.uses, counted=False, default_sort="name")).total is None


def test_a_file_holds_the_whole_list(ask: Ask) -> None:
    assert len(ask(action="export").rows) == 5


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "aspirin"), ("-name", "enalapril"), ("dose", "digoxin"), ("-dose", "aspirin"), ("", "aspirin")],
)
def test_rows_are_sorted_either_way(ask: Ask, sort: str, first: str) -> None:
    assert names(ask(sort=sort))[0] == first


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "codeine"}, ["codeine"]),
        ({"name": ("codeine", "aspirin")}, ["aspirin", "codeine"]),
        ({"name": "furosemide"}, []),
        ({"dose": "5"}, ["bisoprolol"]),
        ({"dose_from": 30}, ["aspirin", "codeine"]),
        ({"dose_from": 5, "dose_to": 30}, ["bisoprolol", "codeine", "enalapril"]),
        ({"name": ("aspirin", "bisoprolol"), "dose_to": 10}, ["bisoprolol"]),
    ],
)
def test_filters_are_lists_and_ranges_and_stay_within_the_scope(
    ask: Ask, asked: dict[str, Value], found: list[str]
) -> None:
    rows = ask(**asked)
    assert names(rows) == found
    assert rows.total == len(found)


@pytest.mark.parametrize("text", ["x' OR 1=1 --", "x') OR (1", '"', "]", "%", "\x00", "aspirin'; DROP TABLE drug; --"])
def test_what_is_typed_as_a_filter_is_a_value_and_nothing_else(ask: Ask, text: str) -> None:
    assert ask(name=text).rows == ()
    assert ask(dose_from=text).total == 0
    assert len(ask().rows) == 3


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"note": "a"}, "cannot be filtered by note; choose from dose, dose_from, dose_to, name"),
        ({"practice": "theirs"}, "cannot be filtered by practice"),
        ({"1=1) --": "a"}, "cannot be filtered by"),
        ({"note_from": "a"}, "cannot be filtered by note_from"),
        ({"dose_from": ("1", "2")}, "dose_from takes one value"),
        ({"sort": "note"}, "cannot be sorted by that; choose one of dose, name"),
        ({"sort": "--name"}, "cannot be sorted by that"),
        ({"sort": "name; DROP TABLE drug"}, "cannot be sorted by that"),
        ({"sort": ("name", "dose")}, "cannot be sorted by that"),
        ({"page": 0}, "page must be a whole number from 1"),
        ({"page": 1_000_001}, "page must be a whole number from 1"),
        ({"page": "2"}, "page must be a whole number from 1"),
    ],
)
def test_what_is_not_of_the_view_is_refused_with_what_is(ask: Ask, asked: dict[str, Value], told: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        ask(**asked)
    assert str(refusal.value).startswith(told)


def test_a_key_has_to_be_asked_for(ask: Ask) -> None:
    keyed = ViewPart("drug", "drug", (DOSE,), keys=("name",), uses=PART.uses, default_sort="dose")
    assert ask(keyed, name="aspirin").rows == ((75,),)
    with pytest.raises(BadRequest, match=r"^asks for name$"):
        ask(keyed)


def test_a_key_of_another_part_is_no_filter_of_this_one(ask: Ask) -> None:
    keyed = ViewPart("one", "drug", (DOSE,), keys=("handle",))
    assert len(ask(others=(keyed,), handle="h").rows) == 3


def test_a_part_that_reads_what_it_does_not_name_is_stopped_by_the_wall(ask: Ask) -> None:
    with pytest.raises(StoreUnavailable, match=r"^a read failed: access to drug\.practice is prohibited$"):
        ask(ViewPart("drugs", "drug", (NAME,), default_sort="name"))
    assert names(ask())[0] == "aspirin"
