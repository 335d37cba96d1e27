"""TOML read strictly: known keys, each value of its kind, and the line of whatever is not so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gateway.access.loading.documents import Document, Field, Schema
from gateway.access.loading.faults import Faults

Told = Callable[..., tuple[str, ...]]
SCHEMA: Schema = {"word": Field("text"), "many": Field("texts", required=False, default=("none",))}


def document(text: str) -> Document:
    return Document.parse("a.toml", text, Faults())


def value(kind: str, written: str) -> Document:
    """A document whose one table has the key `it`, read as a value of `kind`."""
    found = document(f"[a.b]\nit = {written}\n")
    list(found.tables("a", {"it": Field(kind)}))
    return found


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("text", '"a word"'),
        ("text", '"ünï"'),
        ("texts", "[]"),
        ("texts", '["a", "b"]'),
        ("flag", "true"),
        ("number", "0"),
        ("date", "2020-02-29"),
        ("pairs", "{}"),
        ("pairs", '{ a = "b" }'),
        ("tables", "[]"),
        ("tables", "[{ a = 1 }]"),
    ],
)
def test_a_value_of_its_kind_is_taken(kind: str, written: str) -> None:
    assert value(kind, written).faults.lines == ()


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("text", written) for written in ('""', '" a"', '"a "', '"a\\nb"', '"a\\u200bb"', "1", "true", "[]", "{}")),
        *(("texts", written) for written in ('"a"', '["a", "a"]', '["a", ""]', '["a", 1]', "{}")),
        *(("flag", written) for written in ('"true"', "1", "0", "[]")),
        *(("number", written) for written in ('"1"', "-1", "1.0", "true", "[]")),
        *(("date", written) for written in ('"2020-01-01"', "2020-01-01T00:00:00Z", "20200101", "[]")),
        *(("pairs", written) for written in ('"a"', "{ a = 1 }", '{ a = "" }', '{ "" = "a" }', "[]")),
        *(("tables", written) for written in ('"a"', '["a"]', "{}", "1")),
    ],
)
def test_a_value_of_another_kind_is_told_on_its_line(kind: str, written: str) -> None:
    (fault,) = value(kind, written).faults.lines
    assert fault.startswith("a.toml:2: 'it' has the wrong kind of value: write ")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a = \n", "a.toml:1: this is not TOML: Invalid value"),
        ('a = 1\nb = "x\n', "a.toml:2: this is not TOML: Illegal character '\\n'"),
        ("a = 1\na = 2\n", "a.toml:2: this is not TOML: Cannot overwrite a value"),
        ("a = [1,\n", "a.toml:1: this is not TOML: Invalid value: mend the line"),
        ("a = 2020-02-30\n", "a.toml:1: this is not TOML: Invalid date or datetime"),
        (f"a = 1\nb = {'1' * 5_000}\n", "a.toml:2: this is not TOML: Exceeds the limit"),
        ("[a]\n[a]\n", "a.toml:2: this is not TOML: Cannot declare ('a',) twice"),
    ],
)
def test_what_is_not_toml_is_told_where_it_stops_being_so(text: str, fault: str) -> None:
    broken = document(text)
    assert broken.data == {}
    assert broken.faults.lines[0].startswith(fault)


def test_a_key_that_is_not_given_has_the_default_of_its_schema() -> None:
    ((name, row),) = document('[a.b]\nword = "x"\n').tables("a", SCHEMA)
    assert (name, row["word"], row["many"]) == ("b", "x", ("none",))
    assert row.at("word") == ("a.toml", 2)
    assert row.at() == ("a.toml", 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.toml:1: there is no [a.…]: add at least one"),
        ("a = 1\n", "a.toml:1: there is no [a.…]: add at least one"),
        ("[a]\nb = 1\n", "a.toml:2: this is not a table: write it as [a.b]"),
        ("\n[a.B]\n", "a.toml:2: 'B' is no name: use small letters, digits and underscores"),
        ("[a.b]\n", "a.toml:1: 'word' is missing: add word = "),
        ('[a.b]\nword = "x"\nwrod = "x"\n', "a.toml:3: 'wrod' is no known key: write 'word'"),
    ],
)
def test_a_section_is_read_table_by_table(text: str, told: str) -> None:
    found = document(text)
    assert list(found.tables("a", SCHEMA)) == []
    (fault,) = found.faults.lines
    assert fault.startswith(told)


@pytest.mark.parametrize("found", ["x", {"a": 1}, [1], ["x", {}]])
def test_rows_are_a_list_of_tables_or_told_not_to_be(found: object) -> None:
    whole = document("[x.y]\n")
    assert list(whole.rows(("x", "y"), found, SCHEMA)) == []
    assert whole.faults.lines == ("a.toml:1: this is not a list of tables: write each as [[x.y]]",)


def test_a_row_that_is_wrong_is_left_out_and_told() -> None:
    whole = document('[[x]]\nword = "a"\n[[x]]\nword = 1\n')
    (row,) = whole.rows(("x",), whole.data["x"], SCHEMA)
    assert row["word"] == "a"
    assert whole.faults.lines[0].startswith("a.toml:4: 'word' has the wrong kind of value")


def test_a_section_that_nobody_knows_is_told() -> None:
    whole = document("[a]\n[b]\n")
    whole.only("a", "c")
    assert whole.faults.lines == ("a.toml:2: 'b' is no known section: use one of: a, c",)


def test_a_date_is_a_day_and_never_an_instant() -> None:
    ((_, row),) = document("[a.b]\nit = 2020-02-29\n").tables("a", {"it": Field("date")})
    assert row["it"] == date(2020, 2, 29)


def test_a_word_with_a_line_feed_in_it_is_told_on_one_line(faults: Told) -> None:
    changed = ("views.toml", "[view.log]", '[view.log]\n"x\\ny" = 1')
    assert faults(changed)[0].startswith("views.toml:10: 'x?y' is no known key: ")
