"""Charlson comorbidities under three weightings; of a mild and severe pair the severe counts.

ICD-10 of emergency admissions in the 24 months to the index date, the window of the frailty score. The weights of the
SHMI go with its own codes alone, and let no sum go below 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.risk.codes import table
from gateway.risk.methods import CHARLSON, CHARLSON_2011, CHARLSON_SHMI, POINT
from gateway.risk.score import INCOMPLETE, NOT_APPLICABLE, Score, Term, summed

METHOD = CHARLSON.key
YOUNGEST = 18
_ROWS, _SHMI = table("charlson.csv"), table("charlson_shmi.csv")
PREFIXES = {row["prefix"]: row["category"] for row in _ROWS}
LABELS = {row["category"]: row["label"] for row in _ROWS}
MILD_OF = {"diabwc": "diab", "msld": "mld", "metacanc": "canc"}
LENGTHS = (3, 4)
FLOOR = Term("floor", "No sum counts as less than 0", 0)
Bands = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Weighting:
    """prefixes: category by code prefix; weights: thousandths by category; bands: above so much, the first that holds.

    lowest: what a sum is raised to where it is less.
    """

    method: str
    prefixes: Mapping[str, str]
    weights: Mapping[str, int]
    bands: Bands
    lowest: int | None = None


GROUPS: Bands = ((4 * POINT, "5 or more"), (2 * POINT, "3 to 4"), (0, "1 to 2"))
SHMI_GROUPS: Bands = ((5 * POINT, "6 or more"), (0, "1 to 5"))
NONE = "0"
OF_1987 = Weighting(
    METHOD, PREFIXES, {row["category"]: int(row["weight_1987"]) * POINT for row in _ROWS}, GROUPS
)  # fmt: skip
OF_2011 = Weighting(
    CHARLSON_2011.key, PREFIXES, {row["category"]: int(row["weight_2011"]) * POINT for row in _ROWS}, GROUPS
)
OF_SHMI = Weighting(
    CHARLSON_SHMI.key,
    {row["prefix"]: row["category"] for row in _SHMI},
    {row["category"]: int(row["weight"]) * POINT for row in _SHMI},
    SHMI_GROUPS,
    lowest=0,
)
WEIGHTINGS = (OF_1987, OF_2011, OF_SHMI)


def charlson(codes: Iterable[str], age: int | None, by: Weighting = OF_1987) -> Score:
    """The score by one weighting. A weight of nothing is no term."""
    if age is None:
        return INCOMPLETE
    if age < YOUNGEST:
        return NOT_APPLICABLE
    present = sorted(comorbidities(codes, by.prefixes))
    terms = [Term(name, LABELS[name], by.weights[name]) for name in present if by.weights[name]]
    points = summed(terms)
    if by.lowest is not None and points < by.lowest:
        terms.append(Term(FLOOR.code, FLOOR.label, by.lowest - points))
        points = by.lowest
    return Score(points, tuple(terms), band(points, by.bands))


def comorbidities(codes: Iterable[str], prefixes: Mapping[str, str] = PREFIXES) -> set[str]:
    """The categories of codes; of a pair the severe one alone."""
    present = {prefixes[code[:size]] for code in codes for size in LENGTHS if code[:size] in prefixes}
    return present - {mild for severe, mild in MILD_OF.items() if severe in present}


def band(points: int, bands: Bands = GROUPS) -> str:
    """0, 1 to 2, 3 to 4, 5 and more, as the 1987 paper groups them; or others."""
    return next((name for above, name in bands if points > above), NONE)
