"""policies/sod.toml: which roles, and which acts, one person may not combine."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.separation import Act, Separation, Sequence
from gateway.access.vocabulary import Vocabulary

FILE = "sod.toml"
_STATIC: Schema = {
    "id": Field("text"),
    "one": Field("texts"),
    "other": Field("texts", required=False, default=()),
    "other_with_data": Field("flag", required=False, default=False),
    "line": Field("text"),
}
_DYNAMIC: Schema = {
    **dict.fromkeys(("id", "object", "line"), Field("text")),
    **dict.fromkeys(("first", "then"), Field("pairs")),
}


def parse(document: Document, vocabulary: Vocabulary) -> tuple[tuple[Separation, ...], tuple[Sequence, ...]]:
    """Static and dynamic separations; faults are noted in the document."""
    document.only("static", "dynamic")
    static = list(document.rows(("static",), document.data.get("static", []), _STATIC))
    dynamic = list(document.rows(("dynamic",), document.data.get("dynamic", []), _DYNAMIC))
    for key in ("static", "dynamic"):
        if not document.data.get(key):
            document.fault((key,), f"there is no [[{key}]]", "put the shipped ones back")
    unique([*static, *dynamic])
    separations = tuple(_separation(row, vocabulary) for row in static)
    return separations, tuple(_sequence(row, vocabulary) for row in dynamic)


def unique(rows: Iterable[Record]) -> None:
    """Note every id that stands twice."""
    seen: dict[str, int] = {}
    for row in rows:
        if row["id"] in seen:
            rule = f"id '{row['id']}' stands at line {seen[row['id']]} already"
            row.document.faults.add(*row.at("id"), rule, "give it another id")
        seen[row["id"]] = row.at("id")[1]


def _separation(row: Record, vocabulary: Vocabulary) -> Separation:
    faults = row.document.faults
    for key in ("one", "other"):
        for role in row[key]:
            faults.unless_known(role, vocabulary.roles, "role", row.at(key))
    if bool(row["other"]) == row["other_with_data"]:
        faults.add(*row.at("other"), "either 'other' or 'other_with_data' has to say from whom", "write one of the two")
    with_data = {role.name for role in vocabulary.roles.values() if role.data}
    one, other = frozenset(row["one"]), frozenset(row["other"]) or frozenset(with_data)
    if not one or one & other:
        faults.add(*row.at("one"), "a role is kept apart from itself, or none is named", "name each on one side only")
    return Separation(row["id"], one, other, row["line"], row.at()[1])


def _sequence(row: Record, vocabulary: Vocabulary) -> Sequence:
    first, then = (_act(row, key, vocabulary) for key in ("first", "then"))
    if first == then:
        rule = "an act is kept apart from itself"
        row.document.faults.add(*row.at("then"), rule, "name the act that follows the first")
    return Sequence(row["id"], row["object"], first, then, row["line"])


def _act(row: Record, key: str, vocabulary: Vocabulary) -> Act:
    words, faults = row[key], row.document.faults
    if set(words) != {"resource", "action"}:
        mend = 'write { resource = "…", action = "…" }'
        faults.add(*row.at(key), f"'{key}' names no resource and action", mend)
        return "", ""
    resource, action = words["resource"], words["action"]
    if faults.unless_known(resource, vocabulary.resources, "resource", row.at(key)):
        faults.unless_known(action, vocabulary.resources[resource].actions, f"action of {resource}", row.at(key))
    return resource, action
