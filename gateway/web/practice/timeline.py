"""The hospital record as one time line: stays, attendances and appointments together, newest first, in words, by year.

Sensitive codes are shown here and nowhere else, and marked (RS-5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from gateway.access.release import SensitiveCode
from gateway.catalogue import hospital, words
from gateway.charts.columns import Step

Record = Mapping[str, Any]
Records = Mapping[str, Sequence[Record]]
STAY, ATTENDANCE, APPOINTMENT = "stay", "attendance", "appointment"
KINDS = {STAY: "Hospital stay", ATTENDANCE: "A&E attendance", APPOINTMENT: "Outpatient appointment"}
PLURALS = {STAY: "Hospital stays", ATTENDANCE: "A&E attendances", APPOINTMENT: "Outpatient appointments"}
ICD_10, OPCS_4 = "icd_10", "opcs_4"
QUARTERS, MONTHS = 12, 3


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its chapter, its name where there is one, and whether it is on the sensitive list."""

    code: str
    name: str
    chapter: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. day: ISO, of its beginning; facts: what happened, by label; codes by heading."""

    day: str
    until: str
    kind: str
    provider: str
    facts: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, tuple[Code, ...]], ...] = ()

    @property
    def title(self) -> str:
        """What it is."""
        return KINDS[self.kind]

    @property
    def days(self) -> str:
        """The day, or from when to when, in words."""
        if not self.until:
            return words.day(self.day)
        return words.day(self.day) if self.until == self.day else f"{words.day(self.day)} to {words.day(self.until)}"

    @property
    def sensitive(self) -> bool:
        """Whether any code of it is on the sensitive list."""
        return any(code.sensitive for _heading, codes in self.codes for code in codes)


class Sensitive:
    """The codes that are sensitive on a day, by system."""

    def __init__(self, codes: Iterable[SensitiveCode], on: date) -> None:
        """codes: of the policy release, dated."""
        self._codes: dict[str, tuple[str, ...]] = {}
        for one in codes:
            if one.holds_on(on):
                self._codes[one.system] = (*self._codes.get(one.system, ()), one.code)

    def __call__(self, system: str, code: str) -> bool:
        """Whether the code, or one that it belongs to, is on the list."""
        return code.startswith(self._codes.get(system, ()))


def entries(parts: Records, sensitive: Sensitive) -> list[Entry]:
    """Every event, the newest first."""
    whole = [
        *(_stay(row, sensitive) for row in parts["spells"]),
        *(_attendance(row) for row in parts["attendances"]),
        *(_appointment(row) for row in parts["appointments"]),
    ]
    return sorted(whole, key=lambda entry: (entry.day, entry.kind), reverse=True)


def by_year(found: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """The same, year by year."""
    return [(year, list(some)) for year, some in groupby(found, lambda entry: entry.day[:4])]


def activity(found: Sequence[Entry], as_of: date) -> list[Step]:
    """How many of each kind began in each of the twelve quarters to the day, the oldest first."""
    last = as_of.year * 4 + (as_of.month - 1) // MONTHS
    counts = {quarter: dict.fromkeys(KINDS, 0) for quarter in range(last - QUARTERS + 1, last + 1)}
    for entry in found:
        quarter = int(entry.day[:4]) * 4 + (int(entry.day[5:7]) - 1) // MONTHS
        if quarter in counts and entry.day <= as_of.isoformat():
            counts[quarter][entry.kind] += 1
    return [Step(_quarter(at), tuple(counts[at].values())) for at in counts]


def _quarter(at: int) -> str:
    names = ("Jan", "Apr", "Jul", "Oct")
    return f"{names[at % 4]} {at // 4}"


def _stay(row: Record, sensitive: Sensitive) -> Entry:
    nights = row["length_of_stay"]
    facts = (
        ("How admitted", words.shown(row["admission_method"])),
        ("Kind of stay", words.shown(row["patient_classification"])),
        ("Specialty", words.shown(row["treatment_function"])),
        ("Nights", "Still in hospital" if row["discharge_date"] is None else str(nights)),
        ("How discharged", words.shown(row["discharge_method"])),
        ("Went to", words.shown(row["discharge_destination"])),
    )
    diagnoses = tuple(
        Code(code, hospital.diagnosis_name(code), hospital.diagnosis_chapter(code), sensitive(ICD_10, code))
        for code in _codes(row["diagnoses"])
    )
    procedures = tuple(
        Code(code, "", hospital.procedure_chapter(code), sensitive(OPCS_4, code)) for code in _codes(row["procedures"])
    )
    codes = (("Diagnoses (ICD-10)", diagnoses), ("Procedures (OPCS-4)", procedures))
    return Entry(
        row["admission_date"], row["discharge_date"] or "", STAY, row["provider_code"], facts,
        tuple((heading, some) for heading, some in codes if some),
    )  # fmt: skip


def _attendance(row: Record) -> Entry:
    facts = (
        ("Department", words.shown(row["department_type"])),
        ("Chief complaint", words.shown(row["chief_complaint"])),
        ("Diagnoses (SNOMED CT)", words.shown(row["diagnoses"])),
        ("Went to", words.shown(row["discharge_destination"])),
    )
    return Entry(row["arrival_date"], "", ATTENDANCE, row["provider_code"], facts)


def _appointment(row: Record) -> Entry:
    facts = (
        ("Specialty", words.shown(row["treatment_function"])),
        ("Attended", words.shown(row["attendance_status"])),
        ("First or follow-up", words.shown(row["first_attendance"])),
    )
    return Entry(row["appointment_date"], "", APPOINTMENT, row["provider_code"], facts)


def _codes(text: str) -> list[str]:
    return list(dict.fromkeys(code for code in text.split(", ") if code))
