"""One wrong thing in a line that is otherwise right, for each check of the catalogue that looks at a line.

`lines` in truth.json names the check that is about the fault; what else follows from it is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from gateway.synthetic import invoice_prices as prices
from gateway.synthetic.invoice_activity import APC, Billed, Row, line_amount
from gateway.synthetic.invoice_references import APPROVED, BEST_PRACTICE, EXPIRED, SPECIALISED
from gateway.synthetic.practices import ELSEWHERE, MOVED_AWAY, OUT_OF_AREA

PRACTICE = "general_medical_practice_code_patient_registration"
COMMISSIONER = "organisation_identifier_code_of_commissioner"
CATEGORY = "commissioned_service_category_code"
CHARGE = "administrative_category_code"
MONEY = ("base_price", "excess_bed_day_amount", "specialist_top_up_amount")
Fault = Callable[[Billed], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault, the check that is about it, and the activity it is put into."""

    check: str
    fault: Fault
    pod: str = "NEL"
    hrg: str = "XX02Z"
    stay: int = 3
    provider: str = ""


def on_line(**columns: object) -> Fault:
    """Other values on the line; where they are of its price, the line adds up to them."""

    def fault(of: Billed) -> None:
        of.line.update(columns)
        if not columns.keys().isdisjoint((*MONEY, "contract_monitoring_actual_market_forces_factor")):
            of.line["line_amount"] = line_amount(of.line)

    return fault


def in_sus(**columns: object) -> Fault:
    """Other values in SUS+."""
    return lambda of: of.sus[0][1].update(columns)


def on_both(**columns: object) -> Fault:
    """The same other values on the line and in SUS+."""

    def fault(of: Billed) -> None:
        of.line.update(columns)
        of.sus[0][1].update(columns)

    return fault


def registered_elsewhere(practice: str) -> Fault:
    """Lives here, but is on the list of a practice whose commissioner is another."""

    def fault(of: Billed) -> None:
        on_both(**{PRACTICE: practice})(of)
        of.line["organisation_identifier_gp_practice_responsibility"] = ELSEWHERE
        of.sus[0][1]["commissioner_from_gp_practice"] = ELSEWHERE

    return fault


def wrong_number(of: Billed) -> None:
    """A check digit that is not the number's; SUS+ has the right one."""
    number = of.line["nhs_number"]
    of.line["nhs_number"] = number[:-1] + str((int(number[-1]) + 1) % 10)


def not_in_sus(of: Billed) -> None:
    """SUS+ has nothing of it."""
    of.sus.clear()


def during_a_spell(of: Billed) -> None:
    """The patient lies in the same hospital on the day of the appointment; that spell is not billed here."""
    appointment: Row = of.sus[0][1]
    days = {name: timedelta(days=many) for name, many in
            (("start_date_hospital_provider_spell", -4), ("discharge_date_hospital_provider_spell", 4))}  # fmt: skip
    number = appointment["generated_record_identifier"] + 500_000
    spell = appointment | {name: appointment["appointment_date"] + off for name, off in days.items()}
    spell |= {
        "generated_record_identifier": number,
        "cds_unique_identifier": f"B{appointment['organisation_identifier_code_of_provider']}SYN{number:07d}",
        "hospital_provider_spell_number": f"SYN{number:06d}",
        "admission_method_code_hospital_provider_spell": "21",
        "patient_classification_code": "1",
        "age_on_admission": 71,
        "spell_core_hrg": "XX02Z",
        "spell_los": 8,
        "net_los": 8,
    }
    of.sus.append((APC, spell))


def plants() -> Iterator[Planted]:
    """Every line fault but repeats, three or more of each check."""
    yield from _identity_and_responsibility()
    yield from _activity()
    yield from _price()
    yield from _policy()


def _identity_and_responsibility() -> Iterator[Planted]:
    for pence in (50, 60, 70):
        yield Planted("IV-02", _added(Decimal(pence) / 100))
    yield Planted("IV-03", wrong_number)
    yield Planted("IV-03", on_line(nhs_number_status_indicator_code="02"))
    yield Planted("IV-03", on_line(nhs_number_status_indicator_code="03"))
    for practice in (OUT_OF_AREA, OUT_OF_AREA, MOVED_AWAY):
        yield Planted("IV-04", registered_elsewhere(practice))
    for _ in range(3):
        yield Planted("IV-05", on_both(**{COMMISSIONER: ELSEWHERE}))
        yield Planted("IV-28", in_sus(**{COMMISSIONER: ELSEWHERE}))
        yield Planted("IV-08", _nothing, provider="ZZ3")
        yield Planted("IV-26", on_both(**{CHARGE: "02"}))


def _activity() -> Iterator[Planted]:
    for stay in (2, 3, 4):
        yield Planted("IV-06", not_in_sus, stay=stay)
        yield Planted("IV-11", in_sus(spell_core_hrg="XX04Z"), hrg="XX03Z", stay=stay)
        yield Planted("IV-12", on_line(point_of_delivery_code="EL"), hrg="XX03Z", stay=stay)
        yield Planted("IV-10", during_a_spell, "OPFASPCL", prices.FIRST, 0)
    for attended in ("2", "3", "7"):
        absent = in_sus(attended_or_did_not_attend_code=attended)
        yield Planted("IV-27", absent, "OPFUPSPCL", prices.FOLLOW_UP, 0)


def _price() -> Iterator[Planted]:
    for more in (150, 210, -90):
        yield Planted("IV-13", on_line(base_price=Decimal(1500 + more)))
    for days in (3, 4, 5):
        amount = days * prices.EXCESS_DAY
        yield Planted("IV-14", on_line(excess_bed_days=days, excess_bed_day_amount=amount), stay=9)
        yield Planted("IV-15", on_line(base_price=Decimal(2000), short_stay_adjustment="N"), "NELST", "XX01A", 1)
        yield Planted("IV-16", on_line(bpt_flag=BEST_PRACTICE), "EL", "XX06Z", 2)
        yield Planted("IV-17", on_line(specialist_top_up_amount=Decimal(days * 50)), "EL", provider="ZZ2")
        wrong = {"contract_monitoring_actual_market_forces_factor": Decimal("1.20") + Decimal(days) / 100}
        yield Planted("IV-18", on_line(**wrong), "EL")
        yield Planted("IV-19", on_line(tariff_code=prices.UNPRICED), "UNBOTHER", prices.UNBUNDLED)


def _policy() -> Iterator[Planted]:
    for reference in ("", "PANONE", EXPIRED):
        yield Planted("IV-22", on_line(prior_approval_reference=reference), "EL", "XX99Z", provider="ZZ1")
        yield Planted("IV-23", _nothing, "DRUG", prices.DRUG_ELSEWHERE, 0)
        yield Planted("IV-24", on_line(service_code=SPECIALISED))
    for category in ("51", "61", "71", "81"):
        yield Planted("IV-25", on_line(**{CATEGORY: category}))


def agreed(of: Billed) -> None:
    """A prior approval that covers the line: what a right one looks like."""
    of.line["prior_approval_reference"] = APPROVED


def _added(pounds: Decimal) -> Fault:
    def fault(of: Billed) -> None:
        of.line["line_amount"] += pounds

    return fault


def _nothing(_of: Billed) -> None:
    """The activity itself is the fault: who gave it, or who pays for such a drug."""
