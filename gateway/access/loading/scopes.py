"""policies/scopes.toml: which rows. A condition is a few words of SQL; each of them, and their order, is checked here.

A bracket too many would close the one that the statement puts around a scope, and widen it.
"""

from __future__ import annotations

import re

from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.release import ScopeTemplate
from gateway.access.vocabulary import Vocabulary

FILE = "scopes.toml"
ATTRIBUTES = frozenset({"organisation", "user", "employer"})
_TOKEN = re.compile(
    r"\s*(?:(?P<compares>IS\s+NOT\b|IS\b|<=|>=|<>|[=<>])|(?P<joins>AND\b|OR\b)|(?P<denies>NOT\b)"
    r"|(?P<opens>\()|(?P<closes>\))|:(?P<parameter>[a-z_]+)\b|(?P<constant>NULL\b|[0-9]+\b)|(?P<column>[a-z][a-z0-9_]*))\s*"
)
_SHAPES = {"compares": "c", "joins": "j", "denies": "n", "opens": "(", "closes": ")"}
_VALUE = "v"
_SCHEMA: Schema = {
    "line": Field("text"),
    "where": Field("text"),
    "columns": Field("texts"),
    "parameters": Field("pairs"),
    "stores": Field("texts"),
}


def parse(document: Document, vocabulary: Vocabulary) -> dict[str, ScopeTemplate]:
    """Scopes by name; faults are noted in the document."""
    document.only("scope")
    return {name: _scope(name, row, vocabulary) for name, row in document.tables("scope", _SCHEMA)}


def _scope(name: str, row: Record, vocabulary: Vocabulary) -> ScopeTemplate:
    faults = row.document.faults
    for store in row["stores"]:
        faults.unless_known(store, vocabulary.stores, "store", row.at("stores"))
    for attribute in row["parameters"].values():
        faults.unless_known(attribute, ATTRIBUTES, "attribute of a subject", row.at("parameters"))
    used = _read(row)
    _same(row, "columns", used["column"], set(row["columns"]))
    _same(row, "parameters", used["parameter"], set(row["parameters"]))
    columns, stores = tuple(row["columns"]), frozenset(row["stores"])
    return ScopeTemplate(name, row["line"], row["where"], columns, row["parameters"], stores)


def _read(row: Record) -> dict[str, set[str]]:
    """Columns and parameters of the condition; notes whatever is none of the few words allowed, or out of order."""
    where, at, shape = row["where"], 0, ""
    used: dict[str, set[str]] = {"column": set(), "parameter": set()}
    while at < len(where):
        token = _TOKEN.match(where, at)
        if token is None:
            mend = "use columns, :parameters, whole numbers, comparisons, AND, OR, NOT, IS NULL and brackets"
            row.document.faults.add(*row.at("where"), "the condition has something that is not allowed", mend)
            return used
        kind = token.lastgroup or ""
        shape += _SHAPES.get(kind, _VALUE)
        used.setdefault(kind, set()).add(token[kind])
        at = token.end()
    if not _in_order(shape):
        mend = "compare two values, join comparisons with AND or OR, close each bracket"
        row.document.faults.add(*row.at("where"), "the condition is out of order", mend)
    return used


def _in_order(shape: str) -> bool:
    """Whether the condition is a comparison or a value (b), joined, denied and bracketed in pairs."""
    whole, before = re.sub("vcv|v", "b", shape), ""
    while whole != before:
        whole, before = re.sub(r"n?\(b(?:jb)*\)|nb", "b", whole), whole
    return re.fullmatch("b(?:jb)*", whole) is not None


def _same(row: Record, key: str, used: set[str], declared: set[str]) -> None:
    for name in sorted(used - declared):
        rule = f"'{name}' stands in the condition and not in {key}"
        row.document.faults.add(*row.at("where"), rule, f"add it to {key}, or correct the condition")
    for name in sorted(declared - used):
        rule = f"'{name}' stands in {key} and not in the condition"
        row.document.faults.add(*row.at(key), rule, "remove it, or use it in the condition")
