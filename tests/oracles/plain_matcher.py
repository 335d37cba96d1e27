"""Each line's SUS+ row, found again in plain Python from the delivered files: an oracle that shares nothing.

Its rules are those of docs/invoices.md ('How a line finds its SUS+ row'). A line, a rule, a row; slow on purpose.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

Row = dict[str, str]
Found = tuple[str, str, int, str]  # invoice number, line number, SUS+ record, tier
FILES = {
    "b1_sus_apc_spell": ("apc", "hospital_provider_spell_number", "start_date_hospital_provider_spell"),
    "b2_sus_op": ("op", "attendance_identifier", "appointment_date"),
    "b3_sus_ec": ("ec", "attendance_identifier", "arrival_date"),
}
PROVIDER, END = "organisation_identifier_code_of_provider", "discharge_date_hospital_provider_spell"
WARDS = ("EL", "NEL", "RA", "IP")
CLINICS = ("OP", "NF2F")
NOWHERE = ("DRUG", "DEVICE", "BLOCK", "CQUIN", "ADJUSTMENT", "AMB", "COMM", "PTSTRANS", "CCTRANS", "DAI", "DAL", "DAO",
           "SCREEN", "MATPATH")  # fmt: skip


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


def matches(folder: Path) -> list[Found]:
    """Every match of the folder's backing data to its SUS+ files, in order of invoice and line."""
    activity = [as_sus(row, name) for name in FILES for row in read(folder / f"{name}.csv")]
    found = (match(as_line(row), activity) for row in read(folder / "a2_backing_data.csv"))
    return sorted((one for one in found if one), key=lambda one: (one[0], int(one[1])))


def as_sus(row: Row, name: str) -> Row:
    kind, identifier, start = FILES[name]
    return {
        "kind": kind, "record": row["generated_record_identifier"], "provider": row[PROVIDER],
        "cds": row["cds_unique_identifier"], "identifier": row[identifier], "start": row[start],
        "end": row.get(END, ""), "number": number_of(row),
    }  # fmt: skip


def as_line(row: Row) -> Row:
    return {
        "invoice": row["invoice_number"], "line": row["invoice_line_number"], "pod": row["point_of_delivery_code"],
        "provider": row[PROVIDER], "cds": row["cds_unique_identifier"],
        "identifier": row["hospital_provider_spell_number"] or row["attendance_identifier"],
        "start": row["activity_start_date"], "end": row["activity_end_date"], "number": number_of(row),
    }  # fmt: skip


def number_of(row: Row) -> str:
    """The NHS number that may be used: right, and not withheld."""
    number = row["nhs_number"].replace(" ", "").replace("-", "")
    if row["withheld_identity_reason"] or len(number) != 10 or not number.isdigit() or len(set(number)) == 1:
        return ""
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9])) % 11
    return number if (11 - rest) % 11 == int(number[9]) else ""


def kinds(pod: str) -> set[str]:
    """The SUS+ data sets that may have the activity."""
    if pod == "AE":
        return {"ec"}
    if pod == "DC" or pod.startswith(WARDS):
        return {"apc"}
    if pod.startswith(CLINICS):
        return {"op"}
    return set() if pod.startswith(NOWHERE) else {"apc", "op", "ec"}


def match(line: Row, activity: Iterable[Row]) -> Found | None:
    allowed = [row for row in activity if row["kind"] in kinds(line["pod"]) and row["provider"] == line["provider"]]
    for tier, row in tiers(line, allowed):
        return line["invoice"], line["line"], int(row["record"]), tier
    return None


def tiers(line: Row, rows: list[Row]) -> Iterator[tuple[str, Row]]:
    """Rows that fit, the surest tier first, within one in the order of the files."""
    yield from (("cds_unique_identifier", row) for row in rows if line["cds"] and row["cds"] == line["cds"])
    same = (row for row in rows if line["identifier"] and row["identifier"] == line["identifier"])
    yield from (("provider_identifier", row) for row in same)
    person = [row for row in rows if line["number"] and row["number"] == line["number"]]
    for tier, days in (("person_and_dates", 0), ("person_and_near_dates", 1)):
        yield from (
            (tier, row)
            for row in person
            if apart(line["start"], row["start"]) <= days and ends_apart(line["end"], row["end"]) <= days
        )


def apart(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def ends_apart(one: str, other: str) -> int:
    """Days between two ends; none where either is not told."""
    return apart(one, other) if one and other else 0
