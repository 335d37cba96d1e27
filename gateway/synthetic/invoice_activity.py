"""Right activity, as the provider bills it and as SUS+ has it: one invented patient for each, so that nothing overlaps.

A line and its SUS+ row are plain rows by column name; the planted faults change one or the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gateway.synthetic import invoice_prices as prices
from gateway.synthetic.practices import HERE

APC, OP, EC = "b1_sus_apc_spell", "b2_sus_op", "b3_sus_ec"
Row = dict[str, Any]
SHORT_STAY_DAYS = 1


@dataclass(frozen=True, slots=True)
class Care:
    """What was done to whom. pod: point of delivery; stay: days; service_line: of a specialised service."""

    number: int
    nhs_number: int
    practice: str
    provider: str
    starts: date
    pod: str
    hrg: str
    stay: int = 0
    service_line: str = ""

    @property
    def emergency(self) -> bool:
        """Whether an unplanned admission."""
        return self.pod.startswith("NEL")

    @property
    def ends(self) -> date:
        """The last day."""
        return self.starts + timedelta(days=self.stay)


@dataclass(slots=True)
class Billed:
    """A line, the SUS+ rows behind it by layout, and the checks whose fault is planted in it."""

    line: Row
    sus: list[tuple[str, Row]] = field(default_factory=list)
    planted: tuple[str, ...] = ()


def billed(care: Care) -> Billed:
    """A line that is right in everything, and its SUS+ row."""
    line = _line(care)
    if care.pod == "DRUG":
        return Billed(line)
    if care.pod == "AE":
        return Billed(line, [(EC, _emergency(care, line))])
    if care.pod.startswith("OP"):
        return Billed(line, [(OP, _outpatient(care, line))])
    return Billed(line, [(APC, _spell(care, line))])


def priced(care: Care) -> Row:
    """The columns of price."""
    top_up = excess = Decimal(0)
    days, short = 0, False
    if care.hrg in prices.ADMITTED:
        short = (
            care.emergency and care.stay <= SHORT_STAY_DAYS and bool(prices.ADMITTED[care.hrg].short_stay_percentage)
        )
        base = prices.base_price(care.hrg, care.pod, short=short)
        days = prices.excess_days(care.hrg, care.pod, care.stay)
        excess = days * prices.EXCESS_DAY
        if (care.provider, care.service_line) == (prices.TOP_UP_PROVIDER, prices.TOP_UP_SERVICE):
            top_up = (base + excess) * prices.TOP_UP
    else:
        base = _other_price(care)
    row = {
        "base_price": base,
        "excess_bed_days": days,
        "excess_bed_day_amount": excess,
        "specialist_top_up_amount": top_up,
        "short_stay_adjustment": "Y" if short else "N",
        "contract_monitoring_actual_market_forces_factor": Decimal(1)
        if care.pod == "DRUG"
        else prices.MFF[care.provider],
    }
    return row | {"line_amount": line_amount(row)}


def line_amount(row: Row) -> Decimal:
    """What the components of a line add up to."""
    return prices.total(
        row["base_price"], row["excess_bed_day_amount"], row["specialist_top_up_amount"],
        row["contract_monitoring_actual_market_forces_factor"],
    )  # fmt: skip


def _other_price(care: Care) -> Decimal:
    if care.pod == "AE":
        return prices.EMERGENCY_PRICE
    if care.pod == "DRUG":
        return prices.DRUG_PRICE
    return prices.OUTPATIENT.get(care.hrg, prices.UNBUNDLED_PRICE)


def _common(care: Care) -> Row:
    return {
        "organisation_identifier_code_of_provider": care.provider,
        "cds_unique_identifier": "" if care.pod == "DRUG" else f"B{care.provider}SYN{care.number:07d}",
        "nhs_number": str(care.nhs_number),
        "nhs_number_status_indicator_code": "01",
        "withheld_identity_reason": "",
        "general_medical_practice_code_patient_registration": care.practice,
        "organisation_identifier_code_of_commissioner": HERE,
        "administrative_category_code": "01",
        "main_specialty_code": "300",
        "activity_treatment_function_code": "180" if care.pod == "AE" else "300",
    }


def _admission(care: Care) -> Row:
    return {
        "organisation_site_identifier_of_treatment": f"{care.provider}01",
        "hospital_provider_spell_number": f"SYN{care.number:06d}",
        "admission_method_code_hospital_provider_spell": "21" if care.emergency or care.pod.startswith("UNB") else "11",
        "patient_classification_code": "2" if care.pod == "DC" else "1",
    }


def _line(care: Care) -> Row:
    row = _common(care) | {
        "organisation_identifier_gp_practice_responsibility": HERE,
        "organisation_identifier_residence_responsibility": HERE,
        "point_of_delivery_code": care.pod,
        "commissioned_service_category_code": "12",
        "activity_start_date": care.starts,
        "activity_end_date": care.ends,
        "tariff_code": care.hrg,
        "national_tariff_indicator": "N" if care.pod == "DRUG" else "Y",
        "contract_monitoring_actual_activity": 1,
    }
    if care.pod.startswith("OP") or care.pod == "AE":
        row |= {"attendance_identifier": f"SYA{care.number:06d}"}
        row |= {"first_attendance_code": "" if care.pod == "AE" else _first(care)}
    elif care.pod != "DRUG":
        row |= _admission(care) | {"hospital_provider_spell_length_of_stay": care.stay}
    return row | priced(care)


def _first(care: Care) -> str:
    return "1" if care.hrg == prices.FIRST else "2"


def _sus(care: Care) -> Row:
    return _common(care) | {
        "generated_record_identifier": care.number,
        "commissioner_from_gp_practice": HERE,
        "commissioner_of_residence": HERE,
        "spell_service_line": care.service_line,
        "pbr_included_indicator": "Y",
        "sus_publication_point": "POST_RECONCILIATION",
    }


def _spell(care: Care, line: Row) -> Row:
    core = replace(care, hrg="XX02Z", pod="NEL") if care.pod.startswith("UNB") else care
    own = line if core is care else priced(core)
    full = prices.base_price(core.hrg, core.pod)
    before = own["base_price"] + own["excess_bed_day_amount"] + own["specialist_top_up_amount"]
    return _sus(care) | _admission(care) | {
        "age_on_admission": 40 + care.number % 50,
        "start_date_hospital_provider_spell": care.starts,
        "discharge_date_hospital_provider_spell": care.ends,
        "spell_core_hrg": core.hrg,
        "spell_los": care.stay,
        "critical_care_days": 0,
        "rehabilitation_days": 0,
        "specialist_palliative_care_days": 0,
        "delayed_discharge_days": 0,
        "net_los": care.stay,
        "primary_diagnosis_icd": "R69X",
        "number_unbundled_hrgs": 0 if core is care else 1,
        "tariff_initial_amount_national": full,
        "excess_bed_days_adjustment": own["excess_bed_day_amount"],
        "ssc_tariff_adjustment": own["specialist_top_up_amount"],
        "short_stay_emergency_adjustment": own["base_price"] - full,
        "market_forces_factor": prices.MFF[care.provider],
        "mff_adjustment": own["line_amount"] - before,
        "pbr_final_tariff": own["line_amount"],
    }  # fmt: skip


def _outpatient(care: Care, line: Row) -> Row:
    return _sus(care) | {
        "attendance_identifier": line["attendance_identifier"],
        "appointment_date": care.starts,
        "attended_or_did_not_attend_code": "5",
        "first_attendance_code": line["first_attendance_code"],
        "consultation_medium_used": "01",
        "multi_professional_indicator": "N",
        "core_hrg": care.hrg,
        "tariff_initial_amount_national": line["base_price"],
        "market_forces_factor": prices.MFF[care.provider],
        "pbr_final_tariff": line["line_amount"],
    }


def _emergency(care: Care, line: Row) -> Row:
    return _sus(care) | {
        "attendance_identifier": line["attendance_identifier"],
        "arrival_date": care.starts,
        "department_type": "01",
        "attendance_category": "1",
        "core_hrg": care.hrg,
        "tariff_initial_amount_national": line["base_price"],
        "tariff_pre_mff_adjusted_national": line["base_price"],
        "applied_mff_national": prices.MFF[care.provider],
        "mff_adjustment": line["line_amount"] - line["base_price"],
        "tariff_total_payment_national": line["line_amount"],
        "pbr_final_tariff": line["line_amount"],
    }
