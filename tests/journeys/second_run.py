"""A further delivery for a demonstration: who of one practice was in hospital again, and what its registers now say."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gateway.catalogue.worklist import REGISTERS
from tests.journeys.served import Served, command

PRACTICE = "Z99001"
LATER = timedelta(days=28)
KNOWN = (
    "SELECT nhs_number FROM worklist WHERE practice_code = ? AND at_risk = ? AND emergency_admissions > 0 ORDER BY 1"
)
USUAL, ADDED = ("HYP", "DM", "COPD", "AST", "CKD", "OST"), "RA"
Row = dict[str, str]


@dataclass(frozen=True)
class SecondRun:
    """new, worse: NHS numbers of who came to the list, and of whose score went up.

    came, went: registers of the first of `worse`, in words.
    """

    served: Served
    new: tuple[str, ...]
    worse: tuple[str, ...]
    came: str
    went: str


def deliver(served: Served, patients: str, scratch: Path) -> SecondRun:
    """Take the next delivery in, four weeks after the demonstration's own, and save a cohort."""
    files, first = scratch / "risk", date.fromisoformat(served.truth["as_of"])
    run(served, "synthesise", "--out", scratch, "--patients", patients, "--as-of", first)
    listed, others = ([str(row[0]) for row in served.read_run(KNOWN, PRACTICE, risky)] for risky in (1, 0))
    conditions = read(files / "gp" / "condition.csv")
    held = [(row["NHS_Number"], row["Register"]) for row in conditions]
    one, went = next((who, what) for who, what in held if who in listed and what in USUAL and (who, ADDED) not in held)
    told = SecondRun(
        served, tuple(others[:2]), (one, next(who for who in listed if who != one)), REGISTERS[ADDED], REGISTERS[went]
    )
    write(files / "apc.csv", admitted(read(files / "apc.csv"), (*told.new, *told.worse), first + LATER / 2))
    kept = [row for row in conditions if (row["NHS_Number"], row["Register"]) != (one, went)]
    added = dict.fromkeys(conditions[0], "") | {"NHS_Number": one, "Register": ADDED}
    write(files / "gp" / "condition.csv", [*kept, added])
    extract = {"Extract_Date": (first + LATER).isoformat()}
    write(files / "gp" / "patient.csv", [row | extract for row in read(files / "gp" / "patient.csv")])
    take_in(served, files, first + LATER)
    return told


def take_in(served: Served, files: Path, day: date) -> None:
    """By the commands that the processor and the commissioner's analyst use."""
    run(
        served,
        *("intake", "risk", "--apc", files / "apc.csv", "--gp", files / "gp", "--reference", files / "reference"),
        *("--objections", files / "objections.csv", "--instruction", "DEMONSTRATION-1", "--again", "--as-of", day),
    )
    criteria = ("cohort", "save", "Often admitted", "--criteria", "admissions=2", "--as", "analyst")
    run(served, *criteria, typed=f"{served.passwords['analyst']}\n")


def admitted(rows: list[Row], who: Iterable[str], day: date) -> list[Row]:
    """One further emergency admission of each, like one that they had before."""
    found = []
    for place, number in enumerate(who):
        before = next(row for row in rows if row["NHS_Number"] == number)
        stay = {"Admission_Date": day.isoformat(), "Discharge_Date": (day + timedelta(days=3)).isoformat()}
        names = {"APCS_Ident": f"{900_000_000 + place}", "Hospital_Spell_No": f"SPAGAIN{place}"}
        kind = {"Admission_Method": "21", "Source_of_Admission": "19", "Patient_Classification": "1"}
        month = {"Der_Activity_Month": f"{day:%Y%m}", "Der_Spell_LoS": "3", "Discharge_Method": "1"}
        found.append(before | stay | names | kind | month | {"Discharge_Destination": "19"})
    return found


def run(served: Served, *words: object, typed: str = "") -> None:
    """`gateway …` on the demonstration's folder."""
    spoken = command(served.folder, *map(str, words))
    subprocess.run(spoken, check=True, input=typed, stdout=subprocess.DEVNULL, text=True)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
