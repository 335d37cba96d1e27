"""policies/invariants.toml: sentences that no policy may break."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gateway.access.invariants import KINDS, Invariant
from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.loading.separation import unique
from gateway.access.vocabulary import Vocabulary

FILE = "invariants.toml"
_LISTS = {
    "roles": "role",
    "role_classes": "class of role",
    "field_classes": "field class",
    "stores": "store",
    "duties": "duty",
    "scopes": "scope",
}
_SCHEMA: Schema = {
    **dict.fromkeys(("id", "kind", "sentence"), Field("text")),
    **dict.fromkeys(_LISTS, Field("texts", required=False, default=())),
}


def parse(
    document: Document, vocabulary: Vocabulary, scopes: Collection[str], duties: Collection[str]
) -> tuple[Invariant, ...]:
    """Invariants; faults are noted in the document."""
    document.only("invariant")
    rows = list(document.rows(("invariant",), document.data.get("invariant", []), _SCHEMA))
    if not rows:
        document.fault(("invariant",), "there is no invariant", "put the shipped ones back")
    unique(rows)
    known = {
        "roles": vocabulary.roles,
        "role_classes": {role.role_class for role in vocabulary.roles.values()},
        "field_classes": vocabulary.field_classes,
        "stores": vocabulary.stores,
        "scopes": scopes,
        "duties": duties,
    }
    return tuple(_invariant(row, vocabulary, known) for row in rows)


def _invariant(row: Record, vocabulary: Vocabulary, known: Mapping[str, Collection[str]]) -> Invariant:
    for key, words in known.items():
        for word in row[key]:
            row.document.faults.unless_known(word, words, _LISTS[key], row.at(key))
    _says_what_its_kind_needs(row)
    of_classes = {name for each in row["role_classes"] for name in vocabulary.roles_of(each)}
    roles = frozenset(row["roles"]) | of_classes
    return Invariant(
        id=row["id"],
        kind=row["kind"],
        sentence=row["sentence"],
        roles=roles,
        field_classes=frozenset(row["field_classes"]),
        stores=frozenset(row["stores"]),
        duties=frozenset(row["duties"]),
        scopes=frozenset(row["scopes"]),
        line=row.at()[1],
    )


def _says_what_its_kind_needs(row: Record) -> None:
    if not row.document.faults.unless_known(row["kind"], KINDS, "kind of invariant", row.at("kind")):
        return
    needs = KINDS[row["kind"]].needs
    given = {"roles" if key == "role_classes" else key for key in _LISTS if row[key]}
    for key in sorted(needs - given):
        rule = f"an invariant of kind {row['kind']} says which {key.replace('_', ' ')}"
        row.document.faults.add(*row.at(), rule, f'add {key} = ["…"]')
    for key in sorted(given - needs):
        rule = f"an invariant of kind {row['kind']} has no {key.replace('_', ' ')}"
        row.document.faults.add(*row.at(key), rule, "remove it, or choose another kind")
