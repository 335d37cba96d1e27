"""The tables of `invoices.db` and the steps from one version to the next. Money is whole pence.

`spell` is the materialised match: for each line the SUS+ row that it was matched to, under the line's reference.
"""

from __future__ import annotations

from pathlib import Path

from gateway.stores.migrations import bring_up, create_file
from gateway.stores.outbox import OUTBOX
from gateway.stores.vault import Vault

NAME = "invoices"
FILE = "invoices.db"
_FIRST = (
    """
    CREATE TABLE delivery (
        delivery TEXT PRIMARY KEY, received TEXT NOT NULL, layout TEXT NOT NULL, rows INTEGER NOT NULL,
        set_aside INTEGER NOT NULL, instruction TEXT NOT NULL, sha256 TEXT NOT NULL, run INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX delivery_sha256 ON delivery (sha256)",
    """
    CREATE TABLE invoice (
        reference TEXT PRIMARY KEY, provider_code TEXT NOT NULL, invoice_number TEXT NOT NULL, invoice_type TEXT NOT NULL,
        invoice_date TEXT NOT NULL, period TEXT NOT NULL, contract_basis TEXT NOT NULL, net_pence INTEGER NOT NULL,
        vat_pence INTEGER NOT NULL, total_pence INTEGER NOT NULL, stated_lines INTEGER NOT NULL,
        lines INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, received TEXT NOT NULL,
        UNIQUE (provider_code, invoice_number)
    ) STRICT
    """,
    """
    CREATE TABLE line (
        reference TEXT PRIMARY KEY, invoice TEXT NOT NULL REFERENCES invoice (reference), line_number INTEGER NOT NULL,
        nhs_number TEXT, provider_code TEXT NOT NULL, cds_unique_identifier TEXT NOT NULL, activity_id TEXT NOT NULL,
        point_of_delivery TEXT NOT NULL, practice_code TEXT NOT NULL, treatment_function TEXT NOT NULL,
        admission_method TEXT NOT NULL, activity_date TEXT NOT NULL, end_date TEXT, length_of_stay INTEGER,
        tariff_code TEXT NOT NULL, activity INTEGER NOT NULL, price_pence INTEGER NOT NULL, match TEXT NOT NULL DEFAULT '',
        UNIQUE (invoice, line_number)
    ) STRICT
    """,
    """
    CREATE TABLE sus (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, month TEXT NOT NULL, provider_code TEXT NOT NULL,
        cds_unique_identifier TEXT NOT NULL, activity_id TEXT NOT NULL, nhs_number TEXT, practice_code TEXT NOT NULL,
        treatment_function TEXT NOT NULL, admission_method TEXT NOT NULL, activity_date TEXT NOT NULL, end_date TEXT,
        length_of_stay INTEGER, hrg TEXT NOT NULL, price_pence INTEGER, publication_point TEXT NOT NULL,
        extract_date TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX sus_cds ON sus (cds_unique_identifier)",
    "CREATE INDEX sus_activity ON sus (provider_code, activity_id)",
    "CREATE INDEX sus_person ON sus (nhs_number, activity_date)",
    """
    CREATE TABLE spell (
        reference TEXT PRIMARY KEY REFERENCES line (reference), nhs_number TEXT, provider_code TEXT NOT NULL,
        activity_id TEXT NOT NULL, practice_code TEXT NOT NULL, treatment_function TEXT NOT NULL,
        admission_method TEXT NOT NULL, admission_date TEXT NOT NULL, discharge_date TEXT, length_of_stay INTEGER,
        hrg TEXT NOT NULL, price_pence INTEGER, publication_point TEXT NOT NULL, extract_date TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE practice (
        organisation_code TEXT NOT NULL, commissioner TEXT NOT NULL, joined TEXT NOT NULL, left TEXT NOT NULL,
        prescribing_setting TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE notice (
        reference TEXT PRIMARY KEY, provider_code TEXT NOT NULL, issued TEXT NOT NULL, outcome TEXT NOT NULL,
        total_pence INTEGER NOT NULL
    ) STRICT
    """,
    OUTBOX,
)
STEPS = (_FIRST,)


def create(vault: Vault, home: Path) -> None:
    """An empty store of the newest version."""
    create_file(vault, NAME, home / FILE, STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring the store to the newest version; which that is."""
    return bring_up(vault, NAME, home / FILE, STEPS)
