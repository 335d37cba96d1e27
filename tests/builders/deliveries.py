"""Deliveries for risk stratification: rows of every kind about invented people, and the files of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.intake.layouts import layout

Row = dict[str, str]
PRACTICES = tuple(f"Z99{number:03d}" for number in range(1, 13))
HERE, THERE = "Z99001", "Z99002"
PLACES = {
    "apc": "apc.csv", "ec": "ec.csv", "op": "op.csv", "gp_patient": "gp/patient.csv",
    "gp_condition": "gp/condition.csv", "gp_medication": "gp/medication.csv", "practice": "reference/practice.csv",
    "lsoa": "reference/lsoa.csv",
}  # fmt: skip


def number(of: int) -> str:
    """The NHS number of an invented person: 999, six digits and the check digit. Some numbers have none."""
    nine = f"999{of:06d}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11) % 11
    assert check != 10, "there is no such number: take another"
    return f"{nine}{check}"


# people whose numbers have a check digit
ANNA, BEN, CARA, DEV, ELLA, FINN = (number(of) for of in (1, 2, 3, 4, 5, 6))


def spell(ident: int, who: str, **other: str) -> Row:
    """An emergency admission of three days, half a year ago."""
    return {
        "APCS_Ident": f"{ident}", "NHS_Number": who, "NHS_Number_Status": "01", "Sex": "2",
        "Age_At_Start_of_Spell_SUS": "80", "Der_Postcode_LSOA_2011_Code": "E01998000", "GP_Practice_Code": HERE,
        "Der_Commissioner_Code": "06Q", "Der_Postcode_CCG_Code": "06Q", "Der_Provider_Code": "ZZ1",
        "Hospital_Spell_No": f"SP{ident}", "Admission_Date": "2026-05-04", "Discharge_Date": "2026-05-07",
        "Patient_Classification": "1", "Admission_Method": "21", "Source_of_Admission": "19", "Discharge_Method": "1",
        "Der_Admit_Treatment_Function_Code": "300", "Der_Diagnosis_All": "||J440 ,I500", "Spell_Core_HRG": "DZ65A",
        "Tariff_Total_Payment": "1500",
    } | other  # fmt: skip


def attendance(ident: int, who: str, **other: str) -> Row:
    """A visit to an emergency department."""
    return {
        "EC_Ident": f"{ident}", "NHS_Number": who, "Sex": "2", "GP_Practice_Code": HERE, "Der_Provider_Code": "ZZ1",
        "Der_Commissioner_Code": "06Q", "Der_Postcode_LSOA_2011_Code": "E01998000", "Arrival_Date": "2026-05-04",
        "EC_Department_Type": "01", "SUS_HRG_Code": "VB07Z", "SUS_Final_Price": "150", "Der_Dupe_Flag": "0",
    } | other  # fmt: skip


def appointment(ident: int, who: str, **other: str) -> Row:
    """An outpatient appointment that was kept."""
    return {
        "OPA_Ident": f"{ident}", "NHS_Number": who, "GP_Practice_Code": HERE, "Der_Commissioner_Code": "06Q",
        "Der_Provider_Code": "ZZ1", "Appointment_Date": "2026-06-01", "Attendance_Status": "5",
        "First_Attendance": "1", "Treatment_Function_Code": "320", "HRG_Code": "WF01A", "Tariff_Total_Payment": "120",
    } | other  # fmt: skip


def patient(who: str, practice: str = HERE, **other: str) -> Row:
    """A registration that has no end."""
    return {
        "NHS_Number": who, "Practice_Code": practice, "Extract_Date": "2026-10-30", "Registration_Status": "R",
        "Registration_Start": "2015-01-01", "Year_of_Birth": "1946", "Sex": "2", "Ethnic_Category": "A",
        "LSOA_Code": "E01998000", "Type1_Objection": "false", "Repeat_Medicine_Count": "3",
    } | other  # fmt: skip


def condition(who: str, **other: str) -> Row:
    """An entry of a register."""
    return {"NHS_Number": who, "Register": "COPD", "First_Recorded": "2019-02-03", "Code": "13645005"} | other


def prescription(who: str, **other: str) -> Row:
    """A prescription."""
    return {"NHS_Number": who, "BNF_Code": "0301", "Issue_Date": "2026-09-01", "Repeat": "true"} | other


def practice_row(code: str, commissioner: str = "06Q", **other: str) -> Row:
    """A practice, in the reference table."""
    dates = {"join_provider_date": "20130401", "prescribing_setting": "4"}
    return {"organisation_code": code, "commissioner": commissioner} | dates | other


def area_row(code: str, commissioner: str = "06Q", **other: str) -> Row:
    """A small area, in the reference table."""
    return {"lsoa": code, "commissioner": commissioner, "imd_decile": "2", "from": "2013-04-01"} | other


@dataclass
class Rows:
    """A delivery under way: rows by kind. As made: Anna is at risk, Ben has been in hospital once, Cara not at all."""

    apc: list[Row] = field(default_factory=lambda: [spell(10, ANNA), spell(20, ANNA), spell(30, BEN)])
    ec: list[Row] = field(default_factory=lambda: [attendance(10, ANNA)])
    op: list[Row] = field(default_factory=lambda: [appointment(10, CARA)])
    gp_patient: list[Row] = field(default_factory=lambda: [patient(ANNA), patient(BEN), patient(CARA, THERE)])
    gp_condition: list[Row] = field(default_factory=lambda: [condition(ANNA)])
    gp_medication: list[Row] = field(default_factory=lambda: [prescription(ANNA)])
    practice: list[Row] = field(
        default_factory=lambda: [*map(practice_row, (*PRACTICES, "Z99901")), practice_row("Z98001", "99E")]
    )
    lsoa: list[Row] = field(default_factory=lambda: [area_row("E01998000"), area_row("E01999901", "99E")])

    def written(self, folder: Path) -> Files:
        """The files of it; without rows there is no file of emergency care or of outpatients."""
        for kind, place in PLACES.items():
            if (rows := getattr(self, kind)) or kind not in {"ec", "op"}:
                write(folder / place, kind, rows)
        return Files(folder)


@dataclass
class Files:
    """The files of one delivery; `lists` are --objections or --cleared with their file."""

    folder: Path
    lists: tuple[object, ...] = ()
    more: tuple[object, ...] = ()

    def __getitem__(self, kind: str) -> Path:
        return self.folder / PLACES[kind]

    def listing(self, option: str, *numbers: str) -> Files:
        """The same, with a list of objectors or of those cleared."""
        return Files(
            self.folder,
            (option, write(self.folder / f"{option}.csv", "objections", [{"NHS_Number": one} for one in numbers])),
        )

    def words(self) -> list[str]:
        """What the command is told of them."""
        said = [part for kind in ("apc", "ec", "op") for part in (f"--{kind}", self[kind]) if self[kind].exists()]
        said += ["--gp", self.folder / "gp", "--reference", self.folder / "reference", *self.lists, *self.more]
        return [str(part) for part in said]


def write(path: Path, kind: str, rows: Sequence[Row]) -> Path:
    """A file of that layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, layout(kind).header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
