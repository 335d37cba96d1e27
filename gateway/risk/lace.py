"""LACE index of a discharge: length of stay, acuity, comorbidity, visits (van Walraven and others 2010, CMAJ 182:551).

Not for the dead, transfers, people under 18, day cases, maternity and open stays. Comorbidity is read from the codes of
this stay and of those that began in the 24 months before it; renal severity is docs/decisions/0013-renal-severity.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.risk import charlson
from gateway.risk.codes import table
from gateway.risk.emergency_admissions import is_continued
from gateway.risk.methods import LACE, POINT
from gateway.risk.score import INCOMPLETE, NOT_APPLICABLE, Score, Term, summed
from gateway.risk.windows import months_before, years_before

METHOD = LACE.key
YOUNGEST = 18
YEARS_OF_CODES, MONTHS_OF_VISITS, CURRENT_DAYS, MONTHS_TOLD = 2, 6, 30, 12
ORDINARY, MAJOR_DEPARTMENT, TO_A_WARD = "1", "01", "306706006"
DIED = frozenset({"4", "5"})
TO_ANOTHER_HOSPITAL = frozenset({"49", "50", "51", "52", "53", "84", "87"})
MATERNITY_METHODS, MATERNITY_FUNCTIONS = frozenset({"31", "32", "82", "83", "2C"}), frozenset({"501", "560"})
TRANSFERRED_IN = "81"
SEVERE_RENAL = ("N184", "N185", "N19", "Z49", "Z992", "Z940")
RENAL_SEVERE = "rend_severe"
POINTS = {
    part: tuple(
        (int(row["least"]), int(row["points"]) * POINT) for row in table("lace.csv") if row["component"] == part
    )
    for part in "LACE"
}
LABELS = {row["key"]: row["condition"] for row in table("lace_comorbidity.csv")}
COMORBIDITY = {row["key"]: int(row["points"]) for row in table("lace_comorbidity.csv")}
KEY_OF = {name: row["key"] for row in table("lace_comorbidity.csv") for name in row["categories"].split()}
MILD_OF = {"diabwc": "diab", "metacanc": "canc", "sev_liver_or_renal": "mild_liver_or_renal"}
PARTS = {
    "L": "Length of stay",
    "A": "Emergency admission",
    "C": "Comorbidity",
    "E": "Emergency department visits in the 6 months before",
}
HIGH_FROM, MODERATE_FROM = 10 * POINT, 5 * POINT
HIGH, MODERATE, LOW = "High", "Moderate", "Low"


@dataclass(frozen=True, slots=True)
class Stay:
    """What of a spell the index looks at; age: in years at admission."""

    admitted: date
    discharged: date | None
    age: int | None
    classification: str = ORDINARY
    method: str = "21"
    source: str = "19"
    destination: str = "19"
    discharge_method: str = "1"
    function: str = "300"
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """An attendance in emergency care."""

    on: date
    department: str = MAJOR_DEPARTMENT
    destination: str = ""


def lace(stay: Stay, stays: Iterable[Stay], visits: Iterable[Visit] | None) -> Score:
    """The index of `stay`. stays: all of the person's, this one too; visits: None where their source is missing."""
    if not applies(stay):
        return NOT_APPLICABLE
    if visits is None or stay.age is None or stay.discharged is None:
        return INCOMPLETE
    days, emergency = (stay.discharged - stay.admitted).days, is_emergency(stay)
    first = years_before(stay.admitted, YEARS_OF_CODES)
    codes = [code for one in stays if first < one.admitted <= stay.admitted for code in one.codes]
    found = {
        "L": points_of("L", days),
        "A": points_of("A", int(emergency)),
        "C": points_of("C", sum(COMORBIDITY[key] for key in comorbidities(codes))),
        "E": points_of("E", sum(counts(one, stay) for one in visits)),
    }
    terms = tuple(Term(part, PARTS[part], points) for part, points in found.items() if points)
    return Score(summed(terms), terms, band(summed(terms)))


def applies(stay: Stay) -> bool:
    """Whether the index was made for such a stay; of an age that is not known it may have been."""
    home = stay.discharge_method not in DIED and stay.destination not in TO_ANOTHER_HOSPITAL
    came = not is_continued(stay.method, stay.source) and stay.method != TRANSFERRED_IN
    maternity = stay.method in MATERNITY_METHODS or stay.function in MATERNITY_FUNCTIONS
    adult = stay.age is None or stay.age >= YOUNGEST
    return stay.discharged is not None and stay.classification == ORDINARY and home and came and adult and not maternity


def is_emergency(stay: Stay) -> bool:
    """ADMISSION METHOD CODE 2x."""
    return stay.method.startswith("2")


def comorbidities(codes: Iterable[str]) -> set[str]:
    """The keys of the paper's table; of a mild and severe pair the severe alone, liver and kidney taken together."""
    codes = list(codes)
    categories = {
        charlson.PREFIXES[code[:size]]
        for code in codes
        for size in charlson.LENGTHS
        if code[:size] in charlson.PREFIXES
    }
    if any(code.startswith(SEVERE_RENAL) for code in codes):
        categories.add(RENAL_SEVERE)
    keys = {KEY_OF[name] for name in categories if name in KEY_OF}
    return keys - {mild for severe, mild in MILD_OF.items() if severe in keys}


def counts(visit: Visit, stay: Stay) -> bool:
    """A visit to a major department in the six months before admission that is not the one which led to it.

    Visits on the day of admission are taken for that one; so is one of the day before that ended on a ward.
    """
    led_to_it = is_emergency(stay) and visit.destination == TO_A_WARD and visit.on == stay.admitted - timedelta(days=1)
    within = months_before(stay.admitted, MONTHS_OF_VISITS) < visit.on < stay.admitted
    return visit.department == MAJOR_DEPARTMENT and within and not led_to_it


def is_current(stay: Stay, as_of: date) -> bool:
    """Within 30 days of the discharge; history after."""
    return stay.discharged is not None and as_of - stay.discharged <= timedelta(days=CURRENT_DAYS)


def points_of(part: str, amount: int) -> int:
    """Thousandths of one of the four parts."""
    return max((points for least, points in POINTS[part] if amount >= least), default=0)


def band(points: int) -> str:
    """Low under 5, moderate from 5, high from 10."""
    if points < MODERATE_FROM:
        return LOW
    return MODERATE if points < HIGH_FROM else HIGH
