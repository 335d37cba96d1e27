"""The tables of `invoices.db` and the steps from one version to the next. Money is whole pence, factors millionths.

`invoice`, `reference` and `delivery` codes are our own, of letters and digits, and mean nothing outside (IV-2).
No table has a birth date or a patient's postcode (IV-3).
"""

from __future__ import annotations

from pathlib import Path

from gateway.stores.migrations import bring_up, create_file
from gateway.stores.outbox import OUTBOX
from gateway.stores.vault import Vault

NAME = "invoices"
FILE = "invoices.db"
_RUN = """
    CREATE TABLE run (
        run INTEGER PRIMARY KEY, instruction TEXT NOT NULL, user TEXT NOT NULL, received TEXT NOT NULL
    ) STRICT
"""
_DELIVERY = """
    CREATE TABLE delivery (
        delivery TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (run), received TEXT NOT NULL,
        file TEXT NOT NULL, layout TEXT NOT NULL, rows INTEGER NOT NULL, stored INTEGER NOT NULL,
        set_aside INTEGER NOT NULL, quarantined INTEGER NOT NULL, lost_columns INTEGER NOT NULL,
        first_date TEXT, last_date TEXT, extract_date TEXT, instruction TEXT NOT NULL, sha256 TEXT NOT NULL
    ) STRICT
"""
_INVOICE = """
    CREATE TABLE invoice (
        invoice TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (run), received TEXT NOT NULL,
        provider_code TEXT NOT NULL, invoice_number TEXT NOT NULL, invoice_type TEXT NOT NULL,
        invoice_date TEXT, commissioner_code TEXT NOT NULL, financial_year TEXT NOT NULL,
        financial_month INTEGER, contract_basis TEXT NOT NULL, net_pence INTEGER, vat_pence INTEGER,
        gross_pence INTEGER, line_count INTEGER, purchase_order TEXT NOT NULL, original_invoice_number TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('RECEIVED', 'QUARANTINED', 'REGISTERED', 'AWAITING_BACKING')),
        lines INTEGER NOT NULL DEFAULT 0, lines_pence INTEGER NOT NULL DEFAULT 0,
        lines_matched INTEGER NOT NULL DEFAULT 0
    ) STRICT
"""
_LINE = """
    CREATE TABLE line (
        reference TEXT PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (run), received TEXT NOT NULL,
        invoice TEXT REFERENCES invoice (invoice), provider_code TEXT NOT NULL, invoice_number TEXT NOT NULL,
        line_number INTEGER NOT NULL, site_code TEXT NOT NULL, cds_unique_identifier TEXT NOT NULL,
        identifier TEXT NOT NULL, nhs_number TEXT, nhs_number_state TEXT NOT NULL, nhs_number_status TEXT NOT NULL,
        withheld_identity_reason TEXT NOT NULL, practice_code TEXT NOT NULL,
        practice_responsibility TEXT NOT NULL, residence_responsibility TEXT NOT NULL, commissioner_code TEXT NOT NULL,
        point_of_delivery TEXT NOT NULL, sus_kind TEXT NOT NULL, service_category TEXT NOT NULL,
        service_code TEXT NOT NULL, treatment_function TEXT NOT NULL, main_specialty TEXT NOT NULL,
        admission_method TEXT NOT NULL, patient_classification TEXT NOT NULL, first_attendance TEXT NOT NULL,
        administrative_category TEXT NOT NULL, start_date TEXT NOT NULL, end_date TEXT, length_of_stay INTEGER,
        hrg TEXT NOT NULL, national_tariff TEXT NOT NULL, bpt_flag TEXT NOT NULL, activity INTEGER NOT NULL,
        base_pence INTEGER, excess_bed_days INTEGER, excess_bed_day_pence INTEGER, top_up_pence INTEGER,
        short_stay_adjustment TEXT NOT NULL, market_forces_millionths INTEGER, line_pence INTEGER NOT NULL,
        prior_approval_reference TEXT NOT NULL,
        UNIQUE (provider_code, invoice_number, line_number)
    ) STRICT
"""
_SUS_ROW = """
    CREATE TABLE sus_row (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (run), kind TEXT NOT NULL,
        record_identifier INTEGER NOT NULL, month TEXT NOT NULL, extract_date TEXT NOT NULL,
        publication_point TEXT NOT NULL, cds_unique_identifier TEXT NOT NULL, provider_code TEXT NOT NULL,
        site_code TEXT NOT NULL, identifier TEXT NOT NULL, nhs_number TEXT, nhs_number_state TEXT NOT NULL,
        nhs_number_status TEXT NOT NULL,
        withheld_identity_reason TEXT NOT NULL, age_on_admission INTEGER, practice_code TEXT NOT NULL,
        practice_responsibility TEXT NOT NULL, residence_responsibility TEXT NOT NULL, commissioner_code TEXT NOT NULL,
        start_date TEXT NOT NULL, end_date TEXT, admission_method TEXT NOT NULL, patient_classification TEXT NOT NULL,
        attended TEXT NOT NULL, first_attendance TEXT NOT NULL, consultation_medium TEXT NOT NULL,
        multi_professional TEXT NOT NULL, department_type TEXT NOT NULL, attendance_category TEXT NOT NULL,
        administrative_category TEXT NOT NULL, main_specialty TEXT NOT NULL, treatment_function TEXT NOT NULL,
        hrg TEXT NOT NULL, length_of_stay INTEGER, critical_care_days INTEGER, rehabilitation_days INTEGER,
        palliative_care_days INTEGER, delayed_discharge_days INTEGER, net_length_of_stay INTEGER,
        primary_diagnosis TEXT NOT NULL, primary_procedure TEXT NOT NULL, service_line TEXT NOT NULL,
        bpt_flag TEXT NOT NULL, unbundled_hrgs INTEGER, tariff_included TEXT NOT NULL, base_pence INTEGER,
        before_market_forces_pence INTEGER, excess_bed_day_pence INTEGER, top_up_pence INTEGER,
        short_stay_pence INTEGER, market_forces_millionths INTEGER, market_forces_pence INTEGER,
        total_payment_pence INTEGER, line_pence INTEGER
    ) STRICT
"""
_MATCHED = """
    CREATE TABLE matched (
        reference TEXT PRIMARY KEY REFERENCES line (reference), sus_row INTEGER NOT NULL REFERENCES sus_row (id),
        tier TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
"""
_PRACTICE = """
    CREATE TABLE practice_commissioner (
        run INTEGER NOT NULL REFERENCES run (run), organisation_code TEXT NOT NULL, commissioner TEXT NOT NULL,
        join_provider_date TEXT NOT NULL, left_provider_date TEXT NOT NULL, open_date TEXT NOT NULL,
        close_date TEXT NOT NULL, status_code TEXT NOT NULL, prescribing_setting TEXT NOT NULL
    ) STRICT
"""
_NOTICE = """
    CREATE TABLE notice (
        notice TEXT PRIMARY KEY, issued TEXT NOT NULL, provider_code TEXT NOT NULL, financial_year TEXT NOT NULL,
        financial_month INTEGER NOT NULL, state TEXT NOT NULL, invoiced_pence INTEGER NOT NULL,
        payable_pence INTEGER NOT NULL
    ) STRICT
"""
_FIRST = (
    _RUN, _DELIVERY, _INVOICE, _LINE, _SUS_ROW, _MATCHED, _PRACTICE, _NOTICE, OUTBOX,
    "CREATE INDEX delivery_sha256 ON delivery (sha256)",
    "CREATE UNIQUE INDEX invoice_number ON invoice (provider_code, invoice_number) WHERE invoice_number <> ''",
    "CREATE INDEX line_invoice ON line (invoice, line_number)",
    "CREATE INDEX sus_row_month ON sus_row (kind, month)",
    "CREATE INDEX sus_row_identifier ON sus_row (provider_code, identifier)",
    "CREATE INDEX sus_row_cds ON sus_row (cds_unique_identifier)",
    "CREATE INDEX sus_row_person ON sus_row (nhs_number, start_date)",
    "CREATE INDEX matched_sus_row ON matched (sus_row)",
)  # fmt: skip
STEPS = (_FIRST,)


def create(vault: Vault, home: Path) -> None:
    """An empty store of the newest version."""
    create_file(vault, NAME, home / FILE, STEPS)


def migrate(vault: Vault, home: Path) -> int:
    """Bring the store to the newest version; which that is."""
    return bring_up(vault, NAME, home / FILE, STEPS)
