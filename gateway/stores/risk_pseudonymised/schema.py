"""Tables of one pseudonymised run: persons in bands, their history in months, and the protected lattice of counts.

No id, order, exact date or rare value stands here and in the identifiable store (ALL-5).
"""

from __future__ import annotations

from pathlib import Path

from gateway.stores.vault import Vault

NAME = "risk_pseudonymised"
TABLES = (
    """
    CREATE TABLE lattice (
        cut TEXT NOT NULL, value TEXT NOT NULL, cut_2 TEXT NOT NULL, value_2 TEXT NOT NULL,
        people TEXT NOT NULL, at_risk TEXT NOT NULL, percentage TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE person (
        pseudonym TEXT NOT NULL, practice_code TEXT NOT NULL, age_band TEXT NOT NULL, sex TEXT NOT NULL,
        ethnic_group TEXT NOT NULL, deprivation_decile TEXT NOT NULL, risk_band TEXT NOT NULL,
        emergency_admissions_band TEXT NOT NULL, hfrs_band TEXT NOT NULL, charlson_band TEXT NOT NULL,
        long_term_conditions_band TEXT NOT NULL, medicines_band TEXT NOT NULL, cost_band TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE history (
        pseudonym TEXT NOT NULL, month TEXT NOT NULL, kind TEXT NOT NULL, provider_code TEXT NOT NULL,
        admission_method TEXT NOT NULL, treatment_function TEXT NOT NULL, hrg_chapter TEXT NOT NULL,
        conditions TEXT NOT NULL, length_of_stay_band TEXT NOT NULL, cost_band TEXT NOT NULL
    ) STRICT
    """,
)
INDEXES = (
    "CREATE INDEX person_pseudonym ON person (pseudonym)",
    "CREATE INDEX person_practice ON person (practice_code, pseudonym)",
    "CREATE INDEX history_pseudonym ON history (pseudonym)",
)
INSERTS = {
    "lattice": "INSERT INTO lattice VALUES (?, ?, ?, ?, ?, ?, ?)",
    "person": "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "history": "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}


def create(_vault: Vault, home: Path) -> None:
    """An empty place for runs; each brings its own file."""
    (home / NAME).mkdir(mode=0o700)


def migrate(_vault: Vault, _home: Path) -> int:
    """Nothing to bring up: a run is never altered, and the next is written by the newest program."""
    return 1
