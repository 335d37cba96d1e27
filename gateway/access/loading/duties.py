"""policies/duties.toml: what has to be so at the time of a request, besides the rule."""

from __future__ import annotations

from gateway.access.duties import KINDS, Duty
from gateway.access.loading.documents import Document, Field, Schema

FILE = "duties.toml"
_SCHEMA: Schema = {"kind": Field("text"), "line": Field("text")}


def parse(document: Document) -> dict[str, Duty]:
    """Duties by name; faults are noted in the document."""
    document.only("duty")
    rows = dict(document.tables("duty", _SCHEMA))
    for row in rows.values():
        document.faults.unless_known(row["kind"], KINDS, "kind of duty", row.at("kind"))
    return {name: Duty(name, row["kind"], row["line"]) for name, row in rows.items()}
