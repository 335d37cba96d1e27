"""The published methods once more, in plain Python, read off the papers' tables and sharing no code with the gateway.

The tables are the data files, opened here by themselves. Slow on purpose: a person, a rule, a line. A result is points
as a fraction, band, status and points by term.
"""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Result = tuple[Fraction, str, str, dict[str, Fraction]]
DATA = Path(__file__).parents[2] / "gateway" / "risk" / "data"
ELSEWHERE, PROVIDERS = ("49", "50", "51", "52", "53", "84", "87"), ("49", "51", "52", "53", "87")
BIRTHS = ("31", "32", "82", "83", "2C")
NOT_APPLICABLE: Result = (Fraction(0), "", "not_applicable", {})
INCOMPLETE: Result = (Fraction(0), "", "incomplete", {})


def sheet(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        file.readline()
        return list(csv.DictReader(file))


FRAILTY = {row["code"]: Fraction(row["points"]) for row in sheet("hfrs.csv")}
QUAN = [(row["prefix"], row["category"]) for row in sheet("charlson.csv")]
OF_1987 = {row["category"]: Fraction(row["weight_1987"]) for row in sheet("charlson.csv")}
OF_2011 = {row["category"]: Fraction(row["weight_2011"]) for row in sheet("charlson.csv")}
SHMI = [(row["prefix"], row["category"]) for row in sheet("charlson_shmi.csv")]
OF_SHMI = {row["category"]: Fraction(row["weight"]) for row in sheet("charlson_shmi.csv")}
CAMBRIDGE = {row["key"]: Fraction(row["weight"]) for row in sheet("cambridge.csv")}


def codes_of(stays: list[Row]) -> set[str]:
    found = set()
    for stay in stays:
        for part in re.split(r"[|,\s]+", stay["Der_Diagnosis_All"].upper().replace(".", "")):
            if match := re.match(r"[A-Z]\d\d\d?\d?", part):
                found.add(match[0])
    return found


def back(day: date, years: int = 0, months: int = 0) -> date:
    months += 12 * years
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month, last)
            except ValueError:
                continue
    raise AssertionError


def emergency(stay: Row) -> bool:
    return stay["Admission_Method"][:1] == "2"


def recent_codes(stays: list[Row], as_of: date) -> set[str]:
    return codes_of([one for one in stays if emergency(one) and back(as_of, 2) < one["Admission_Date"] <= as_of])


def frailty(age: int | None, stays: list[Row], as_of: date) -> Result:
    if age is None:
        return INCOMPLETE
    if age < 75:
        return NOT_APPLICABLE
    terms = {code[:3]: FRAILTY[code[:3]] for code in recent_codes(stays, as_of) if code[:3] in FRAILTY}
    points = sum(terms.values(), Fraction(0))
    return points, "Low" if points < 5 else "Intermediate" if points <= 15 else "High", "complete", terms


def comorbid(codes: set[str], prefixes: list[tuple[str, str]]) -> set[str]:
    shortened = codes | {code[:4] for code in codes} | {code[:3] for code in codes}
    found = {category for prefix, category in prefixes if prefix in shortened}
    for severe, mild in (("diabwc", "diab"), ("msld", "mld"), ("metacanc", "canc")):
        if severe in found:
            found.discard(mild)
    return found


def charlson(age: int | None, stays: list[Row], as_of: date, weights: dict[str, Fraction]) -> Result:
    if age is None:
        return INCOMPLETE
    if age < 18:
        return NOT_APPLICABLE
    prefixes = SHMI if weights is OF_SHMI else QUAN
    terms = {one: weights[one] for one in comorbid(recent_codes(stays, as_of), prefixes) if weights[one] != 0}
    points = sum(terms.values(), Fraction(0))
    if weights is OF_SHMI:
        if points < 0:
            terms["floor"], points = -points, Fraction(0)
        return points, "0" if points == 0 else "1 to 5" if points <= 5 else "6 or more", "complete", terms
    edges = [(0, "0"), (2, "1 to 2"), (4, "3 to 4")]
    return points, next((name for most, name in edges if points <= most), "5 or more"), "complete", terms


def cambridge(age: int | None, entries: list[Row], issues: list[Row], as_of: date) -> Result:
    if age is None:
        return INCOMPLETE
    if age < 20:
        return NOT_APPLICABLE
    on = {row["Register"] for row in entries}

    def items(name: str) -> int:
        return sum(row["issues"] for row in issues if row["medicine_class"] == name)

    cancers = [row["First_Recorded"] for row in entries if row["Register"] == "CAN"]
    if cancers and all(day is None for day in cancers):
        return INCOMPLETE
    has = {
        "hypertension": "HYP" in on,
        "anx_dep": bool(on & {"ANX", "DEP"}) or items("anxiety_depression") >= 4,
        "painful": items("analgesic") >= 4 or (items("neuropathic_pain") >= 4 and "EP" not in on),
        "hearing_loss": "HEAR" in on,
        "ibs": "IBS" in on or items("antispasmodic") >= 4,
        "asthma": "AST" in on and items("asthma") >= 1,
        "diabetes": "DM" in on,
        "chd": "CHD" in on,
        "ckd": "CKD" in on,
        "af": "AF" in on,
        "constipation": items("laxative") >= 4,
        "stroke_tia": "STIA" in on,
        "copd": "COPD" in on,
        "connective": "RA" in on,
        "cancer": any(day is not None and day > back(as_of, 5) for day in cancers),
        "alcohol": "ALC" in on,
        "heart_failure": "HF" in on,
        "dementia": "DEM" in on,
        "smi": "MH" in on or items("lithium") >= 1,
        "epilepsy": "EP" in on and items("epilepsy") >= 1,
    }
    assert has.keys() == CAMBRIDGE.keys()
    terms = {name: CAMBRIDGE[name] for name, is_so in has.items() if is_so}
    return sum(terms.values(), Fraction(0)), "", "complete", terms


def lace_stay(stays: list[Row], as_of: date) -> Row | None:
    """The latest stay of twelve months that has an index."""
    fit = []
    for one in stays:
        left, age = one["Discharge_Date"], one["Age_At_Start_of_Spell_SUS"]
        if left is None or not back(as_of, 1) < left <= as_of or one["Patient_Classification"] != "1":
            continue
        child = age is not None and (age < 18 or age >= 7000)
        moved = one["Discharge_Destination"] in ELSEWHERE or one["Admission_Method"] == "81"
        moved = moved or (one["Admission_Method"] == "2B" and one["Source_of_Admission"] in PROVIDERS)
        birth = one["Admission_Method"] in BIRTHS
        birth = birth or one["Der_Admit_Treatment_Function_Code"] in ("501", "560")
        if not child and not moved and not birth and one["Discharge_Method"] not in ("4", "5"):
            fit.append(one)
    return max(fit, key=lambda one: (one["Discharge_Date"], one["Admission_Date"], one["APCS_Ident"]), default=None)


def lace(stays: list[Row], visits: list[Row], as_of: date) -> Result:
    stay = lace_stay(stays, as_of)
    if stay is None:
        return NOT_APPLICABLE
    if stay["Age_At_Start_of_Spell_SUS"] is None:
        return INCOMPLETE
    came, days = stay["Admission_Date"], (stay["Discharge_Date"] - stay["Admission_Date"]).days
    length = days if days < 4 else 4 if days < 7 else 5 if days < 14 else 7
    worth = lace_comorbidity(codes_of([one for one in stays if back(came, 2) < one["Admission_Date"] <= came]))
    seen = 0
    for one in visits:
        if one["EC_Department_Type"] == "01" and back(came, 0, 6) < one["Arrival_Date"] < came:
            eve = one["Arrival_Date"] + timedelta(days=1) == came
            to_ward = one["Discharge_Destination_SNOMED_CT"] == "306706006"
            seen += not (eve and to_ward and emergency(stay))
    parts = {"L": length, "A": 3 * emergency(stay), "C": worth if worth < 4 else 5, "E": min(seen, 4)}
    points = Fraction(sum(parts.values()))
    band = "Low" if points < 5 else "Moderate" if points < 10 else "High"
    return points, band, "complete", {part: Fraction(one) for part, one in parts.items() if one}


def lace_comorbidity(codes: set[str]) -> int:
    """Points of the paper's table."""
    found = comorbid(codes, QUAN)
    severe = any(re.match(r"N184|N185|N19|Z49|Z992|Z940", code) for code in codes) or "msld" in found
    worth = {"ami": 1, "cevd": 1, "pvd": 1, "diab": 1, "chf": 2, "diabwc": 2, "copd": 2, "canc": 2, "dementia": 3,
             "rheumd": 3, "aids": 4, "metacanc": 6}  # fmt: skip
    total = sum(worth.get(name, 0) for name in found)
    return total + (4 if severe else 2 if found & {"mld", "rend"} else 0)


def frailty_index(age: int | None, band: str, index: float | None) -> Result:
    if age is None:
        return INCOMPLETE
    if age < 65:
        return NOT_APPLICABLE
    if band not in ("Fit", "Mild", "Moderate", "Severe"):
        if index is None:
            return INCOMPLETE
        band = "Fit" if index <= 0.12 else "Mild" if index <= 0.24 else "Moderate" if index <= 0.36 else "Severe"
    return Fraction(0), band, "complete", {}
