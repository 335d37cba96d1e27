"""policies/vocabulary.toml: every word that a policy may use."""

from __future__ import annotations

import re

from gateway.access.agreements import PARTICIPATING
from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.vocabulary import NO_AGREEMENT, Purpose, Resource, Role, StoreWord, Vocabulary

FILE = "vocabulary.toml"
SECTIONS = ("role", "purpose", "resource", "field_class", "reason", "store")
PARTIES = ("controller", "processor", PARTICIPATING)
_ACTION = re.compile(r"[a-z]+")
_TEXT = Field("text")
_ROLE: Schema = {
    **dict.fromkeys(("title", "line", "code", "class", "party"), _TEXT),
    **dict.fromkeys(("data", "barred"), Field("flag")),
}
_PURPOSE: Schema = dict.fromkeys(("hl7", "system", "line"), _TEXT)
_RESOURCE: Schema = {"actions": Field("texts"), "line": _TEXT}
_LINE: Schema = {"line": _TEXT}
_STORE: Schema = {"agreement": _TEXT, "line": _TEXT}


def parse(document: Document) -> Vocabulary:
    """The vocabulary; faults are noted in the document."""
    document.only(*SECTIONS)
    resources = {name: _resource(name, row) for name, row in document.tables("resource", _RESOURCE)}
    stores = {name: _store(name, row) for name, row in document.tables("store", _STORE)}
    return Vocabulary(
        roles={name: _role(name, row) for name, row in document.tables("role", _ROLE)},
        purposes={name: Purpose(name, **row.values) for name, row in document.tables("purpose", _PURPOSE)},
        resources=resources,
        field_classes={name: row["line"] for name, row in document.tables("field_class", _LINE)},
        reasons={name: row["line"] for name, row in document.tables("reason", _LINE)},
        stores=stores,
    )


def _role(name: str, row: Record) -> Role:
    faults = row.document.faults
    faults.unless_known(row["party"], (*PARTIES, NO_AGREEMENT), "kind of party", row.at("party"))
    if row["data"] and (row["barred"] or row["party"] == NO_AGREEMENT):
        mend = "give it a kind of party, and barred = false, or data = false"
        faults.add(*row.at("data"), f"role '{name}' reaches data and is barred or of no party", mend)
    words = {key: row[key] for key in ("title", "line", "code", "data", "barred")}
    party = "" if row["party"] == NO_AGREEMENT else row["party"]
    return Role(name, role_class=row["class"], party=party, **words)


def _resource(name: str, row: Record) -> Resource:
    actions = tuple(row["actions"])
    if not actions or not all(_ACTION.fullmatch(action) for action in actions):
        rule = f"resource '{name}' has no actions, or one that is no word of small letters"
        row.document.faults.add(*row.at("actions"), rule, 'write actions = ["list", "read"]')
    return Resource(name, actions, row["line"])


def _store(name: str, row: Record) -> StoreWord:
    agreement = row["agreement"]
    return StoreWord(name, "" if agreement == NO_AGREEMENT else agreement, row["line"])
