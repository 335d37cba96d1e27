"""Charlson comorbidities: codes of Quan 2005, weights of 1987 and 2011; of a mild and severe pair the severe counts.

ICD-10 of emergency admissions in the 24 months to the index date, the window of the frailty score.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gateway.risk.codes import table
from gateway.risk.score import Score, Term

METHOD, TITLE, VERSION = "charlson", "Charlson comorbidity score", "Quan 2005 codes, 1987 weights"
_ROWS = table("charlson.csv")
PREFIXES = {row["prefix"]: row["category"] for row in _ROWS}
LABELS = {row["category"]: row["label"] for row in _ROWS}
WEIGHTS_1987 = {row["category"]: int(row["weight_1987"]) for row in _ROWS}
WEIGHTS_2011 = {row["category"]: int(row["weight_2011"]) for row in _ROWS}
MILD_OF = {"diabwc": "diab", "msld": "mld", "metacanc": "canc"}
_LENGTHS = (3, 4)


def charlson(codes: Iterable[str], weights: dict[str, int] | None = None) -> Score:
    """The score with the weights of 1987, or others by category."""
    chosen = WEIGHTS_1987 if weights is None else weights
    present = {PREFIXES[code[:size]] for code in codes for size in _LENGTHS if code[:size] in PREFIXES}
    present -= {mild for severe, mild in MILD_OF.items() if severe in present}
    terms = tuple(Term(name, LABELS[name], Decimal(chosen[name])) for name in sorted(present) if chosen[name])
    points = sum((term.points for term in terms), Decimal(0))
    return Score(points, terms, band(points))


def band(points: Decimal) -> str:
    """0, 1 to 2, 3 to 4, 5 and more, as the 1987 paper groups them."""
    for above, name in ((4, "5 or more"), (2, "3 to 4"), (0, "1 to 2")):
        if points > above:
            return name
    return "0"
