"""Hospital codes in words: the chapter of an ICD-10 or OPCS-4 code, its name where the project has one, the specialty.

Names of ICD-10 categories are those that the frailty score publishes. Sources stand at the head of each table in data/.
"""

from __future__ import annotations

import csv
from importlib import resources

from gateway.risk import hfrs

_CATEGORY = 3  # characters of an ICD-10 category


def _table(name: str) -> list[dict[str, str]]:
    lines = resources.files("gateway.catalogue").joinpath("data", name).read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


TREATMENT_FUNCTIONS = {row["code"]: row["name"] for row in _table("treatment_functions.csv")}
_CHAPTERS = tuple((row["first"], row["last"], row["chapter"]) for row in _table("icd10_chapters.csv"))
_OPERATIONS = {row["letter"]: row["chapter"] for row in _table("opcs4_chapters.csv")}


def diagnosis_chapter(code: str) -> str:
    """The chapter of an ICD-10 code; '' for what lies in none."""
    category = code[:_CATEGORY]
    return next((name for first, last, name in _CHAPTERS if first <= category <= last), "")


def diagnosis_name(code: str) -> str:
    """The name of an ICD-10 code's category, '' where the project has none."""
    return hfrs.LABELS.get(code[:_CATEGORY], "")


def procedure_chapter(code: str) -> str:
    """The chapter of an OPCS-4 code; '' for what lies in none."""
    return _OPERATIONS.get(code[:1], "")
