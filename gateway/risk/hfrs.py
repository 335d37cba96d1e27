"""Hospital Frailty Risk Score: each of 109 ICD-10 categories counts once (Gilbert and others 2018, Lancet 391:1775).

Made for people of 75 and over: younger is 'not applicable', not 0. It says frailty and is no admission risk.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gateway.risk.codes import categories, table
from gateway.risk.score import Score, Status, Term

METHOD, TITLE, VERSION = "hfrs", "Hospital Frailty Risk Score", "Gilbert 2018"
YOUNGEST = 75
MONTHS = 24
POINTS = {row["code"]: Decimal(row["points"]) for row in table("hfrs.csv")}
LABELS = {row["code"]: row["description"] for row in table("hfrs.csv")}
LOW, INTERMEDIATE, HIGH = "Low", "Intermediate", "High"
_INTERMEDIATE_FROM, _HIGH_ABOVE = Decimal(5), Decimal(15)


def hospital_frailty_risk(codes: Iterable[str], age: int) -> Score:
    """The score. codes: ICD-10 of the person's emergency admissions in the 24 months to the index date. age: years."""
    if age < YOUNGEST:
        return Score(Decimal(0), (), status=Status.NOT_APPLICABLE)
    present = sorted(categories(codes) & POINTS.keys())
    terms = tuple(Term(code, LABELS[code], POINTS[code]) for code in present)
    points = sum((term.points for term in terms), Decimal(0))
    return Score(points, terms, band(points))


def band(points: Decimal) -> str:
    """Low under 5, intermediate from 5 to 15, high above."""
    if points < _INTERMEDIATE_FROM:
        return LOW
    return INTERMEDIATE if points <= _HIGH_ABOVE else HIGH
