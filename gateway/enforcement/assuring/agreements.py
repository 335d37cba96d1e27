"""Agreements, parties, approvals and storage, as policies/agreements.toml and the settings have them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gateway.access.agreements import MEETS_STANDARDS, PARTICIPATING, Agreement
from gateway.access.snapshot import PolicySnapshot
from gateway.access.standing import closed_for_good, standing
from gateway.enforcement.assuring.pack import NOT_RECORDED, Section, day, section, yes
from gateway.settings import Settings
from gateway.stores.result import Cell

Row = tuple[Cell, ...]
AGREEMENTS = (
    "agreements",
    "Agreements",
    "Each term with its dates, and how the agreement stands today.",
    (
        "agreement", "title", "from", "to", "source", "demonstration", "served", "in_force", "why", "opt_out",
        "legal_basis",
    ),
)  # fmt: skip
PARTIES = (
    "parties",
    "Parties",
    "Who is listed, who is barred, and which practices take part.",
    ("agreement", "kind", "organisation", "name", "from", "to", "today", "source"),
)
APPROVALS = (
    "approvals",
    "Approvals and the Data Security and Protection Toolkit",
    "Section 251 approval, and each party's toolkit status with its expiry.",
    ("agreement", "approval", "organisation", "status", "from", "to", "today", "source"),
)
STORAGE = (
    "storage",
    "Storage",
    "Where the stores are, beside the addresses that the agreement lists.",
    ("agreement", "address", "from", "to", "listed_today", "stores_are_here"),
)


def sections(policy: PolicySnapshot, settings: Settings, on: date) -> Iterator[Section]:
    """Everything that is said of the agreements themselves, on a day."""
    every = [policy.agreements[key] for key in sorted(policy.agreements)]
    yield section(*AGREEMENTS, (row for one in every for row in _terms(one, policy, on)))
    yield section(*PARTIES, (row for one in every for row in _parties(one, on)))
    yield section(*APPROVALS, (row for one in every for row in _approvals(one, on)))
    yield section(*STORAGE, (row for one in every for row in _storage(one, settings, on)))


def _terms(one: Agreement, policy: PolicySnapshot, on: date) -> Iterator[Row]:
    closed = policy.closed.get(one.key)
    stands = closed_for_good(closed).on(on) if closed else standing(one, on)
    served = "closed" if closed else yes(one.key in policy.served)
    for term in one.terms:
        dates = (day(term.first), day(term.last))
        now = (served, yes(stands.refusal is None), stands.lapsed or "-", one.opt_out_regime(on))
        yield one.reference, one.title, *dates, term.source, yes(term.demonstration), *now, one.legal_basis


def _parties(one: Agreement, on: date) -> Iterator[Row]:
    for kind, rows in (("", one.parties), ("barred", one.barred), (PARTICIPATING, one.practices)):
        for row in rows:
            name = getattr(row, "name", "")
            dates = (day(row.first), day(row.last), yes(row.covers(on)))
            yield one.reference, kind or getattr(row, "kind", ""), row.organisation, name, *dates, row.source


def _approvals(one: Agreement, on: date) -> Iterator[Row]:
    for row in one.approvals:
        dates = (day(row.first), day(row.last), yes(row.covers(on)), row.source)
        yield one.reference, "section 251", "all parties", "approved", *dates
    for kept in one.toolkits:
        counts = kept.covers(on) and kept.status in MEETS_STANDARDS
        dates = (day(kept.first), day(kept.last), yes(counts), kept.source)
        yield one.reference, "toolkit", kept.organisation, kept.status, *dates
    known = {row.organisation for row in one.toolkits}
    missing = {row.organisation for row in one.parties} - known
    for code in sorted(missing):
        yield one.reference, "toolkit", code, NOT_RECORDED, NOT_RECORDED, NOT_RECORDED, "no", NOT_RECORDED


def _storage(one: Agreement, settings: Settings, on: date) -> Iterator[Row]:
    ours = settings.storage_address.get(one.key)
    for row in one.addresses:
        here = one.key in settings.agreements and row.address == ours
        yield one.reference, row.address, day(row.first), day(row.last), yes(row.covers(on)), yes(here)
    if not one.addresses:
        yield one.reference, ours, None, None, "no", yes(ours is not None)
