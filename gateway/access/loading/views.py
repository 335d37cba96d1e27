"""policies/views.toml: which columns of which tables, each with its field class."""

from __future__ import annotations

import re

from gateway.access.grant import Column, View, ViewPart
from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.vocabulary import Vocabulary

FILE = "views.toml"
_LARGEST_PAGE = 10_000
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_USE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_VIEW: Schema = {"store": Field("text"), "part": Field("tables", required=False, default=())}
_PART: Schema = {
    "name": Field("text"),
    "table": Field("text"),
    "columns": Field("tables"),
    "keys": Field("texts", required=False, default=()),
    "uses": Field("texts", required=False, default=()),
    "counted": Field("flag", required=False, default=True),
    "default_sort": Field("text"),
    "page_size": Field("number", required=False, default=50),
}
_COLUMN: Schema = {
    "name": Field("text"),
    "class": Field("text"),
    "filter": Field("flag", required=False, default=False),
    "sort": Field("flag", required=False, default=False),
    "several": Field("flag", required=False, default=False),
    "numbered": Field("flag", required=False, default=False),
}


def parse(document: Document, vocabulary: Vocabulary) -> dict[str, View]:
    """Views by name; faults are noted in the document."""
    document.only("view")
    return {name: _view(name, row, vocabulary) for name, row in document.tables("view", _VIEW)}


def _view(name: str, row: Record, vocabulary: Vocabulary) -> View:
    row.document.faults.unless_known(row["store"], vocabulary.stores, "store", row.at("store"))
    path = (*row.path, "part")
    parts = tuple(_part(part, vocabulary) for part in row.document.rows(path, list(row["part"]), _PART))
    _once(row, "part", [part.name for part in parts])
    return View(name, row["store"], parts)


def _part(row: Record, vocabulary: Vocabulary) -> ViewPart:
    columns = tuple(_column(each, vocabulary) for each in _columns(row))
    _once(row, "columns", [column.name for column in columns])
    _names(row)
    _sorted_by_something(row, columns)
    if not 1 <= row["page_size"] <= _LARGEST_PAGE:
        row.document.faults.add(*row.at("page_size"), "a page has no such size", f"write 1 to {_LARGEST_PAGE}")
    keys, uses = tuple(row["keys"]), tuple(row["uses"])
    return ViewPart(
        row["name"], row["table"], columns, keys, uses, row["counted"], row["default_sort"], row["page_size"]
    )


def _columns(row: Record) -> list[Record]:
    if not row["columns"]:
        row.document.faults.add(*row.at("columns"), "the part shows no column", "name one, or remove the part")
    return list(row.document.rows((*row.path, "columns"), row["columns"], _COLUMN))


def _column(row: Record, vocabulary: Vocabulary) -> Column:
    row.document.faults.unless_known(row["class"], vocabulary.field_classes, "field class", row.at("class"))
    if not _NAME.fullmatch(row["name"]):
        row.document.faults.add(
            *row.at("name"), "this is no column's name", "use small letters, digits and underscores"
        )
    return Column(row["name"], row["class"], row["filter"], row["sort"], row["several"], row["numbered"])


def _names(row: Record) -> None:
    for key, words, form in (
        ("name", [row["name"]], _NAME),
        ("table", [row["table"]], _NAME),
        ("keys", row["keys"], _NAME),
        ("uses", row["uses"], _USE),
    ):
        for word in words:
            if not form.fullmatch(word):
                mend = "use small letters, digits and underscores" + (": table.column" if form is _USE else "")
                row.document.faults.add(*row.at(key), f"'{word}' is no name", mend)


def _sorted_by_something(row: Record, columns: tuple[Column, ...]) -> None:
    known = {column.name for column in columns} | set(row["keys"])
    row.document.faults.unless_known(
        row["default_sort"].removeprefix("-"), known, "column of the part", row.at("default_sort")
    )


def _once(row: Record, key: str, names: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        rule = f"'{name}' stands twice among {key}"
        row.document.faults.add(*row.at(key), rule, "give each its own name, or remove one")
