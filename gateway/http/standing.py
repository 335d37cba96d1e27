"""How the agreements stand on a day, in words: for the administrator's page and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gateway.access.agreements import DatedRow
from gateway.access.snapshot import PolicySnapshot
from gateway.access.standing import closed_for_good, standing


def told(policy: PolicySnapshot, key: str, day: date) -> dict[str, Any]:
    """One agreement: its reference, whether it is in force on `day` and why not, and its dated rows."""
    agreement = policy.agreements[key]
    closed = policy.closed.get(key)
    stands = closed_for_good(closed).on(day) if closed else standing(agreement, day)
    return {
        "agreement": key,
        "reference": agreement.reference,
        "title": agreement.title,
        "legal_basis": agreement.legal_basis,
        "served": key in policy.served,
        "in_force": stands.refusal is None,
        "why": stands.lapsed,
        "closed": closed.isoformat() if closed else None,
        "renewals": len(agreement.terms) - 1,
        "demonstration": agreement.is_demonstration(day),
        "terms": [{**_dates(row), "purposes": sorted(row.purposes)} for row in agreement.terms],
        "parties": [
            {**_dates(row), "organisation": row.organisation, "name": row.name, "kind": row.kind}
            for row in agreement.parties
        ],
        "barred": [{**_dates(row), "organisation": row.organisation, "name": row.name} for row in agreement.barred],
        "practices": [{**_dates(row), "organisation": row.organisation} for row in agreement.practices],
        "approvals": _all_dates(agreement.approvals),
        "toolkits": [
            {**_dates(row), "organisation": row.organisation, "status": row.status} for row in agreement.toolkits
        ],
        "storage_addresses": [{**_dates(row), "address": row.address} for row in agreement.addresses],
    }


def _all_dates(rows: Iterable[DatedRow]) -> list[dict[str, Any]]:
    return [{**_dates(row), "source": row.source} for row in rows]


def _dates(row: DatedRow) -> dict[str, Any]:
    return {"first": row.first.isoformat(), "last": row.last.isoformat() if row.last else None}
