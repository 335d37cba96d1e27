"""The demonstration's own agreements.toml: the shipped one, whole, and further dated rows labelled as invented.

The register's terms ended in 2022; each added row says `demonstration = true` and stands for no real agreement.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

INSTRUCTION = "DEMONSTRATION-1"
AT_RISK_METHOD = "emergency_admissions"
THRESHOLD = 2
ADDRESSES: Mapping[str, str] = {
    "RS": "Demonstration data centre, this machine",
    "IV": "Demonstration Controlled Environment for Finance, this machine",
}
_SOURCE = "extended for the demonstration: stands for no real agreement"
_CONTROLLER = "06Q"
_LASTING = timedelta(days=5 * 365)
_HEAD = """
# Everything below was added for the demonstration. It stands for no real agreement, and its data is synthetic.
"""

Row = dict[str, object]


def demonstration_agreements(shipped: bytes, *, today: date, practices: Sequence[str]) -> bytes:
    """`shipped` with a further term of each agreement, from the day after its last to five years from `today`.

    Adds approvals, toolkit rows, a storage address (ADDRESSES), the instruction INSTRUCTION and, for risk
    stratification, the participating `practices` (codes). The same input gives the same bytes.
    """
    agreements: Mapping[str, Mapping[str, Any]] = tomllib.loads(shipped.decode())["agreement"]
    added = [
        _table(f"agreement.{key}.{kind}", row)
        for key, agreement in agreements.items()
        for kind, row in _rows(key, agreement, today, practices)
    ]
    return shipped + "\n".join([_HEAD, *added]).encode()


def _rows(key: str, agreement: Mapping[str, Any], today: date, practices: Sequence[str]) -> Iterator[tuple[str, Row]]:
    first = max(term["to"] for term in agreement["term"]) + timedelta(days=1)
    dates: Row = {"from": first, "to": max(first, today) + _LASTING, "source": _SOURCE, "demonstration": True}
    yield "term", {**dates, "purposes": agreement["term"][-1]["purposes"]}
    yield "section_251", dates
    for organisation in dict.fromkeys(party["organisation"] for party in agreement["party"]):
        yield "toolkit", {**dates, "organisation": organisation, "status": "standards met"}
    yield "storage_address", {**dates, "address": ADDRESSES[key]}
    yield "instruction", {**dates, "reference": INSTRUCTION, "given_by": _CONTROLLER, **_method(agreement)}
    if _is_for_practices(agreement):
        for practice in practices:
            yield "participating_practice", {**dates, "organisation": practice}


def _method(agreement: Mapping[str, Any]) -> Row:
    return {"at_risk_method": AT_RISK_METHOD, "threshold": THRESHOLD} if _is_for_practices(agreement) else {}


def _is_for_practices(agreement: Mapping[str, Any]) -> bool:
    return any("direct_care" in term["purposes"] for term in agreement["term"])


def _table(name: str, row: Row) -> str:
    lines = [f"{key} = {_written(value)}" for key, value in row.items()]
    return "\n".join([f"[[{name}]]", *lines, ""])


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
