"""On which line a key stands: tomllib reads the values, this reads the lines, and the two have to agree."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from gateway.access.loading.toml_lines import Lines, Path

TEXT = """\
# a comment
top = 1

[a]
first = "x" # [not.a.table]

[a.b]
"quoted key" = "y"

[[row]]
id = "one"

[[row.inner]]
id = "deep"

[row.inner.facts]
of = "the first row"

[[row]]
id = "two"
items = [
  # one to a line
  { name = "p" },
  { name = "q" },

]
after = 1
short = ["x", "y"]

[c."d.e"]
last = true
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 4),
        (("a", "first"), 5),
        (("a", "b"), 7),
        (("a", "b", "quoted key"), 8),
        (("row", 0), 10),
        (("row", 0, "id"), 11),
        (("row", 0, "inner", 0, "id"), 14),
        (("row", 0, "inner", 0, "facts", "of"), 17),
        (("row", 1), 19),
        (("row", 1, "id"), 20),
        (("row", 1, "items", 0), 23),
        (("row", 1, "items", 1, "name"), 24),
        (("row", 1, "after"), 27),
        (("row", 1, "short"), 28),
        (("c", "d.e", "last"), 31),
    ],
)
def test_a_key_is_found_on_its_line(path: Path, line: int) -> None:
    assert Lines(TEXT).of(*path) == line


def test_a_key_that_is_not_there_is_on_the_line_of_the_table_around_it() -> None:
    assert Lines(TEXT).of("row", 0, "missing") == 10
    assert Lines(TEXT).of("a", "b", "missing", "deeper") == 7


def test_what_stands_nowhere_is_on_the_first_line() -> None:
    assert Lines(TEXT).of("nowhere") == Lines("").of("nowhere") == 1


def test_a_table_of_two_parts_is_where_the_first_part_stands_too() -> None:
    assert Lines("\n[x.y]\n[x.z]\n").of("x") == 2
    assert Lines("\n[[x]]\n").of("x") == 2


def paths(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), inner
            yield from paths(inner, (*path, key))
    elif isinstance(value, list) and all(isinstance(inner, dict) for inner in value):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


@pytest.mark.parametrize("name", ["agreements", "duties", "invariants", "scopes", "sod", "views", "vocabulary"])
def test_every_key_of_the_shipped_files_is_on_the_line_that_is_told(shipped: dict[str, bytes], name: str) -> None:
    text = shipped[f"{name}.toml"].decode()
    lines, told = text.split("\n"), Lines(text)
    wrong = [path for path, _ in paths(tomllib.loads(text)) if str(path[-1]) not in lines[told.of(*path) - 1]]
    assert wrong == []
