"""The risk intake once more, in plain Python over csv: why each row is set aside, and who is at risk where.

Written from docs/intake.md and sharing nothing with gateway.intake but the layouts' data files, which are
descriptions. Slow on purpose: a row, a rule, a line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

LAYOUTS = Path(__file__).parents[2] / "gateway" / "intake" / "layouts" / "data"
HOSPITAL = {
    "apc": ("APCS_Ident", "Admission_Date"),
    "ec": ("EC_Ident", "Arrival_Date"),
    "op": ("OPA_Ident", "Appointment_Date"),
}
GP = ("gp_patient", "gp_condition", "gp_medication")
NOBODY = {"V81997", "V81998", "V81999"}
SEXES = {"", "0", "1", "2", "9", "X"}
DAYS_AN_EXTRACT_STANDS, DAYS_BOOKED_AHEAD = 92, 366
LONGEST_LIFE = 130
Row = dict[str, str]


@dataclass
class Recount:
    """reasons: for each file the reason of each row, '' where it goes on. worklist: practice to people at risk."""

    reasons: dict[str, list[str]] = field(default_factory=dict)
    worklist: dict[str, int] = field(default_factory=dict)

    @property
    def set_aside(self) -> dict[str, int]:
        return dict(Counter(reason for many in self.reasons.values() for reason in many if reason))


def recount(
    risk: Path, as_of: date, participating: Iterable[str], commissioners: Iterable[str] = ("06Q",), fewest: int = 2
) -> Recount:
    """risk: the folder with apc.csv, gp/ and reference/, as synthesise writes it."""
    ours = set(commissioners)
    files = {kind: read(risk / f"{kind}.csv") for kind in HOSPITAL if (risk / f"{kind}.csv").exists()}
    files |= {kind: read(risk / "gp" / f"{kind.removeprefix('gp_')}.csv") for kind in GP}
    found = Recount({kind: [value_reason(kind, row, as_of) for row in rows] for kind, rows in files.items()})
    for kind in HOSPITAL.keys() & files.keys():
        number_reasons(kind, files[kind], found.reasons[kind])
        repeats(kind, files[kind], found.reasons[kind])
    for kind in GP:
        number_reasons(kind, files[kind], found.reasons[kind])
    objectors = {row["NHS_Number"] for row in read(risk / "objections.csv")}
    for kind, rows in files.items():
        mark(found.reasons[kind], [row["NHS_Number"] in objectors for row in rows], "objection")
    practices = {
        row["organisation_code"] for row in read(risk / "reference" / "practice.csv") if row["commissioner"] in ours
    }
    areas = {row["lsoa"] for row in read(risk / "reference" / "lsoa.csv") if row["commissioner"] in ours}
    here = gp_reasons(files, found.reasons, practices, set(participating))
    hospital_reasons(files, found.reasons, here, practices, set(participating), areas, ours)
    found.worklist = worklist(files, found.reasons, as_of, participating, fewest)
    return found


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


def mark(reasons: list[str], rows: list[bool], reason: str) -> None:
    for at, is_so in enumerate(rows):
        if is_so and not reasons[at]:
            reasons[at] = reason


def value_reason(kind: str, row: Row, as_of: date) -> str:
    with (LAYOUTS / f"{kind}.csv").open(encoding="utf-8") as file:
        layout = FIELDS.setdefault(kind, list(csv.DictReader(file)))
    right = all(field_is_right(row[one["column"]], one) for one in layout) and row_is_right(kind, row, as_of)
    return "" if right else "invalid_value"


FIELDS: dict[str, list[Row]] = {}
SHAPES = {
    "int": r"[+-]?\d+",
    "decimal": r"[+-]?\d+(\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "bool": r"(?i)true|false|0|1",
}


def field_is_right(value: str, of: Row) -> bool:
    kind = of["type"]
    if value == "":
        return of["required"] == "no" or of["column"] == "NHS_Number"
    if kind in SHAPES:
        return bool(re.fullmatch(SHAPES[kind], value)) and (kind != "date" or day(value) is not None)
    if value[0] in "=+@-":
        return False
    longest = re.fullmatch(r"an(\d+)", kind)
    return longest is None or of["column"] == "NHS_Number" or len(value) <= int(longest[1])


def day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def row_is_right(kind: str, row: Row, as_of: date) -> bool:
    def until(column: str, last: date = as_of) -> bool:
        return row[column] == "" or date.fromisoformat(row[column]) <= last

    if kind == "apc":
        age = row["Age_At_Start_of_Spell_SUS"]
        in_order = row["Discharge_Date"] == "" or row["Discharge_Date"] >= row["Admission_Date"]
        possible = age == "" or 0 <= int(age) <= 109 or int(age) >= 7000
        return until("Admission_Date") and until("Discharge_Date") and in_order and possible and row["Sex"] in SEXES
    if kind == "ec":
        age = row["Age_At_Arrival"]
        return until("Arrival_Date") and (age == "" or 0 <= int(age) < 115) and row["Sex"] in SEXES
    if kind == "op":
        ahead = as_of + timedelta(days=DAYS_BOOKED_AHEAD)
        return until("Appointment_Date", ahead) and row["Attendance_Status"] in {"", *"234567"}
    if kind == "gp_patient":
        known = row["Registration_Status"] in {"R", "D", "X"} and row["Sex"] in SEXES
        born = row["Year_of_Birth"]
        alive = born == "" or as_of.year - LONGEST_LIFE <= int(born) <= as_of.year
        return until("Extract_Date") and until("Registration_Start") and known and alive
    return until("First_Recorded" if kind == "gp_condition" else "Issue_Date")


def number_is_right(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{10}", number) or len(set(number)) == 1:
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False)) % 11
    return (11 - remainder) % 11 == int(number[9])


def number_reasons(kind: str, rows: list[Row], reasons: list[str]) -> None:
    if kind == "apc":
        mark(reasons, [row["Withheld_Identity_Reason"] != "" for row in rows], "restricted")
    mark(reasons, [row["NHS_Number"] == "" for row in rows], "untraced")
    mark(reasons, [not number_is_right(row["NHS_Number"]) for row in rows], "invalid_number")
    if kind == "apc":
        mark(reasons, [row["NHS_Number_Status"] != "01" for row in rows], "untraced")


def repeats(kind: str, rows: list[Row], reasons: list[str]) -> None:
    if kind == "ec":
        flagged = [not reasons[at] and int(row["Der_Dupe_Flag"] or 0) > 0 for at, row in enumerate(rows)]
        mark(reasons, flagged, "duplicate")
    ident = HOSPITAL[kind][0]
    seen: set[str] = set()
    for at, row in enumerate(rows):
        if not reasons[at]:
            reasons[at] = "duplicate" if row[ident] in seen else ""
            seen.add(row[ident])
    if kind == "apc":
        newest: dict[tuple[str, str], int] = {}
        for at, row in enumerate(rows):
            if not reasons[at]:
                newest[spell(row)] = max(int(row[ident]), newest.get(spell(row), int(row[ident])))
        older = [not reasons[at] and int(row[ident]) < newest[spell(row)] for at, row in enumerate(rows)]
        mark(reasons, older, "superseded")


def spell(row: Row) -> tuple[str, str]:
    return row["Der_Provider_Code"], row["Hospital_Spell_No"]


def gp_reasons(
    files: Mapping[str, list[Row]], reasons: dict[str, list[str]], practices: set[str], participating: set[str]
) -> set[str]:
    """Who has a registration that goes on; the detail rows of all others follow theirs."""
    patients, why = files["gp_patient"], reasons["gp_patient"]
    mark(why, [row["Practice_Code"] not in practices for row in patients], "out_of_area")
    mark(why, [row["Practice_Code"] not in participating for row in patients], "not_participating")
    here = {row["NHS_Number"] for row, reason in zip(patients, why, strict=True) if not reason}
    behind = {row["NHS_Number"]: reason for row, reason in zip(patients, why, strict=True) if reason}
    for kind in ("gp_condition", "gp_medication"):
        for at, row in enumerate(files[kind]):
            if not reasons[kind][at] and row["NHS_Number"] not in here:
                reason = behind.get(row["NHS_Number"], "no_practice")
                reasons[kind][at] = reason if reason in {"out_of_area", "not_participating"} else "no_practice"
    return here


def hospital_reasons(  # noqa: PLR0913, PLR0917 one by one, as the page says them
    files: Mapping[str, list[Row]],
    reasons: dict[str, list[str]],
    here: set[str],
    practices: set[str],
    participating: set[str],
    areas: set[str],
    ours: set[str],
) -> None:
    rows = defaultdict(list)
    for kind in HOSPITAL.keys() & files.keys():
        ident, on = HOSPITAL[kind]
        for at, row in enumerate(files[kind]):
            if not reasons[kind][at]:
                rows[row["NHS_Number"]].append((row[on], int(row[ident]), row, kind, at))
    for number, many in rows.items():
        many.sort(key=lambda one: one[:2])
        reason = (
            "" if number in here else person_reason([one[2] for one in many], practices, participating, areas, ours)
        )
        for _, _, _, kind, at in many:
            reasons[kind][at] = reason


def person_reason(
    rows: list[Row], practices: set[str], participating: set[str], areas: set[str], ours: set[str]
) -> str:
    practice = latest(rows, "GP_Practice_Code")
    resident = latest(rows, "Der_Postcode_LSOA_2011_Code") in areas or latest(rows, "Der_Postcode_CCG_Code") in ours
    if practice not in practices and not resident:
        return "out_of_area"
    if practice in NOBODY:
        return "no_practice"
    return "not_participating" if practice in practices and practice not in participating else ""


def latest(rows: list[Row], column: str) -> str:
    return next((row[column] for row in reversed(rows) if row.get(column)), "")


def worklist(
    files: Mapping[str, list[Row]],
    reasons: Mapping[str, list[str]],
    as_of: date,
    participating: Iterable[str],
    fewest: int,
) -> dict[str, int]:
    patients = [row for row, why in zip(files["gp_patient"], reasons["gp_patient"], strict=True) if not why]
    spells = [row for row, why in zip(files["apc"], reasons["apc"], strict=True) if not why]
    dead = {row["NHS_Number"] for row in patients if row["Registration_Status"] == "X" or row["Date_of_Death_Month"]}
    dead |= {row["NHS_Number"] for row in spells if row["Discharge_Method"] == "4"}
    claims = defaultdict(set)
    for row in patients:
        fresh = as_of - date.fromisoformat(row["Extract_Date"]) <= timedelta(days=DAYS_AN_EXTRACT_STANDS)
        if row["Registration_Status"] == "R" and not row["Registration_End"] and fresh:
            claims[row["NHS_Number"]].add(row["Practice_Code"])
    first = as_of.replace(year=as_of.year - 1, day=28 if (as_of.month, as_of.day) == (2, 29) else as_of.day)
    emergencies = Counter(
        row["NHS_Number"]
        for row in spells
        if first < date.fromisoformat(row["Admission_Date"]) <= as_of and is_new_emergency(row)
    )
    listed = dict.fromkeys(participating, 0)
    for number, codes in claims.items():
        if len(codes) == 1 and number not in dead and emergencies[number] >= fewest:
            listed[next(iter(codes))] += 1
    return listed


def is_new_emergency(row: Row) -> bool:
    continued = row["Admission_Method"] in {"2B", "81"} and row["Source_of_Admission"] in {"49", "51", "52", "53", "87"}
    return row["Admission_Method"].startswith("2") and not continued
