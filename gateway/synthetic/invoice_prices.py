"""Invented prices of the illustrative national lists (codes XX…), and what a right line of an invoice costs by them.

No code or price here is real, those of the outpatient attendance codes included. Written apart from the gateway's own
pricing, so that the one can be held against the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
EXCESS_DAY = Decimal(200)
MFF = {"ZZ1": Decimal("1.050000"), "ZZ2": Decimal("1.020000"), "ZZ3": Decimal("1.000000"), "ZZ9": Decimal("1.000000")}
TOP_UP_PROVIDER, TOP_UP_SERVICE, TOP_UP = "ZZ1", "XXSPEC01", Decimal("0.10")
UNBUNDLED, UNBUNDLED_PRICE, UNPRICED = "XX51Z", Decimal(90), "XX59Z"
FIRST, FOLLOW_UP = "WF01B", "WF01A"
OUTPATIENT = {FIRST: Decimal(180), FOLLOW_UP: Decimal(85)}
EMERGENCY, EMERGENCY_PRICE = "XX81Z", Decimal(160)
DRUG, DRUG_ELSEWHERE, DRUG_PRICE = "XXD01", "XXD02", Decimal(310)


@dataclass(frozen=True, slots=True)
class Price:
    """One resource group of admitted care; day_case None: one price for day cases and ordinary elective stays."""

    elective: int
    elective_trim: int
    nonelective: int
    nonelective_trim: int
    day_case: int | None = None
    short_stay_percentage: int | None = None
    best_practice: int | None = None


ADMITTED = {
    "XX01A": Price(1000, 5, 2000, 10, short_stay_percentage=25),
    "XX02Z": Price(900, 3, 1500, 8, day_case=600),
    "XX03Z": Price(800, 6, 800, 6),
    "XX04Z": Price(800, 6, 800, 6),
    "XX06Z": Price(700, 6, 700, 6, best_practice=770),
    "XX99Z": Price(1200, 6, 1200, 6),
}


def base_price(hrg: str, pod: str, *, short: bool = False) -> Decimal:
    """Pounds for a spell by point of delivery; short: the reduced price of a short emergency stay."""
    price = ADMITTED[hrg]
    if pod == "DC" and price.day_case is not None:
        return Decimal(price.day_case)
    if pod in {"DC", "EL"}:
        return Decimal(price.elective)
    share = Decimal(price.short_stay_percentage or 100) / 100 if short else Decimal(1)
    return price.nonelective * share


def excess_days(hrg: str, pod: str, net_stay: int) -> int:
    """Days beyond the trim point, never below none."""
    price = ADMITTED[hrg]
    return max(0, net_stay - (price.elective_trim if pod in {"DC", "EL"} else price.nonelective_trim))


def total(base: Decimal, excess: Decimal, top_up: Decimal, mff: Decimal) -> Decimal:
    """(base + excess + top-up) times market forces factor, to the penny, half up."""
    return ((base + excess + top_up) * mff).quantize(PENNY, ROUND_HALF_UP)
