"""policies/review.toml: which patterns on the log are looked at by a person, and what comes of it."""

from __future__ import annotations

from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.review import KINDS, LIMITS, Review, ReviewRule

FILE = "review.toml"
_ALWAYS = ("at_least", "due_days")
_RULE: Schema = {
    **dict.fromkeys(("kind", "line"), Field("text")),
    **dict.fromkeys(_ALWAYS, Field("number")),
    **dict.fromkeys((name for name in LIMITS if name not in _ALWAYS), Field("number", required=False)),
}
_OUTCOME: Schema = {"line": Field("text")}


def parse(document: Document) -> Review:
    """Rules and outcomes; faults are noted in the document."""
    document.only("rule", "outcome")
    rules = {name: _rule(name, row) for name, row in document.tables("rule", _RULE)}
    outcomes = {name: row["line"] for name, row in document.tables("outcome", _OUTCOME)}
    return Review(rules, outcomes)


def _rule(name: str, row: Record) -> ReviewRule:
    document, kind = row.document, row["kind"]
    given = {threshold: row[threshold] for threshold in LIMITS if row[threshold] is not None}
    if document.faults.unless_known(kind, KINDS, "kind of review rule", row.at("kind")):
        wanted = {*_ALWAYS, *KINDS[kind]}
        for threshold in sorted(wanted - given.keys()):
            document.fault(row.path, f"'{threshold}' is missing", f"add {threshold} = a whole number")
        for threshold in sorted(given.keys() - wanted):
            document.fault((*row.path, threshold), f"kind '{kind}' has no '{threshold}'", "remove the line")
    for threshold, number in given.items():
        least, most = LIMITS[threshold]
        if not least <= number <= most:
            mend = f"write a number from {least} to {most}"
            document.fault((*row.path, threshold), f"'{threshold}' is out of bounds", mend)
    if given.get("opens", 0) >= given.get("closes", LIMITS["closes"][1]):
        document.fault((*row.path, "opens"), "a day opens before it closes", "write an hour before 'closes'")
    others = {threshold: number for threshold, number in given.items() if threshold not in _ALWAYS}
    return ReviewRule(name, kind, row["line"], given["at_least"], given["due_days"], others)
