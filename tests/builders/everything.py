"""An installation that serves both agreements, with a little in every table of every store and nothing of the intake.

Real stores and real policies with the demonstration's further term; two practices, so that one can be the other.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from gateway.access.decision import AccessRequest, Context, Membership, Subject, Value
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.installation import Plan, make
from gateway.settings import Settings, shipped_policies
from gateway.stores import risk_identifiable, risk_pseudonymised
from gateway.stores.accounts import pipeline
from gateway.stores.accounts.pipeline import Account
from gateway.stores.generations import Generation, path_of, point_to
from gateway.stores.risk_identifiable import schema as identifiable
from gateway.stores.risk_pseudonymised import schema as pseudonymised
from gateway.stores.vault import Connection, Vault, writing
from gateway.synthetic.demonstration_agreements import ADDRESSES, demonstration_agreements

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OURS, THEIRS = "Z99001", "Z99002"
NUMBERS = {OURS: "9990000018", THEIRS: "9990000026"}
BOTH = ("IV", "RS")
AGES = {"SUS+ to": "2026-09-30"}
INVOICE_TABLES = ("run", "delivery", "invoice", "line", "sus_row", "matched", "practice_commissioner", "notice")
OF_NO_PRACTICE = {"method", "score_count"}
_CHECKED = {"state": "RECEIVED", "status": "employee"}


def made(folder: Path) -> Settings:
    """The folder, its stores still empty."""
    policies = folder / "policies"
    shutil.copytree(shipped_policies(), policies)
    agreements = policies / "agreements.toml"
    agreements.write_bytes(demonstration_agreements(agreements.read_bytes(), today=DAY, practices=(OURS, THEIRS)))
    addresses = {f"GATEWAY_STORAGE_ADDRESS_{key}": address for key, address in ADDRESSES.items()}
    return make(Plan(folder, BOTH, extra={"GATEWAY_POLICIES": "policies", **addresses}))


def filled(settings: Settings) -> None:
    """A row for each practice in every table of a risk run that is of one, and one in every other and of invoices."""
    vault = Vault(settings.keys)
    for schema in (identifiable, pseudonymised):
        run = Generation(vault, settings.home, schema.NAME, 1, schema.TABLES)
        scratch = vault.connect(schema.NAME, path_of(settings.home, schema.NAME, 1))
        rows = {
            table: [row_for(scratch, table, practice) for practice in ((OURS,) if table in OF_NO_PRACTICE else NUMBERS)]
            for table in schema.INSERTS
        }
        scratch.close()
        for table, statement in schema.INSERTS.items():
            run.add(statement, rows[table])
        run.finish(AGES, schema.INDEXES)
    point_to(settings.home, 1)
    connection = vault.connect("invoices", settings.home / "invoices.db")
    with writing(connection):
        for table in INVOICE_TABLES:
            row = row_for(connection, table, OURS)
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 our own
    connection.close()


def row_for(connection: Connection, table: str, practice: str) -> tuple[str | int | bytes, ...]:
    """A value for each column of a table: what the column is called, and whose it is."""
    known: dict[str, str | int] = {
        **_CHECKED, "practice_code": practice, "nhs_number": NUMBERS[practice], "handle": f"handle-of-{practice}",
        "pseudonym": ("A" if practice == OURS else "B") * 24, "people": "10", "at_risk": 1, "invoice": "invoice",
        "reference": "reference", "method": "hfrs",
    }  # fmt: skip
    if table == "lattice":
        known["at_risk"] = "10"
    if table == "trend_row":
        known["entries"] = json.dumps([[f"as_of-of-{practice}", 1, f"band-of-{practice}", f"shown-of-{practice}"]])
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return tuple(known.get(name) or _value(name, kind, practice) for _, name, kind, *_ in columns)


def _value(name: str, kind: str, practice: str) -> str | int | bytes:
    text = f"{name}-of-{practice}"
    return 1 if kind == "INTEGER" else text.encode() if kind == "BLOB" else text


def subject(role: str, organisation: str, user: str = "max") -> Subject:
    """Somebody whom every duty is content with."""
    held = Membership(role, organisation, date(2020, 1, 1), None, "asked", "approved")
    return Subject(
        user,
        held,
        session="",
        signed_in_by="password",
        professional_number="G9990001",
        employer=organisation,
        contract_from=date(2020, 1, 1),
        training_until=date(2030, 1, 1),
        authorised_until=date(2030, 1, 1),
    )


def asks(
    who: Subject, purpose: str, resource: str, action: str, question: Mapping[str, Value] | None = None
) -> AccessRequest:
    """Their request, with a reason and an attestation."""
    around = Context("request", channel="cli", method="test", reason="planned_review", attested=True)
    return AccessRequest(who, purpose, resource, action, around, question or {})


@dataclass
class Everything:
    """The installation, open. `clock` is moved by hand."""

    desk: Desk
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    @property
    def home(self) -> Path:
        return self.desk.settings.home

    @property
    def accounts(self) -> Connection:
        return self.desk.stores["accounts"].connection()  # type: ignore[attr-defined]

    def events(self) -> list[dict[str, Any]]:
        """Every event of the log, oldest first, as its leaf tells it."""
        connection = self.desk.vault.connect("audit_log", self.home / "audit_log.db", read_only=True)
        try:
            return [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
        finally:
            connection.close()

    def desk_with(self, **instead: Any) -> Desk:
        """The same desk with something else in the place of what it works with."""
        return replace(self.desk, **instead)

    def add(self, user: str, *held: tuple[str, str]) -> list[int]:
        """An account and its approved memberships; their numbers."""
        pipeline.add_account(self.accounts, Account(user, user.title(), "06Q", date(2020, 1, 1)))
        first = date(2020, 1, 1)
        members = [Membership(role, where, first, None, "asked", "approved") for role, where in held]
        return [pipeline.add_membership(self.accounts, user, one) for one in members]


@contextmanager
def opened(settings: Settings) -> Iterator[Everything]:
    """The same, open, its clock moved by hand."""
    clock = [NOW]
    with open_desk(settings) as desk:
        ours = Desk(desk.settings, desk.policy, desk.log, desk.vault, desk.stores, clock=lambda: clock[0])
        yield Everything(ours, clock)


RISK = {risk_identifiable.NAME: identifiable, risk_pseudonymised.NAME: pseudonymised}
