"""policies/agreements.toml: each agreement's dated rows, none of which may overlap another about the same thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from gateway.access import agreements as rows
from gateway.access.loading.documents import Document, Field, Record, Schema
from gateway.access.vocabulary import Vocabulary
from gateway.identifiers import AgreementReference, OrganisationCode, PracticeCode

FILE = "agreements.toml"
OPT_OUT_REGIMES = frozenset({"type_2_applied", "national_data_opt_out_applied", "not_applied"})
TOOLKIT_STATUSES = frozenset({*rows.MEETS_STANDARDS, "standards not met"})
_KEY = re.compile(r"[A-Z]{2,8}")
_TEXT = Field("text")
_DATED: Schema = {
    "from": Field("date"),
    "to": Field("date", required=False),
    "source": _TEXT,
    "demonstration": Field("flag", required=False, default=False),
}
_ROWS: dict[str, Schema] = {
    "term": {**_DATED, "purposes": Field("texts")},
    "section_251": _DATED,
    "party": {**_DATED, "organisation": _TEXT, "name": _TEXT, "kind": _TEXT},
    "barred": {**_DATED, "organisation": _TEXT, "name": _TEXT},
    "toolkit": {**_DATED, "organisation": _TEXT, "status": _TEXT},
    "participating_practice": {**_DATED, "organisation": _TEXT},
    "storage_address": {**_DATED, "address": _TEXT},
    "opt_out": {**_DATED, "regime": _TEXT},
    "instruction": {
        **_DATED,
        "reference": _TEXT,
        "given_by": _TEXT,
        "at_risk_method": Field("text", required=False, default=""),
        "threshold": Field("number", required=False, default=0),
    },
}
_AGREEMENT: Schema = {
    **dict.fromkeys(("reference", "title", "legal_basis"), _TEXT),
    "data_sets": Field("texts"),
    **{name: Field("tables", required=name == "term", default=()) for name in _ROWS},
}

Row = TypeVar("Row", bound=rows.DatedRow)


def parse(document: Document, vocabulary: Vocabulary) -> dict[str, rows.Agreement]:
    """Agreements by key; faults are noted in the document."""
    document.only("agreement")
    found = document.data.get("agreement", {})
    if not isinstance(found, dict) or not found:
        document.fault(("agreement",), "there is no [agreement.…]", "add at least one")
        return {}
    agreements = {key: _agreement(document, key, table, vocabulary) for key, table in found.items()}
    sound = {key: agreement for key, agreement in agreements.items() if agreement is not None}
    _told_apart(document, sound)
    return sound


def _agreement(document: Document, key: str, table: object, vocabulary: Vocabulary) -> rows.Agreement | None:
    path = ("agreement", key)
    if not _KEY.fullmatch(key):
        document.fault(path, f"'{key}' is no agreement's key", "use two to eight capital letters")
    row = document.record(path, table, _AGREEMENT)
    if row is None:
        return None
    _parsed(row, "reference", AgreementReference.parse)
    dated = _Dated(row, vocabulary)
    return rows.Agreement(
        key=key,
        **{name: row[name] for name in ("reference", "title", "legal_basis")},
        data_sets=tuple(row["data_sets"]),
        terms=dated.all("term", rows.Term, alone=""),
        approvals=dated.all("section_251", rows.Approval, alone=""),
        parties=dated.all("party", rows.Party, alone="organisation"),
        barred=dated.all("barred", rows.Barred, alone="organisation"),
        toolkits=dated.all("toolkit", rows.Toolkit, alone="organisation"),
        practices=dated.all("participating_practice", rows.OrganisationRow, alone="organisation"),
        addresses=dated.all("storage_address", rows.StorageAddress, alone="address"),
        opt_outs=dated.all("opt_out", rows.OptOut, alone=""),
        instructions=dated.all("instruction", rows.Instruction, alone="reference"),
    )


class _Dated:
    """The dated rows of one agreement, kind by kind."""

    def __init__(self, agreement: Record, vocabulary: Vocabulary) -> None:
        self._agreement, self._vocabulary = agreement, vocabulary
        self._parties = {str(party.get("organisation")) for party in agreement["party"]}

    def all(self, kind: str, make: Callable[..., Row], *, alone: str) -> tuple[Row, ...]:
        """Rows of `kind`, checked; two with the same `alone` (or any two, where it is '') may not overlap."""
        document, path = self._agreement.document, (*self._agreement.path, kind)
        records = list(document.rows(path, list(self._agreement[kind]), _ROWS[kind]))
        made = [self._made(kind, record, make) for record in records]
        _apart(records, made, alone)
        return tuple(made)

    def _made(self, kind: str, record: Record, make: Callable[..., Row]) -> Row:
        values: dict[str, Any] = dict(record.values)
        _in_order(record)
        self._words(kind, record)
        if "purposes" in values:
            values["purposes"] = frozenset(values["purposes"])
        return make(first=values.pop("from"), last=values.pop("to"), **values)

    def _words(self, kind: str, record: Record) -> None:
        faults = record.document.faults
        if "organisation" in record.values:
            code = PracticeCode.parse if kind == rows.PARTICIPATING else OrganisationCode.parse
            _parsed(record, "organisation", code)
        for purpose in record.values.get("purposes", ()):
            faults.unless_known(purpose, self._vocabulary.purposes, "purpose", record.at("purposes"))
        closed = {"kind": ("controller", "processor"), "status": TOOLKIT_STATUSES, "regime": OPT_OUT_REGIMES}
        for key in closed.keys() & record.values.keys():
            faults.unless_known(record[key], closed[key], key, record.at(key))
        if kind == "toolkit":
            faults.unless_known(
                record["organisation"], self._parties, "party of the agreement", record.at("organisation")
            )
        if kind == "barred":
            self._bar(record)

    def _bar(self, record: Record) -> None:
        faults = record.document.faults
        if record["to"] is not None:
            faults.add(*record.at("to"), "a bar has no end", "remove 'to'; to lift the bar, remove the row")
        if record["organisation"] in self._parties:
            faults.add(
                *record.at("organisation"), "a party of the agreement is barred", "remove the one row or the other"
            )


def _parsed(record: Record, key: str, parse_code: Callable[[str], object]) -> None:
    try:
        parse_code(record[key])
    except ValueError as error:
        record.document.faults.add(*record.at(key), f"'{key}' is {error}", "write the code as the register has it")


def _told_apart(document: Document, agreements: Mapping[str, rows.Agreement]) -> None:
    keys: dict[str, str] = {}
    for key, agreement in agreements.items():
        other = keys.setdefault(agreement.reference, key)
        if other != key:
            rule = f"'{agreement.reference}' is the reference of {other} already"
            document.fault(("agreement", key, "reference"), rule, "write each agreement's own")


def _in_order(record: Record) -> None:
    if record["to"] is not None and record["to"] < record["from"]:
        record.document.faults.add(*record.at("to"), "the row ends before it begins", "correct 'from' or 'to'")


def _apart(records: list[Record], made: Iterable[rows.DatedRow], alone: str) -> None:
    numbered = list(zip(records, made, strict=True))
    for later, (record, row) in enumerate(numbered):
        for other_record, other in numbered[:later]:
            same = not alone or record[alone] == other_record[alone]
            if same and _end(row) >= other.first and _end(other) >= row.first:
                first = other_record.at()[1]
                rule = f"the row overlaps the one at line {first}"
                record.document.faults.add(*record.at(), rule, "end the earlier one the day before the later begins")


def _end(row: rows.DatedRow) -> date:
    return row.last or date.max
