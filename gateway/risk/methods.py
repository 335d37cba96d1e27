"""The catalogue of methods: what each is for and not for, its version and source, and how its points are shown.

Points are whole thousandths everywhere, so that sums are exact; a page shows them with the method's own decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

POINT = 1000
_DIGITS = 3


class Basis(StrEnum):
    """Where a term comes from: a GP-sourced one may be shown before attestation, a hospital one after it (RS-5)."""

    GP = "gp_record"
    HOSPITAL = "hospital"


class Standing(StrEnum):
    """Shown on a patient's pages; made and kept, and on no page; not made here."""

    SHOWN = "shown"
    KEPT = "kept"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Method:
    """One method. decimals: how many are shown; None where its band alone is told. unit: stands behind a score.

    term_decimals: of its terms, where they are of another kind than the score.

    use, not_for: a sentence each, which stand beside every score. basis: where its terms come from.
    """

    key: str
    title: str
    use: str
    not_for: str
    decimals: int | None
    version: str
    source: str
    basis: Basis
    standing: Standing = Standing.SHOWN
    unit: str = ""
    term_decimals: int | None = None

    @property
    def note(self) -> str:
        """What is said beside the score."""
        return f"{self.use} {self.not_for}"


EMERGENCY_ADMISSIONS = Method(
    "emergency_admissions",
    "Emergency admissions in the last 12 months",
    "A count, as crude as it is.",
    "It is no prediction.",
    0,
    "the gateway's own count",
    "NHS Data Dictionary, ADMISSION METHOD CODE (HOSPITAL PROVIDER SPELL)",
    Basis.HOSPITAL,
)
HFRS = Method(
    "hfrs",
    "Hospital Frailty Risk Score",
    "How frail, from emergency admissions of the last 24 months.",
    "Says how frail, not how likely an admission is. Made for people of 75 and over.",
    1,
    "Gilbert 2018",
    "Gilbert and others 2018, Lancet 391:1775",
    Basis.HOSPITAL,
)
CHARLSON = Method(
    "charlson",
    "Charlson comorbidity score",
    "Long-term conditions recorded in emergency admissions of the last 24 months.",
    "Says nothing of what is recorded by the GP alone. Made for adults.",
    0,
    "Quan 2005 codes, 1987 weights",
    "Charlson and others 1987, J Chronic Dis 40:373; Quan and others 2005, Med Care 43:1130",
    Basis.HOSPITAL,
)
CHARLSON_2011 = Method(
    "charlson_2011",
    "Charlson comorbidity score, weights of 2011",
    CHARLSON.use,
    CHARLSON.not_for,
    0,
    "Quan 2005 codes, 2011 weights",
    "Quan and others 2011, Am J Epidemiol 173:676; Quan and others 2005, Med Care 43:1130",
    Basis.HOSPITAL,
    Standing.KEPT,
)
CHARLSON_SHMI = Method(
    "charlson_shmi",
    "Charlson comorbidity score, as the SHMI weighs it",
    CHARLSON.use,
    "Weighed for deaths in hospital. Made for adults.",
    0,
    "SHMI specification 1.60",
    "NHS Digital, Summary Hospital-level Mortality Indicator, specification 1.60",
    Basis.HOSPITAL,
    Standing.KEPT,
)
CAMBRIDGE = Method(
    "cambridge",
    "Cambridge Multimorbidity Score",
    "How heavy a person's long-term conditions weigh, from GP registers and prescriptions.",
    "Weighs GP visits, admissions and death together: not the chance of any one. Made for people of 20 and over.",
    2,
    "Payne 2020, general outcome, 20 conditions",
    "Payne and others 2020, CMAJ 192:E107",
    Basis.GP,
)
LACE = Method(
    "lace",
    "LACE index of the latest discharge",
    "How likely a death or an unplanned return within 30 days of a discharge was, when it was made.",
    "Not for other times. Not for day cases, maternity, transfers and people under 18.",
    0,
    "van Walraven 2010; renal severity by code is our reading",
    "van Walraven and others 2010, CMAJ 182:551",
    Basis.HOSPITAL,
)
EFI = Method(
    "efi",
    "Electronic frailty index",
    "How frail, as the GP system worked it out.",
    "Not a diagnosis, and not how likely an admission is. Made for people of 65 and over.",
    None,
    "Clegg 2016, as the GP system has it",
    "Clegg and others 2016, Age Ageing 45:353",
    Basis.GP,
)
PARR_30 = Method(
    "parr_30",
    "PARR-30",
    "How likely an emergency readmission within 30 days of a discharge is.",
    "Not made here until it is recalibrated on local data.",
    1,
    "Billings 2012, without its hospital term",
    "Billings and others 2012, BMJ Open 2:e001667, appendix DC1, by a secondary source",
    Basis.HOSPITAL,
    Standing.OFF,
)
ADMISSION_MODEL = Method(
    "admission_model",
    "Emergency admission in the next 12 months",
    "How likely it is, by the model that was trained on this population.",
    "Not a reason by itself to do or not to do anything. That patients are listed does not by itself cut admissions.",
    1,
    "logistic, ridge; trained here",
    "this installation's own: docs/model.md",
    Basis.HOSPITAL,
    unit=" %",
    term_decimals=3,
)
METHODS = (
    EMERGENCY_ADMISSIONS, ADMISSION_MODEL, HFRS, CHARLSON, CHARLSON_2011, CHARLSON_SHMI, CAMBRIDGE, LACE, EFI, PARR_30,
)  # fmt: skip
BY_KEY = {method.key: method for method in METHODS}
MADE = tuple(method for method in METHODS if method.standing is not Standing.OFF)


def versions() -> dict[str, str]:
    """The version of every method that a run makes, by key."""
    return {method.key: method.version for method in MADE}


def shown(points: int, method: Method) -> str:
    """Thousandths as the method publishes its score; nothing where its band alone is told."""
    if method.decimals is None:
        return ""
    sign, (whole, rest) = "-" if points < 0 else "", divmod(abs(points), POINT)
    fraction = f"{rest:0{_DIGITS}d}"[: method.decimals]
    number = f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    return number + method.unit
