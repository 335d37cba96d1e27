"""Which column of a file becomes which column of the invoices store, in the order in which the store's door takes them.

A column that a layout has not is '' where it is text and nothing where it is a figure or a date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from gateway.intake.invoice_files import COMMISSIONER, ENDS, IDENTIFIER, PROVIDER, STARTS
from gateway.invoices.points_of_delivery import APC, EC, OP

Columns = Mapping[str, str]
PRACTICE = "general_medical_practice_code_patient_registration"
INVOICE: Columns = {
    "invoice": "reference", "run": "run", "received": "received", "provider_code": PROVIDER,
    "invoice_number": "invoice_number", "invoice_type": "invoice_type", "invoice_date": "invoice_date",
    "commissioner_code": COMMISSIONER, "financial_year": "financial_year", "financial_month": "financial_month",
    "contract_basis": "contract_basis", "net_pence": "invoice_net_amount", "vat_pence": "vat_amount",
    "gross_pence": "invoice_gross_amount", "line_count": "line_count",
    "purchase_order": "purchase_order_or_xx_reference", "original_invoice_number": "original_invoice_number",
    "state": "state",
}  # fmt: skip
LINE: Columns = {
    "reference": "reference", "run": "run", "received": "received", "sus_kind": "sus_kind", "provider_code": PROVIDER,
    "invoice_number": "invoice_number", "line_number": "invoice_line_number",
    "site_code": "organisation_site_identifier_of_treatment", "cds_unique_identifier": "cds_unique_identifier",
    "identifier": "identifier", "nhs_number": "nhs_number", "nhs_number_state": "nhs_number_state",
    "nhs_number_status": "nhs_number_status_indicator_code", "withheld_identity_reason": "withheld_identity_reason",
    "practice_code": PRACTICE, "practice_responsibility": "organisation_identifier_gp_practice_responsibility",
    "residence_responsibility": "organisation_identifier_residence_responsibility", "commissioner_code": COMMISSIONER,
    "point_of_delivery": "point_of_delivery_code", "service_category": "commissioned_service_category_code",
    "service_code": "service_code", "treatment_function": "activity_treatment_function_code",
    "main_specialty": "main_specialty_code", "admission_method": "admission_method_code_hospital_provider_spell",
    "patient_classification": "patient_classification_code", "first_attendance": "first_attendance_code",
    "administrative_category": "administrative_category_code", "start_date": "activity_start_date",
    "end_date": "activity_end_date", "length_of_stay": "hospital_provider_spell_length_of_stay", "hrg": "tariff_code",
    "national_tariff": "national_tariff_indicator", "bpt_flag": "bpt_flag",
    "activity": "contract_monitoring_actual_activity", "base_pence": "base_price",
    "excess_bed_days": "excess_bed_days", "excess_bed_day_pence": "excess_bed_day_amount",
    "top_up_pence": "specialist_top_up_amount", "short_stay_adjustment": "short_stay_adjustment",
    "market_forces_millionths": "contract_monitoring_actual_market_forces_factor", "line_pence": "line_amount",
    "prior_approval_reference": "prior_approval_reference",
}  # fmt: skip
_SUS: Columns = {
    "record_identifier": "generated_record_identifier", "publication_point": "sus_publication_point",
    "nhs_number_status": "nhs_number_status_indicator_code", "provider_code": PROVIDER, "practice_code": PRACTICE,
    "practice_responsibility": "commissioner_from_gp_practice", "residence_responsibility": "commissioner_of_residence",
    "commissioner_code": COMMISSIONER, "hrg": "core_hrg", "tariff_included": "pbr_included_indicator",
    "base_pence": "tariff_initial_amount_national", "line_pence": "pbr_final_tariff",
    "admission_method": "admission_method_code_hospital_provider_spell",
    "patient_classification": "patient_classification_code", "attended": "attended_or_did_not_attend_code",
    "first_attendance": "first_attendance_code", "consultation_medium": "consultation_medium_used",
    "multi_professional": "multi_professional_indicator", "administrative_category": "administrative_category_code",
    "main_specialty": "main_specialty_code", "treatment_function": "activity_treatment_function_code",
    "site_code": "organisation_site_identifier_of_treatment", "length_of_stay": "spell_los",
    "palliative_care_days": "specialist_palliative_care_days", "net_length_of_stay": "net_los",
    "primary_diagnosis": "primary_diagnosis_icd", "primary_procedure": "primary_procedure_opcs",
    "service_line": "spell_service_line", "unbundled_hrgs": "number_unbundled_hrgs",
    "before_market_forces_pence": "tariff_pre_mff_adjusted_national",
    "excess_bed_day_pence": "excess_bed_days_adjustment", "top_up_pence": "ssc_tariff_adjustment",
    "short_stay_pence": "short_stay_emergency_adjustment", "market_forces_millionths": "market_forces_factor",
    "market_forces_pence": "mff_adjustment", "total_payment_pence": "tariff_total_payment_national",
}  # fmt: skip
OF_KIND: Mapping[str, Columns] = {
    kind: {"start_date": STARTS[kind], "end_date": ENDS.get(kind, ""), "identifier": IDENTIFIER[kind]}
    for kind in (APC, OP, EC)
}
OWN_NAMES: Mapping[str, Columns] = {
    APC: {"hrg": "spell_core_hrg"},
    OP: {},
    EC: {"market_forces_millionths": "applied_mff_national"},
}
SUS_ROW = (
    "run", "kind", "month", "record_identifier", "extract_date", "publication_point", "cds_unique_identifier",
    "provider_code", "site_code", "identifier", "nhs_number", "nhs_number_state", "nhs_number_status",
    "withheld_identity_reason", "age_on_admission", "practice_code", "practice_responsibility",
    "residence_responsibility", "commissioner_code", "start_date", "end_date", "admission_method",
    "patient_classification", "attended", "first_attendance", "consultation_medium", "multi_professional",
    "department_type", "attendance_category", "administrative_category", "main_specialty", "treatment_function", "hrg",
    "length_of_stay", "critical_care_days", "rehabilitation_days", "palliative_care_days", "delayed_discharge_days",
    "net_length_of_stay", "primary_diagnosis", "primary_procedure", "service_line", "bpt_flag", "unbundled_hrgs",
    "tariff_included", "base_pence", "before_market_forces_pence", "excess_bed_day_pence", "top_up_pence",
    "short_stay_pence", "market_forces_millionths", "market_forces_pence", "total_payment_pence", "line_pence",
)  # fmt: skip
_NOT_TEXT = ("_pence", "_millionths", "_days", "_date", "length_of_stay", "unbundled_hrgs", "age_on_admission")
PRACTICE_LIST = (
    "run", "organisation_code", "commissioner", "join_provider_date", "left_provider_date", "open_date", "close_date",
    "status_code", "prescribing_setting",
)  # fmt: skip


def sus_row(kind: str) -> Columns:
    """The store's columns of a SUS+ row, each with the file's column for one kind."""
    names = {**_SUS, **OF_KIND[kind], **OWN_NAMES[kind]}
    return {column: names.get(column, column) for column in SUS_ROW}


def picked(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The store's columns in order, days as text."""
    return frame.select(_picked(frame, column, source) for column, source in columns.items())


def same(columns: Sequence[str]) -> Columns:
    """Columns that have the same name here and there."""
    return {column: column for column in columns}


def _picked(frame: pl.DataFrame, column: str, source: str) -> pl.Expr:
    if source not in frame.columns:
        return pl.lit(None if column.endswith(_NOT_TEXT) else "").alias(column)
    expression = pl.col(source)
    if frame.schema[source] == pl.Date:
        expression = expression.dt.to_string("%Y-%m-%d")
    return expression.alias(column)
