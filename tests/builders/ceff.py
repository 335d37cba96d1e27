"""A small installation that serves invoice validation alone, with files to bring to its door.

Real stores, a real log, the shipped policies with the demonstration's further term; its clock is moved by hand.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.access.decision import AccessRequest, Context, Value
from gateway.cli.context import Runtime
from gateway.cli.intake_invoices import invoices
from gateway.enforcement.answer import Answer, answer
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.installation import Plan, make
from gateway.http.sign_in import service_subject
from gateway.intake.layouts import layout
from gateway.settings import shipped_policies
from gateway.stores.vault import Connection, writing
from gateway.synthetic.demonstration import add_people
from gateway.synthetic.demonstration_agreements import ADDRESSES, demonstration_agreements
from gateway.synthetic.sign_ins import SERVICES, sign_ins

Row = dict[str, str]
DAY = date(2026, 11, 24)
TERM = date(2021, 3, 1)  # a day on which the agreement was in force as the register has it
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PRACTICES = ("Z99001", "Z99002", "Z99003", "Z99004")
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077")
TABLES = ("matched", "line", "invoice", "sus_row", "practice_commissioner", "delivery", "run", "outbox")
HEADER, BACKING, APC, OP, EC = "a1_invoice_header", "a2_backing_data", "b1_sus_apc_spell", "b2_sus_op", "b3_sus_ec"
PRACTICE_LIST = "c5_practice_commissioner"
OPTIONS = {HEADER: "--invoices", BACKING: "--backing", APC: "--sus", OP: "--sus", EC: "--sus"}
PROVIDER, NUMBER, LINE = "organisation_identifier_code_of_provider", "invoice_number", "invoice_line_number"
COMMISSIONER = "organisation_identifier_code_of_commissioner"


@dataclass
class WarmRuntime(Runtime):
    """A command's surroundings whose desk is open already."""

    open: Desk | None = None

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        assert self.open is not None
        yield self.open


@dataclass
class Ceff:
    """The installation, what is in its store, and its door."""

    desk: Desk
    folder: Path
    clock: list[datetime]

    @property
    def connection(self) -> Connection:
        return self.desk.stores["invoices"].connection()  # type: ignore[attr-defined]

    @property
    def accounts(self) -> Connection:
        return self.desk.stores["accounts"].connection()  # type: ignore[attr-defined]

    def emptied(self, files: Path) -> Ceff:
        """Nothing taken in yet, the clock at its start, files made below `files`."""
        with writing(self.connection) as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
        self.clock[0], self.folder = START, files
        return self

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = self.connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 our own table names
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the store holds."""
        tables = [table for table in TABLES if table != "matched"]
        found = {table: self.connection.execute(f"SELECT * FROM {table} ORDER BY 1") for table in tables}  # noqa: S608
        return {table: list(rows) for table, rows in found.items()} | {"matched": self.matches()}

    def matches(self) -> list[tuple[str, int, int, str]]:
        """(invoice number, line number, SUS+ record, tier) of every match."""
        sql = """
            SELECT invoice_number, line_number, record_identifier, tier
            FROM matched JOIN line USING (reference) JOIN sus_row ON sus_row.id = matched.sus_row ORDER BY 1, 2
        """
        return list(self.connection.execute(sql))

    def events(self) -> list[dict[str, Any]]:
        """Every event of the log, oldest first."""
        home = self.desk.settings.home
        connection = self.desk.vault.connect("audit_log", home / "audit_log.db", read_only=True)
        try:
            return [json.loads(row[0]) for row in connection.execute("SELECT leaf FROM event ORDER BY idx")]
        finally:
            connection.close()

    def file(self, name: str, *rows: Row, to: str = "") -> Path:
        return write(self.folder / (to or f"{name}.csv"), name, rows)

    def run(self, *words: object, user: str = "validator", typed: str = "") -> Result:
        """`gateway intake invoices` by the service account `user`, whatever comes of it."""
        said = [*map(str, words), *(() if "--instruction" in words else ("--instruction", "TEST-1")), "--json"]
        settings = replace(self.desk.settings, services={"intake_invoices": user})
        runtime = WarmRuntime(open=replace(self.desk, settings=settings))
        return CliRunner().invoke(invoices, said, input=typed, obj=runtime)

    def take(self, files: Mapping[str, Sequence[Row]], *words: str) -> Result:
        """Bring rows to the door, a file for each layout."""
        made = [part for name, rows in files.items() for part in (OPTIONS[name], self.file(name, *rows, to=fresh()))]
        return self.run(*made, *words)

    def taken(self, files: Mapping[str, Sequence[Row]], *words: str) -> dict[str, Any]:
        """The facts of a delivery that was taken in."""
        return facts(self.take(files, *words))

    def refused(self, *words: object) -> str:
        """What is said of a delivery that was refused whole; nothing of it is kept, and it is on the log."""
        before, events = self.everything(), len(self.events())
        result = self.run(*words)
        assert result.exception is not None
        assert self.everything() == before
        types = [event["type"] for event in self.events()[events:]]
        assert types[-1:] == ["access.failed"], types
        assert result.stdout == ""
        return f"{result.exception}\n{result.stderr}"

    def answer(self, resource: str, action: str, user: str = "validator", **question: Value) -> Answer:
        """What a person of the CEfF is shown."""
        subject = service_subject(self.desk, user)
        context = Context(request_id="test", channel="web", method="GET")
        return answer(AccessRequest(subject, "invoice_validation", resource, action, context, question), desk=self.desk)


@contextmanager
def opened(folder: Path, *, renewed: bool = True, hashed: str = "") -> Iterator[Ceff]:
    """An installation below `folder` that serves invoice validation, with the demonstration's people.

    renewed: the agreements have the demonstration's further term. hashed: of everybody's password.
    """
    policies, clock = folder / "policies", [START]
    shutil.copytree(shipped_policies(), policies)
    register = policies / "agreements.toml"
    if renewed:
        last = max(DAY, date.today())  # noqa: DTZ011 the machine's own day
        register.write_bytes(demonstration_agreements(register.read_bytes(), today=last, practices=PRACTICES))
    extra = {"GATEWAY_POLICIES": "../policies", "GATEWAY_STORAGE_ADDRESS_IV": ADDRESSES["IV"], **SERVICES}
    settings = make(Plan(folder / "ceff", ("IV",), extra=extra))
    add_people(settings, sign_ins(PRACTICES), DAY if renewed else TERM, lambda _password: hashed)
    with open_desk(settings) as desk:
        ours = Desk(desk.settings, desk.policy, desk.log, desk.vault, desk.stores, clock=lambda: clock[0])
        yield Ceff(ours, folder, clock)


def facts(result: Result) -> dict[str, Any]:
    assert result.exception is None, f"{result.exception!r}\n{result.output}"
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def write(path: Path, name: str, rows: Iterable[Row], columns: Sequence[str] = ()) -> Path:
    """A file of that layout; `columns` in another order, or more of them."""
    header = columns or layout(name).header
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


_FRESH = count()


def fresh() -> str:
    """A file's name that no other file has."""
    return f"delivery{letters(next(_FRESH))}.csv"


def letters(number: int) -> str:
    """A number without digits: file names and codes must not look like anybody's."""
    return re.sub("[0-9]", lambda digit: chr(ord("A") + int(digit[0])), f"{number}")


def header(number: str = "ZZ1M01", **other: str) -> Row:
    """An invoice of one line and 1,575 pounds."""
    return {
        NUMBER: number, "invoice_type": "INVOICE", "invoice_date": "2026-06-15", PROVIDER: "ZZ1",
        COMMISSIONER: "06Q", "financial_year": "2026/27", "financial_month": "2",
        "contract_basis": "CONTRACT", "invoice_net_amount": "1575.00", "vat_amount": "0.00",
        "invoice_gross_amount": "1575.00", "line_count": "1",
    } | other  # fmt: skip


def line(number: int = 1, **other: str) -> Row:
    """An emergency admission of three days in May, billed on the invoice that `header` makes."""
    return {
        NUMBER: "ZZ1M01", LINE: f"{number}", PROVIDER: "ZZ1", "cds_unique_identifier": f"BZZ1SYN{letters(number)}",
        "hospital_provider_spell_number": f"SYN{letters(number)}", "nhs_number": NUMBERS[number % len(NUMBERS)],
        "nhs_number_status_indicator_code": "01", "point_of_delivery_code": "NEL",
        "activity_start_date": "2026-05-04", "activity_end_date": "2026-05-07", "tariff_code": "XX02Z",
        "contract_monitoring_actual_activity": "1", "base_price": "1500.00",
        "contract_monitoring_actual_market_forces_factor": "1.050000", "line_amount": "1575.00",
    } | other  # fmt: skip


def spell(number: int = 1, **other: str) -> Row:
    """The SUS+ row behind `line` of the same number."""
    return {
        "generated_record_identifier": f"{number}", "cds_unique_identifier": f"BZZ1SYN{letters(number)}",
        PROVIDER: "ZZ1", "hospital_provider_spell_number": f"SYN{letters(number)}",
        "nhs_number": NUMBERS[number % len(NUMBERS)],
        "nhs_number_status_indicator_code": "01", "commissioner_from_gp_practice": "06Q",
        "commissioner_of_residence": "06Q", "start_date_hospital_provider_spell": "2026-05-04",
        "discharge_date_hospital_provider_spell": "2026-05-07", "spell_core_hrg": "XX02Z",
        "sus_publication_point": "POST_RECONCILIATION", "extract_date": "2026-06-20",
    } | other  # fmt: skip


def attendance(number: int = 1, day: str = "2026-05-04", column: str = "appointment_date", **other: str) -> Row:
    """A SUS+ row of outpatients, or of emergency care where `column` is arrival_date."""
    row = {name: text for name, text in spell(number).items() if "spell" not in name}
    return row | {"attendance_identifier": f"SYA{letters(number)}", column: day} | other


def practice(code: str = "Z99001", **other: str) -> Row:
    """A practice whose commissioner is this one."""
    return {"organisation_code": code, "commissioner": "06Q", "join_provider_date": "20130401"} | other
