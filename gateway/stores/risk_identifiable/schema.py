"""Tables of one risk run, precomputed so that each part of a view is one of them, already by practice.

Every table has practice_code and at_risk, which the scope reads (policies/scopes.toml), and the patient's handle; but
`held`, which is the pipeline's own: hospital rows by kind that the next run takes on. No view reaches it.
"""

from __future__ import annotations

from pathlib import Path

from gateway.stores.vault import Vault

NAME = "risk_identifiable"
_SCOPED = "practice_code TEXT NOT NULL, at_risk INTEGER NOT NULL, handle TEXT NOT NULL"
TABLES = (
    f"""
    CREATE TABLE worklist (
        {_SCOPED}, nhs_number TEXT NOT NULL, age_band TEXT NOT NULL, sex TEXT NOT NULL, band TEXT NOT NULL,
        score INTEGER NOT NULL, change INTEGER, gp_reasons TEXT NOT NULL, hospital_use TEXT NOT NULL
    ) STRICT
    """,
    f"""
    CREATE TABLE score (
        {_SCOPED}, method TEXT NOT NULL, method_title TEXT NOT NULL, value TEXT NOT NULL, band TEXT NOT NULL,
        status TEXT NOT NULL, note TEXT NOT NULL, at_risk_method INTEGER NOT NULL
    ) STRICT
    """,
    f"CREATE TABLE gp_term ({_SCOPED}, term TEXT NOT NULL, first_recorded TEXT, evidence TEXT NOT NULL) STRICT",
    f"CREATE TABLE trend ({_SCOPED}, as_of TEXT NOT NULL, score INTEGER NOT NULL, band TEXT NOT NULL) STRICT",
    f"""
    CREATE TABLE score_term (
        {_SCOPED}, method TEXT NOT NULL, term TEXT NOT NULL, description TEXT NOT NULL, points TEXT NOT NULL,
        dates TEXT NOT NULL
    ) STRICT
    """,
    f"""
    CREATE TABLE spell (
        {_SCOPED}, admission_date TEXT NOT NULL, discharge_date TEXT, provider_code TEXT NOT NULL,
        admission_method TEXT NOT NULL, patient_classification TEXT NOT NULL, treatment_function TEXT NOT NULL,
        diagnoses TEXT NOT NULL, procedures TEXT NOT NULL, length_of_stay INTEGER
    ) STRICT
    """,
    f"""
    CREATE TABLE attendance (
        {_SCOPED}, arrival_date TEXT NOT NULL, provider_code TEXT NOT NULL, department_type TEXT NOT NULL,
        chief_complaint TEXT NOT NULL, diagnoses TEXT NOT NULL, discharge_destination TEXT NOT NULL
    ) STRICT
    """,
    f"""
    CREATE TABLE appointment (
        {_SCOPED}, appointment_date TEXT NOT NULL, provider_code TEXT NOT NULL, treatment_function TEXT NOT NULL,
        attendance_status TEXT NOT NULL, first_attendance TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE held (kind TEXT PRIMARY KEY, rows INTEGER NOT NULL, content BLOB NOT NULL) STRICT",
)
INDEXES = (
    "CREATE INDEX worklist_by_score ON worklist (practice_code, at_risk, score DESC)",
    "CREATE INDEX worklist_handle ON worklist (handle)",
    "CREATE INDEX score_handle ON score (handle)",
    "CREATE INDEX gp_term_handle ON gp_term (handle)",
    "CREATE INDEX trend_handle ON trend (handle)",
    "CREATE INDEX score_term_handle ON score_term (handle)",
    "CREATE INDEX spell_handle ON spell (handle)",
    "CREATE INDEX attendance_handle ON attendance (handle)",
    "CREATE INDEX appointment_handle ON appointment (handle)",
)
INSERTS = {
    "worklist": "INSERT INTO worklist VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "score": "INSERT INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "gp_term": "INSERT INTO gp_term VALUES (?, ?, ?, ?, ?, ?)",
    "trend": "INSERT INTO trend VALUES (?, ?, ?, ?, ?, ?)",
    "score_term": "INSERT INTO score_term VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "spell": "INSERT INTO spell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "attendance": "INSERT INTO attendance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "appointment": "INSERT INTO appointment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "held": "INSERT INTO held VALUES (?, ?, ?)",
}


def create(_vault: Vault, home: Path) -> None:
    """An empty place for runs; each brings its own file."""
    (home / NAME).mkdir(mode=0o700)


def migrate(_vault: Vault, _home: Path) -> int:
    """Nothing to bring up: a run is never altered, and the next is written by the newest program."""
    return 1
