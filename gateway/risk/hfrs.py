"""Hospital Frailty Risk Score: each of 109 ICD-10 categories counts once (Gilbert and others 2018, Lancet 391:1775).

Made for people of 75 and over: younger is 'not applicable', not 0. It says frailty and is no admission risk.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.risk.codes import categories, table
from gateway.risk.methods import HFRS, POINT
from gateway.risk.score import INCOMPLETE, NOT_APPLICABLE, Score, Term, summed, thousandths

METHOD = HFRS.key
YOUNGEST = 75
MONTHS = 24
POINTS = {row["code"]: thousandths(row["points"]) for row in table("hfrs.csv")}
LABELS = {row["code"]: row["description"] for row in table("hfrs.csv")}
LOW, INTERMEDIATE, HIGH = "Low", "Intermediate", "High"
INTERMEDIATE_FROM, HIGH_ABOVE = 5 * POINT, 15 * POINT


def hospital_frailty_risk(codes: Iterable[str], age: int | None) -> Score:
    """The score. codes: ICD-10 of the person's emergency admissions in the 24 months to the index date. age: years."""
    if age is None:
        return INCOMPLETE
    if age < YOUNGEST:
        return NOT_APPLICABLE
    terms = tuple(Term(code, LABELS[code], POINTS[code]) for code in sorted(categories(codes) & POINTS.keys()))
    points = summed(terms)
    return Score(points, terms, band(points))


def band(points: int) -> str:
    """Low under 5, intermediate from 5 to 15, high above."""
    if points < INTERMEDIATE_FROM:
        return LOW
    return INTERMEDIATE if points <= HIGH_ABOVE else HIGH
