"""The crude method of being at risk: two or more emergency admissions in the twelve months to the index date.

It stands until a local model is trained and calibrated, and every page says that it is as crude as it is. A stay
continued from another provider (source 49, 51, 52, 53 or 87 with method 2B or 81) is no new emergency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.risk.methods import EMERGENCY_ADMISSIONS
from gateway.risk.windows import years_before

METHOD = EMERGENCY_ADMISSIONS.key
THRESHOLD = 2
CONTINUING_METHODS = frozenset({"2B", "81"})
OTHER_PROVIDERS = frozenset({"49", "51", "52", "53", "87"})
BANDS = ((5, "Very high"), (3, "High"))
AT_RISK, NOT_AT_RISK = "At risk", "Not at risk"


@dataclass(frozen=True, slots=True)
class Admission:
    """What of a spell the method looks at."""

    on: date
    method: str
    source: str


def is_new_emergency(method: str, source: str) -> bool:
    """Whether an admission begins an emergency stay (ADMISSION METHOD CODE 2x, and no continued stay)."""
    return method.startswith("2") and not is_continued(method, source)


def is_continued(method: str, source: str) -> bool:
    """Whether an admission goes on with a stay that began at another provider."""
    return method in CONTINUING_METHODS and source in OTHER_PROVIDERS


def a_year_before(index: date) -> date:
    """The same day a year before; 28 February for the 29th."""
    return years_before(index, 1)


def count(admissions: Iterable[Admission], index: date) -> int:
    """New emergencies after the day a year before the index date, up to and with it."""
    first = a_year_before(index)
    return sum(first < one.on <= index and is_new_emergency(one.method, one.source) for one in admissions)


def band(admissions: int, threshold: int = THRESHOLD) -> str:
    """The band's name; under the run's threshold it is 'Not at risk', whatever the count."""
    if admissions < threshold:
        return NOT_AT_RISK
    return next((name for least, name in BANDS if admissions >= least), AT_RISK)
