"""Tables of one risk run, precomputed so that each part of a view is one of them, already by practice.

What a view reaches has practice_code and at_risk, which the scope reads (policies/scopes.toml), and the patient's
handle. `score` is made of `method`, what a method says of most people, and `score_row`; a plus there keeps SQLite from
looking by practice. `trend` takes entries out of a row. `summary` and `list_change` are about no one person. No view
has `held`, `explained`, `listed` and `moved`: what the next run takes on, who moved in this one.
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
        score INTEGER NOT NULL, score_shown TEXT NOT NULL, change INTEGER, change_shown TEXT NOT NULL,
        change_kind TEXT NOT NULL,
        emergency_admissions INTEGER NOT NULL, gp_reasons TEXT NOT NULL, hospital_use TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE method (
        method TEXT PRIMARY KEY, title TEXT NOT NULL, note TEXT NOT NULL, version TEXT NOT NULL, basis TEXT NOT NULL,
        shown INTEGER NOT NULL, at_risk_method INTEGER NOT NULL, value TEXT NOT NULL, band TEXT NOT NULL,
        status TEXT NOT NULL, remark TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE score_row (
        handle TEXT NOT NULL, method TEXT NOT NULL, value TEXT NOT NULL, band TEXT NOT NULL, status TEXT NOT NULL,
        remark TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE VIEW score AS
    SELECT
        +worklist.practice_code AS practice_code, +worklist.at_risk AS at_risk, worklist.handle, method.method,
        method.title AS method_title,
        coalesce(score_row.value, method.value) AS value, coalesce(score_row.band, method.band) AS band,
        coalesce(score_row.status, method.status) AS status,
        rtrim(method.note || ' ' || coalesce(score_row.remark, method.remark)) AS note, method.at_risk_method,
        method.method AS ROWID
    FROM worklist
    CROSS JOIN method
    LEFT JOIN score_row INDEXED BY score_row_handle
        ON score_row.handle = worklist.handle AND score_row.method = method.method
    WHERE method.shown
    """,
    """
    CREATE TABLE score_gp_term_row (
        handle TEXT NOT NULL, method TEXT NOT NULL, description TEXT NOT NULL, first_recorded TEXT NOT NULL,
        points TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE VIEW score_gp_term AS
    SELECT
        +worklist.practice_code AS practice_code, +worklist.at_risk AS at_risk, worklist.handle, method.method,
        method.title AS method_title,
        score_gp_term_row.description, score_gp_term_row.first_recorded, score_gp_term_row.points,
        score_gp_term_row.description AS ROWID
    FROM worklist
    JOIN score_gp_term_row ON score_gp_term_row.handle = worklist.handle
    JOIN method ON method.method = score_gp_term_row.method
    """,
    f"CREATE TABLE gp_term ({_SCOPED}, term TEXT NOT NULL, first_recorded TEXT, evidence TEXT NOT NULL) STRICT",
    f"CREATE TABLE trend_row ({_SCOPED}, entries TEXT NOT NULL) STRICT",
    """
    CREATE VIEW trend AS
    SELECT
        trend_row.practice_code, trend_row.at_risk, trend_row.handle,
        json_extract(entry.value, '$[0]') AS as_of, json_extract(entry.value, '$[1]') AS score,
        json_extract(entry.value, '$[2]') AS band, json_extract(entry.value, '$[3]') AS shown, entry.key AS ROWID
    FROM trend_row
    JOIN json_each(trend_row.entries) AS entry
    """,
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
        diagnoses TEXT NOT NULL, procedures TEXT NOT NULL, length_of_stay INTEGER, discharge_method TEXT NOT NULL,
        discharge_destination TEXT NOT NULL
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
    f"""
    CREATE TABLE last_run (
        {_SCOPED}, state TEXT NOT NULL, before_as_of TEXT, before_score INTEGER, before_band TEXT,
        score INTEGER NOT NULL, band TEXT NOT NULL, before_shown TEXT, shown TEXT
    ) STRICT
    """,
    f"""
    CREATE TABLE change (
        {_SCOPED}, source TEXT NOT NULL, basis TEXT NOT NULL, direction TEXT NOT NULL, what TEXT NOT NULL,
        number INTEGER NOT NULL, points TEXT NOT NULL
    ) STRICT
    """,
    f"""
    CREATE TABLE change_term (
        {_SCOPED}, direction TEXT NOT NULL, term TEXT NOT NULL, description TEXT NOT NULL, dates TEXT NOT NULL,
        points TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE score_count (
        place INTEGER NOT NULL, method TEXT NOT NULL, method_title TEXT NOT NULL, version TEXT NOT NULL,
        status TEXT NOT NULL, band TEXT NOT NULL, people TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE summary (
        practice_code TEXT NOT NULL, cut TEXT NOT NULL, value TEXT NOT NULL, own_at_risk INTEGER NOT NULL,
        not_at_risk TEXT NOT NULL, share TEXT NOT NULL, average TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE list_change (
        practice_code TEXT NOT NULL, cut TEXT NOT NULL, value TEXT NOT NULL, own_patients INTEGER NOT NULL,
        before_as_of TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE listed (as_of TEXT NOT NULL, practice_code TEXT NOT NULL, own_patients INTEGER NOT NULL) STRICT",
    "CREATE TABLE explained (as_of TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT",
    """
    CREATE TABLE moved (
        as_of TEXT NOT NULL, from_practice TEXT NOT NULL, from_handle TEXT NOT NULL, practice_code TEXT NOT NULL,
        handle TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE held (kind TEXT NOT NULL, rows INTEGER NOT NULL, content BLOB NOT NULL) STRICT",
)
INDEXES = (
    "CREATE INDEX worklist_by_score ON worklist (practice_code, at_risk, score DESC)",
    "CREATE INDEX worklist_handle ON worklist (handle)",
    "CREATE INDEX worklist_number ON worklist (nhs_number)",
    "CREATE INDEX score_row_handle ON score_row (handle, method)",
    "CREATE INDEX score_gp_term_row_handle ON score_gp_term_row (handle)",
    "CREATE INDEX gp_term_handle ON gp_term (handle)",
    "CREATE INDEX trend_row_handle ON trend_row (handle)",
    "CREATE INDEX score_term_handle ON score_term (handle)",
    "CREATE INDEX spell_handle ON spell (handle)",
    "CREATE INDEX attendance_handle ON attendance (handle)",
    "CREATE INDEX appointment_handle ON appointment (handle)",
    "CREATE INDEX last_run_handle ON last_run (handle)",
    "CREATE INDEX change_handle ON change (handle)",
    "CREATE INDEX change_term_handle ON change_term (handle)",
    "CREATE INDEX summary_practice ON summary (practice_code)",
    "CREATE INDEX list_change_practice ON list_change (practice_code)",
)
INSERTS = {
    "worklist": "INSERT INTO worklist VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "method": "INSERT INTO method VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "score_row": "INSERT INTO score_row VALUES (?, ?, ?, ?, ?, ?)",
    "score_gp_term_row": "INSERT INTO score_gp_term_row VALUES (?, ?, ?, ?, ?)",
    "gp_term": "INSERT INTO gp_term VALUES (?, ?, ?, ?, ?, ?)",
    "trend_row": "INSERT INTO trend_row VALUES (?, ?, ?, ?)",
    "score_term": "INSERT INTO score_term VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "spell": "INSERT INTO spell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "attendance": "INSERT INTO attendance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "appointment": "INSERT INTO appointment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "last_run": "INSERT INTO last_run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "change": "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "change_term": "INSERT INTO change_term VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "score_count": "INSERT INTO score_count VALUES (?, ?, ?, ?, ?, ?, ?)",
    "summary": "INSERT INTO summary VALUES (?, ?, ?, ?, ?, ?, ?)",
    "list_change": "INSERT INTO list_change VALUES (?, ?, ?, ?, ?)",
    "listed": "INSERT INTO listed VALUES (?, ?, ?)",
    "explained": "INSERT INTO explained VALUES (?, ?)",
    "moved": "INSERT INTO moved VALUES (?, ?, ?, ?, ?)",
    "held": "INSERT INTO held VALUES (?, ?, ?)",
}


def create(_vault: Vault, home: Path) -> None:
    """An empty place for runs; each brings its own file."""
    (home / NAME).mkdir(mode=0o700)


def migrate(_vault: Vault, _home: Path) -> int:
    """Nothing to bring up: a run is never altered, and the next is written by the newest program."""
    return 1
