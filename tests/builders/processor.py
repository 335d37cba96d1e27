"""The data processor's door for risk stratification: a small installation, and deliveries to bring to it.

Real stores, a real log, the shipped policies with the demonstration's further term. Everybody in it is invented.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.access.decision import AccessRequest, Context, Value
from gateway.cli.intake import risk
from gateway.enforcement.answer import Answer, answer
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.installation import Plan, make
from gateway.http.sign_in import service_subject
from gateway.settings import Settings, shipped_policies
from gateway.stores.generations import POINTER, current_run, path_of
from gateway.stores.vault import Connection, writing
from gateway.synthetic.demonstration import add_people
from gateway.synthetic.demonstration_agreements import ADDRESSES, INSTRUCTION, demonstration_agreements
from gateway.synthetic.sign_ins import SERVICES, sign_ins
from tests.builders.ceff import WarmRuntime, facts
from tests.builders.deliveries import PRACTICES, Files

DAY = date(2026, 11, 24)
AS_OF = "2026-10-31"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IDENTIFIABLE, PSEUDONYMISED = "risk_identifiable", "risk_pseudonymised"
SENSITIVE_REGISTERS = ("register,ALC,gender,2019-04-01,,a test\n", "register,OB,gender,2019-04-01,2026-11-23,a test\n")
MORE_ROWS = """
[[agreement.RS.instruction]]
from = 2026-01-01
reference = "FROM-THREE"
given_by = "06Q"
at_risk_method = "emergency_admissions"
threshold = 3
source = "a test"
[[agreement.RS.instruction]]
from = 2025-01-01
to = 2026-11-23
reference = "ENDED"
given_by = "06Q"
at_risk_method = "emergency_admissions"
threshold = 5
source = "a test"
[[agreement.RS.instruction]]
from = 2025-01-01
reference = "BY-MODEL"
given_by = "06Q"
at_risk_method = "a model of its own"
source = "a test"
[[agreement.RS.instruction]]
from = 2025-01-01
reference = "BY-THE-MODEL"
given_by = "06Q"
at_risk_method = "admission_model"
threshold = 15
source = "a test"
[[agreement.RS.participating_practice]]
from = 2022-10-01
to = 2026-11-23
organisation = "Z99901"
source = "a test"
"""
TABLES = {
    IDENTIFIABLE: (
        "worklist", "method", "score_row", "score", "score_count", "score_gp_term", "gp_term", "trend", "score_term",
        "spell", "attendance", "appointment", "last_run", "change", "change_term", "summary", "list_change",
        "explained", "listed", "moved", "held",
    ),
    PSEUDONYMISED: ("lattice", "person", "history"),
}  # fmt: skip


@dataclass
class Processor:
    """The installation, what is in its stores, and its door."""

    desk: Desk
    clock: list[datetime]

    @property
    def home(self) -> Path:
        return self.desk.settings.home

    @property
    def work(self) -> Connection:
        return self.desk.stores["practice_work"].connection()  # type: ignore[attr-defined]

    def emptied(self) -> Processor:
        """Nothing taken in yet, the clock at its start."""
        self.clock[0] = START
        with writing(self.work) as connection:
            for table in ("received_file", "run", "outbox"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
        for path in [self.home / POINTER, *self.home.glob("risk_*/run-*.db")]:
            path.unlink(missing_ok=True)
        return self

    def run(self, *words: object, instruction: str = INSTRUCTION, as_of: str = AS_OF) -> Result:
        """`gateway intake risk`, whatever comes of it."""
        said = [*map(str, words), "--instruction", instruction, "--as-of", as_of, "--json"]
        return CliRunner().invoke(risk, said, obj=WarmRuntime(open=self.desk))

    def taken(self, files: Files, *words: object, **more: str) -> dict[str, Any]:
        """The facts of a delivery that was taken in."""
        return facts(self.run(*files.words(), *words, **more))

    def refused(self, files: Files, *words: object) -> str:
        """What is said of a delivery that was refused whole: nothing of it is kept, and the log says that it failed."""
        before, events = self.kept(), len(self.events())
        result = self.run(*files.words(), *words)
        assert result.exception is not None
        assert result.exit_code == 1
        assert self.kept() == before
        assert [event["type"] for event in self.events()[events:]][-1:] == ["access.failed"]
        assert result.stdout == ""
        return f"{result.exception}\n{result.stderr}"

    def answer(self, resource: str, action: str, user: str, **question: Value) -> Answer:
        """What one of the demonstration's people is shown, with whatever reason and attestation it takes."""
        purpose = "direct_care" if resource.startswith("practice.") else "commissioning"
        told = {"attested": True, "reason": "planned_review"} if resource == "practice.record" else {}
        context = Context(request_id="test", channel="web", method="GET", **told)
        subject = service_subject(self.desk, user)
        return answer(AccessRequest(subject, purpose, resource, action, context, question), desk=self.desk)

    def kept(self) -> dict[str, Any]:
        """Every file of every run by its hash, what the pointer says, and which runs and files are on record."""
        runs = {str(path.relative_to(self.home)): digest(path) for path in self.home.glob("risk_*/*")}
        tables = ("run", "received_file")
        records = {table: list(self.work.execute(f"SELECT * FROM {table} ORDER BY 1")) for table in tables}  # noqa: S608
        return {**runs, **records, "pointer": current_run(self.home)}

    def rows(self, table: str, store: str = IDENTIFIABLE) -> list[dict[str, Any]]:
        """Every row of a table of the run that is served."""
        path = path_of(self.home, store, current_run(self.home))
        connection = self.desk.vault.connect(store, path, read_only=True)
        try:
            found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 our own table names
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]
        finally:
            connection.close()

    def everything(self) -> dict[str, list[Any]]:
        """All that the run that is served holds, but its number."""
        return {
            f"{store}.{table}": sorted((tuple(row.values()) for row in self.rows(table, store)), key=repr)
            for store, names in TABLES.items()
            for table in names
        }

    def at_risk(self) -> dict[str, set[str]]:
        """NHS numbers of the people at risk, by practice."""
        found: dict[str, set[str]] = {}
        for row in self.rows("worklist"):
            if row["at_risk"]:
                found.setdefault(row["practice_code"], set()).add(row["nhs_number"])
        return found

    def person(self, who: str, table: str = "worklist") -> list[dict[str, Any]]:
        """A person's rows of one table."""
        handles = {row["handle"] for row in self.rows("worklist") if row["nhs_number"] == who}
        return [row for row in self.rows(table) if row["handle"] in handles]

    def events(self) -> list[dict[str, Any]]:
        """Every event of the log, oldest first."""
        connection = self.desk.vault.connect("audit_log", self.home / "audit_log.db", read_only=True)
        try:
            return [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
        finally:
            connection.close()


def digest(path: Path) -> str:
    """What a file holds, in short."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made(folder: Path, register: bytes | None = None) -> Settings:
    """An installation in `folder` that serves risk stratification, with the demonstration's people."""
    policies = folder / "policies"
    shutil.copytree(shipped_policies(), policies)
    agreements = policies / "agreements.toml"
    extended = demonstration_agreements(agreements.read_bytes(), today=DAY, practices=PRACTICES)
    agreements.write_bytes(extended + MORE_ROWS.encode() if register is None else register)
    with (policies / "sensitive_codes.csv").open("a", encoding="utf-8") as codes:
        codes.writelines(SENSITIVE_REGISTERS)
    extra = {"GATEWAY_POLICIES": "policies", "GATEWAY_STORAGE_ADDRESS_RS": ADDRESSES["RS"], **SERVICES}
    settings = make(Plan(folder, ("RS",), extra=extra))
    add_people(settings, sign_ins(PRACTICES), DAY, lambda _password: "")
    return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Processor]:
    """The same, open, its clock moved by hand."""
    clock = [START]
    with open_desk(settings) as desk:
        ours = Desk(desk.settings, desk.policy, desk.log, desk.vault, desk.stores, clock=lambda: clock[0])
        yield Processor(ours, clock)
