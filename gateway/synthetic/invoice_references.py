"""The lists that invoices are checked against, all invented: prices, contracts, policies, approvals, regimes, budgets.

Codes begin with XX; every price list says that it is illustrative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gateway.synthetic import invoice_prices as prices
from gateway.synthetic.invoice_activity import Row
from gateway.synthetic.practices import ELSEWHERE, HERE, MOVED_AWAY, OUT_OF_AREA, participating_practices

SOURCE = "ILLUSTRATIVE ONLY - invented for demonstrations"
APPROVED, EXPIRED, SPECIALISED = "PAXX0001", "PAXX0002", "XXSPEC99"
CONTRACTED, NOT_CONTRACTED = ("ZZ1", "ZZ2"), ("ZZ3", "ZZ9")
POLICY, BEST_PRACTICE = "PLXX01", "XXBP1"
BLOCK_CLASS = "COMMUNITY_TRUST"
CLASSES = {"ZZ1": "NHS_TRUST", "ZZ2": "NHS_TRUST", "ZZ3": BLOCK_CLASS, "ZZ9": "INDEPENDENT"}
WINDOW_DAYS = 730
YEARS_BACK = 6
NHS_ENGLAND = "13Q"
PERIOD = ("organisation_identifier_code_of_provider", "financial_year", "financial_month")
MOVED, EXPIRED_AFTER = timedelta(days=720), timedelta(days=365)


def financial_year(day: date) -> str:
    """2025/26 for 2025-04-01 to 2026-03-31."""
    first = day.year - (day.month < 4)  # noqa: PLR2004 April
    return f"{first}/{(first + 1) % 100:02d}"


def references(practices: int, as_of: date) -> dict[str, list[Row]]:
    """Every list by layout, the history and the budget aside. Prices: of each year from `_began` to as-of."""
    began = date(as_of.year - YEARS_BACK, 4, 1)
    prices_of = [_prices(f"{year}/{(year + 1) % 100:02d}", year) for year in range(began.year, as_of.year + 1)]
    lists = {name: [row for one in prices_of for row in one[name]] for name in prices_of[0]}
    return lists | _dated(practices, as_of, began) | _agreed(began)


def _prices(name: str, year: int) -> dict[str, list[Row]]:
    """The illustrative price lists of one financial year."""
    common: Row = {"tariff_year": name, "source_file": SOURCE}
    payers = ((prices.DRUG, HERE), (prices.DRUG_ELSEWHERE, NHS_ENGLAND))
    emergency: Row = {"hrg_code": prices.EMERGENCY, "department_type_1_2_price": prices.EMERGENCY_PRICE}
    return {
        "c1_tariff_apc": [common | row for row in _admitted(year)],
        "c2_tariff_op_attendance": [common | _outpatient()],
        "c3_tariff_emergency_care": [common | emergency | {"department_type_3_price": 70}],
        "c8_unbundled_price": [common | {"hrg_code": prices.UNBUNDLED, "price": prices.UNBUNDLED_PRICE}],
        "d4_excluded_drug_device": [
            common
            | {"item_type": "DRUG", "name": f"ILLUSTRATIVE DRUG {code[-2:]}"}
            | {"local_or_national_code": code, "commissioner": payer}
            for code, payer in payers
        ],
    }


def _dated(practices: int, as_of: date, began: date) -> dict[str, list[Row]]:
    """Lists whose rows have a first day."""
    top_up: Row = {"organisation_code": prices.TOP_UP_PROVIDER, "spell_service_line": prices.TOP_UP_SERVICE}
    first: Row = {"effective_from": began}
    sourced = first | {"source_file": SOURCE}
    factors = [{"organisation_code": code, "mff_payment_index": index} for code, index in prices.MFF.items()]
    return {
        "c4_mff": [sourced | row for row in factors],
        "c5_practice_commissioner": list(_practices(practices, as_of)),
        "c6_specialist_top_up": [sourced | top_up | {"top_up_share": prices.TOP_UP}],
        "c7_service_code": [
            first | _service(prices.TOP_UP_SERVICE, "DELEGATED"),
            first | _service(SPECIALISED, "RETAINED"),
        ],
        "c9_provider_class": [
            first | {"organisation_code": code, "provider_class": name} for code, name in CLASSES.items()
        ],
        "d5_payment_regime": [first | _regime(name) for name in sorted(set(CLASSES.values()))],
    }


def _agreed(began: date) -> dict[str, list[Row]]:
    """Contracts, the policy that asks for prior approval, and the approvals."""
    first: Row = {"effective_from": began}
    policy: Row = {
        "policy_id": POLICY,
        "title": "Illustrative prior approval procedure",
        "applies_to": "APC,OPPROC",
        "match_type": "HRG_PREFIX",
        "match_value": "XX99",
        "requirement": "PRIOR_APPROVAL",
        "action_if_missing": "REJECT",
        "policy_document": SOURCE,
    }
    return {
        "d1_contract": [first | _contract(code, HERE) for code in CONTRACTED]
        + [first | _contract(code, ELSEWHERE) for code in NOT_CONTRACTED],
        "d2_local_policy": [first | policy],
        "d3_prior_approval": [_approval(APPROVED, began, None), _approval(EXPIRED, began, began + EXPIRED_AFTER)],
    }


def budgets(headers: Iterable[Row], short: Sequence[str]) -> list[Row]:
    """What is set aside for each provider and month; too little for the invoices in `short`."""
    sums: dict[tuple[str, str, int], Decimal] = {}
    for header in headers:
        period = tuple(header[name] for name in PERIOD)
        enough = Decimal(100) if header["invoice_number"] in short else header["invoice_net_amount"] + 5_000
        sums[period] = sums.get(period, Decimal(0)) + enough
    return [dict(zip(PERIOD, period, strict=True)) | {"budget_amount": pounds} for period, pounds in sums.items()]


def _admitted(year: int) -> Iterable[Row]:
    for code, price in prices.ADMITTED.items():
        short = price.short_stay_percentage
        row: Row = {
            "effective_from": date(year, 4, 1),
            "effective_to": date(year + 1, 3, 31),
            "hrg_code": code,
            "hrg_name": "ILLUSTRATIVE ONLY - not a real HRG or price",
            "outpatient_procedure_price": 120,
            "combined_dc_el_price": price.elective if price.day_case is None else None,
            "day_case_price": price.day_case,
            "elective_price": None if price.day_case is None else price.elective,
            "elective_trim_point_days": price.elective_trim,
            "nonelective_price": price.nonelective,
            "nonelective_trim_point_days": price.nonelective_trim,
            "long_stay_per_day_price": prices.EXCESS_DAY,
            "short_stay_emergency_applicable": "Yes" if short else "No",
            "short_stay_emergency_pct": short,
            "short_stay_emergency_price": price.nonelective * short // 100 if short else None,
        }
        yield row
        if price.best_practice:
            best: Row = {"bpt_level": "HRG", "bpt_flag": BEST_PRACTICE, "nonelective_price": price.best_practice}
            yield row | best | {"combined_dc_el_price": price.best_practice}


def _outpatient() -> Row:
    return {
        "activity_treatment_function_code": "300",
        "wf01b_first_single": prices.OUTPATIENT[prices.FIRST],
        "wf02b_first_multi": 220,
        "wf01a_followup_single": prices.OUTPATIENT[prices.FOLLOW_UP],
        "wf02a_followup_multi": 110,
        "non_face_to_face_first": 90,
        "non_face_to_face_followup": 40,
    }


def _practices(practices: int, as_of: date) -> Iterable[Row]:
    left = (as_of - MOVED).strftime("%Y%m%d")
    common: Row = {"open_date": "20130401", "status_code": "A", "prescribing_setting": "4"}
    for number, code in enumerate([*participating_practices(practices), OUT_OF_AREA, MOVED_AWAY], start=1):
        row = common | {"organisation_code": code, "name": f"EXAMPLE SURGERY {number}"}
        if code == MOVED_AWAY:
            yield row | {"commissioner": HERE, "join_provider_date": "20130401", "left_provider_date": left}
        joined = left if code == MOVED_AWAY else "20130401"
        payer = ELSEWHERE if code in {OUT_OF_AREA, MOVED_AWAY} else HERE
        yield row | {"commissioner": payer, "join_provider_date": joined}


def _service(code: str, delegated: str) -> Row:
    return {
        "service_code": code,
        "service_code_description": "ILLUSTRATIVE SPECIALISED SERVICE",
        "specialised": "Y",
        "secondary_dental": "N",
        "public_health": "N",
        "delegation_status": delegated,
    }


def _contract(provider: str, commissioner: str) -> Row:
    return {
        "contract_reference": f"XX{provider}{commissioner}",
        "organisation_identifier_code_of_provider": provider,
        "organisation_identifier_code_of_commissioner": commissioner,
        "payment_mechanism": "PBR",
        "covered_point_of_delivery": "*",
        "covered_service_category": "12",
        "price_basis": "NATIONAL",
        "billing_window_days": WINDOW_DAYS,
    }


def _approval(reference: str, first: date, last: date | None) -> Row:
    return {
        "prior_approval_reference": reference,
        "policy_id": POLICY,
        "organisation_identifier_code_of_provider": "ZZ1",
        "approved_from": first,
        "approved_to": last,
        "max_activity": 100,
        "decision": "APPROVED",
    }


def _regime(provider_class: str) -> Row:
    return {
        "regime_id": f"XX-{provider_class}",
        "provider_class": provider_class,
        "commissioner_class": "*",
        "rule": "BLOCK_NO_CLINICAL_INVOICE" if provider_class == BLOCK_CLASS else "PAYMENT_BY_RESULTS",
        "source": SOURCE,
    }
