"""PARR-30: the chance of an emergency readmission within 30 days (Billings and others 2012, BMJ Open 2:e001667).

No run makes it (docs/decisions): the coefficients come from one secondary source, and that of the hospital was not
found, so that a chance worked out here is of no hospital in particular until it is recalibrated on local data.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from gateway.risk.codes import table

COEFFICIENTS = {row["key"]: float(row["coefficient"]) for row in table("parr30.csv")}
MISSING = "hospital"
COMORBIDITIES = ("chf", "pvd", "copd", "diabwc", "rend", "metacanc", "canc", "msld", "mld", "hp", "dementia")
_DEPRIVATION = (
    (50.0, "imd_ge50"), (40.0, "imd_40_50"), (25.0, "imd_25_40"), (15.0, "imd_15_25"), (10.0, "imd_10_15"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Discharge:
    """What the model looks at. comorbidities: Charlson categories; deprivation: IMD 2007 score of where somebody lives.

    admissions: emergency, not obstetric, in the year before; recent: any of them in the last 30 days.
    """

    age: int
    emergency: bool
    admissions: int
    recent: bool
    deprivation: float
    comorbidities: Collection[str] = ()


def chance(of: Discharge) -> float:
    """Between 0 and 1, without the term of the hospital."""
    log_odds = COEFFICIENTS["constant"] + COEFFICIENTS["age_sq"] * of.age**2
    log_odds += COEFFICIENTS["emerg_adm_12m"] * of.admissions
    log_odds += COEFFICIENTS["emerg_adm_30d"] * of.recent + COEFFICIENTS["current_emergency"] * of.emergency
    log_odds += COEFFICIENTS[deprivation_band(of.deprivation)]
    log_odds += sum(COEFFICIENTS[one] for one in COMORBIDITIES if one in of.comorbidities)
    return 1 / (1 + math.exp(-log_odds))


def deprivation_band(score: float) -> str:
    """The band of an IMD 2007 score."""
    return next((band for least, band in _DEPRIVATION if score >= least), "imd_lt10")
