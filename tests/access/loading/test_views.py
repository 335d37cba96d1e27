"""views.toml: each part one table, each column once and of a known class, each default sort of the part."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.access.loader import load

Told = Callable[..., tuple[str, ...]]
Small = Callable[..., dict[str, bytes]]
FILE = "views.toml"
COLUMN = '  { name = "title", class = "word", filter = true, sort = true },\n'


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ('store = "archive"', 'store = "arcive"', 2, "'arcive' is no known store: write 'archive'"),
        ('"paper"', '"Paper"', 5, "'Paper' is no name: use small letters, digits and underscores"),
        ('name = "papers"', 'name = "a paper"', 4, "'a paper' is no name"),
        ('"-title"', '"-titel"', 6, "'titel' is no known column of the part: write 'title'"),
        ('"-title"', '"title desc"', 6, "'title desc' is no known column of the part"),
        ('class = "word"', 'class = "wrod"', 8, "'wrod' is no known field class: write 'word'"),
        ('name = "title"', 'name = "title; --"', 8, "this is no column's name: use small letters"),
        ("filter = true", 'filter = "true"', 8, "'filter' has the wrong kind of value"),
        ("sort = true", "srot = true", 8, "'srot' is no known key: write 'sort'"),
        (COLUMN, COLUMN + COLUMN, 7, "'title' stands twice among columns: give each its own name, or remove one"),
        (COLUMN, "", 7, "the part shows no column: name one, or remove the part"),
        ('table = "paper"', 'table = "paper"\npage_size = 0', 6, "a page has no such size: write 1 to 10000"),
        ('table = "paper"', 'table = "paper"\npage_size = 10001', 6, "a page has no such size"),
        ('table = "paper"', 'table = "paper"\nkeys = ["a b"]', 6, "'a b' is no name"),
        (
            'table = "paper"',
            'table = "paper"\nuses = ["place"]',
            6,
            "'place' is no name: use small letters, digits and",
        ),
        ("[view.log]", "[views.log]", 10, "'views' is no known section: write 'view'"),
    ],
)
def test_a_damaged_view_is_refused_on_its_line(faults: Told, old: str, new: str, line: int, rule: str) -> None:
    assert any(told.startswith(f"{FILE}:{line}: {rule}") for told in faults((FILE, old, new)))


def test_two_parts_of_one_name_are_refused(faults: Told) -> None:
    part = f'[[view.papers.part]]\nname = "papers"\ntable = "other"\ndefault_sort = "title"\ncolumns = [\n{COLUMN}]\n'
    refused = faults((FILE, "[view.log]", f"{part}[view.log]"))
    assert refused == (f"{FILE}:3: 'papers' stands twice among part: give each its own name, or remove one",)


def test_a_part_may_be_sorted_by_its_key_and_use_a_joined_column(small: Small) -> None:
    new = 'default_sort = "title"\nkeys = ["handle"]\nuses = ["place.code"]\ncounted = false\npage_size = 10000'
    (part,) = load(small((FILE, 'default_sort = "-title"', new))).views["papers"].parts
    assert (part.keys, part.uses, part.counted, part.page_size) == (("handle",), ("place.code",), False, 10_000)
    by_key = new.replace('"title"', '"handle"')
    assert load(small((FILE, 'default_sort = "-title"', by_key))).views["papers"].parts[0].default_sort == "handle"


def test_a_part_that_is_no_list_of_tables_is_refused(faults: Told) -> None:
    refused = faults((FILE, '[view.log]\nstore = "journal"\n', '[view.log]\nstore = "journal"\npart = "all"\n'))
    assert refused == (f"{FILE}:12: 'part' has the wrong kind of value: write a list of tables",)
