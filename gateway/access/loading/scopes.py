"""policies/scopes.toml: which rows. A condition is a few words of SQL, and each of them is checked here."""

from __future__ import annotations

import re

from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.release import ScopeTemplate
from gateway.access.vocabulary import Vocabulary

FILE = "scopes.toml"
ATTRIBUTES = frozenset({"organisation", "user", "employer"})
_WORDS = frozenset({"AND", "OR", "NOT", "IS", "NULL"})
_TOKEN = re.compile(r"\s*(?::(?P<parameter>[a-z_]+)|(?P<word>[A-Za-z_]+)|[0-9]+|<=|>=|<>|[=<>()])\s*")
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
    words, parameters = _read(row)
    _same(row, "columns", words, set(row["columns"]))
    _same(row, "parameters", parameters, set(row["parameters"]))
    columns, stores = tuple(row["columns"]), frozenset(row["stores"])
    return ScopeTemplate(name, row["line"], row["where"], columns, row["parameters"], stores)


def _read(row: Record) -> tuple[set[str], set[str]]:
    """Columns and parameters of the condition; notes whatever is none of the few words allowed."""
    where, at = row["where"], 0
    words: set[str] = set()
    parameters: set[str] = set()
    while at < len(where):
        token = _TOKEN.match(where, at)
        if token is None:
            mend = "use columns, :parameters, whole numbers, comparisons, AND, OR, NOT, IS NULL and brackets"
            row.document.faults.add(*row.at("where"), "the condition has something that is not allowed", mend)
            break
        words |= {token["word"]} - {None} - _WORDS
        parameters |= {token["parameter"]} - {None}
        at = token.end()
    return words, parameters


def _same(row: Record, key: str, used: set[str], declared: set[str]) -> None:
    for name in sorted(used - declared):
        rule = f"'{name}' stands in the condition and not in {key}"
        row.document.faults.add(*row.at("where"), rule, f"add it to {key}, or correct the condition")
    for name in sorted(declared - used):
        rule = f"'{name}' stands in {key} and not in the condition"
        row.document.faults.add(*row.at(key), rule, "remove it, or use it in the condition")
