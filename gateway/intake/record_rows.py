"""Hospital rows of listed people as the record shows them: codes in words, codes of all episodes with one separator."""

from __future__ import annotations

import polars as pl

from gateway.intake import words
from gateway.intake.linked import SCOPED, Linked, of_people, word


def spells(linked: Linked) -> pl.DataFrame:
    """Stays in hospital."""
    rows = of_people(linked, "apc")
    return rows.select(
        *SCOPED,
        pl.col("Admission_Date").cast(pl.String),
        pl.col("Discharge_Date").cast(pl.String),
        "Der_Provider_Code",
        word("Admission_Method", words.ADMISSION_METHODS),
        word("Patient_Classification", words.CLASSIFICATIONS),
        word("Der_Admit_Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        tidy("Der_Diagnosis_All"),
        tidy("Der_Procedure_All"),
        (pl.col("Discharge_Date") - pl.col("Admission_Date")).dt.total_days().alias("length_of_stay"),
        word("Discharge_Method", words.DISCHARGE_METHODS),
        word("Discharge_Destination", words.DESTINATIONS),
    )


def attendances(linked: Linked) -> pl.DataFrame:
    """Attendances in emergency care."""
    return of_people(linked, "ec").select(
        *SCOPED,
        pl.col("Arrival_Date").cast(pl.String),
        "Der_Provider_Code",
        word("EC_Department_Type", words.DEPARTMENTS),
        word("EC_Chief_Complaint_SNOMED_CT", words.SNOMED),
        word("Der_EC_Diagnosis_All", words.SNOMED),
        word("Discharge_Destination_SNOMED_CT", words.SNOMED),
    )


def appointments(linked: Linked) -> pl.DataFrame:
    """Outpatient appointments."""
    return of_people(linked, "op").select(
        *SCOPED,
        pl.col("Appointment_Date").cast(pl.String),
        "Der_Provider_Code",
        word("Treatment_Function_Code", words.TREATMENT_FUNCTIONS),
        word("Attendance_Status", words.ATTENDANCE),
        word("First_Attendance", words.FIRST),
    )


def tidy(column: str) -> pl.Expr:
    """Codes of all episodes, one separator."""
    return (
        pl.col(column)
        .str.replace_all(r"[|,\s]+", " ")
        .str.strip_chars(" ")
        .str.replace_all(" ", ", ", literal=True)
        .fill_null("")
    )
