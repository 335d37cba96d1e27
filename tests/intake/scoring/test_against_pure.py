"""The methods over everybody at once say the same as the pure ones of gateway.risk, person by person."""

from __future__ import annotations

import os
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.scoring.everything import Scored, score
from gateway.risk import charlson, efi, emergency_admissions, hfrs, lace, multimorbidity
from gateway.risk.codes import diagnoses
from gateway.risk.emergency_admissions import Admission
from gateway.risk.lace import Stay, Visit
from gateway.risk.multimorbidity import Entry
from gateway.risk.score import NOT_APPLICABLE, Score
from gateway.risk.windows import months_before, years_before
from tests.builders.scoring import People, Row, invented

EXAMPLES = 300 if os.environ.get("GATEWAY_PROOF") == "full" else 12
CODES = sorted({*hfrs.POINTS, *charlson.PREFIXES, *charlson.OF_SHMI.prefixes, *lace.SEVERE_RENAL, "R074", "A41", "12"})
INFANT = 7000
Told = tuple[int, str, str, dict[str, int]]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 1_000_000), st.dates(date(2019, 1, 1), date(2032, 12, 31)))
def test_every_score_is_that_of_the_pure_method(seed: int, as_of: date) -> None:
    people = invented(40, seed, as_of, CODES)
    found = score(people.people, people.kept, as_of)
    assert told(found) == expected(people)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 1_000_000), st.dates(date(2019, 1, 1), date(2032, 12, 31)))
def test_the_crude_count_is_that_of_the_pure_one(seed: int, as_of: date) -> None:
    people = invented(40, seed, as_of, ["R074"])
    stays = people.rows()["apc"]
    counts = dict(score(people.people, people.kept, as_of).emergencies.iter_rows())
    assert counts == {
        who: emergency_admissions.count(
            [
                Admission(one["Admission_Date"], one["Admission_Method"], one["Source_of_Admission"])
                for one in stays[who]
            ],
            as_of,
        )
        for who in people.people["NHS_Number"]
    }


def told(scored: Scored) -> dict[tuple[str, str], Told]:
    terms: dict[tuple[str, str], dict[str, int]] = {}
    for who, method, term, points in scored.terms.select("NHS_Number", "method", "term", "points").iter_rows():
        terms.setdefault((who, method), {})[term] = points
    return {
        (who, method): (points, band, status, terms.get((who, method), {}))
        for who, method, points, band, status, _remark in scored.scores.iter_rows()
    }


def expected(people: People) -> dict[tuple[str, str], Told]:
    rows, found = people.rows(), {}
    for who, age, band, index in people.people.iter_rows():
        stays, issues = rows["apc"][who], dict[str, int]()
        for one in rows["gp_medication"][who]:
            issues[one["medicine_class"]] = issues.get(one["medicine_class"], 0) + one["issues"]
        entries = [Entry(one["Register"], one["First_Recorded"]) for one in rows["gp_condition"][who]]
        codes = emergency_codes(stays, people.as_of)
        found[who, "hfrs"] = as_told(hfrs.hospital_frailty_risk(codes, age))
        for by in charlson.WEIGHTINGS:
            found[who, by.method] = as_told(charlson.charlson(codes, age, by))
        found[who, "cambridge"] = as_told(multimorbidity.multimorbidity(entries, issues, age, people.as_of))
        found[who, "lace"] = as_told(index_of(stays, rows["ec"][who], people.as_of))
        found[who, "efi"] = as_told(efi.frailty_index(band, index, age))
    return found


def as_told(score: Score) -> Told:
    return score.points, score.band, str(score.status), {term.code: term.points for term in score.terms}


def emergency_codes(stays: list[Row], as_of: date) -> list[str]:
    recent = [one for one in stays if years_before(as_of, 2) < one["Admission_Date"] <= as_of]
    return [
        code for one in recent if one["Admission_Method"][:1] == "2" for code in diagnoses(one["Der_Diagnosis_All"])
    ]


def index_of(rows: list[Row], visits: list[Row], as_of: date) -> Score:
    """Of the latest stay of twelve months that the index is made for."""
    stays = {one["APCS_Ident"]: stay(one) for one in rows}
    first = months_before(as_of, lace.MONTHS_TOLD)
    fit = [
        (one.discharged, one.admitted, ident)
        for ident, one in stays.items()
        if one.discharged and first < one.discharged <= as_of and lace.applies(one)
    ]
    if not fit:
        return NOT_APPLICABLE
    seen = [
        Visit(one["Arrival_Date"], one["EC_Department_Type"], one["Discharge_Destination_SNOMED_CT"]) for one in visits
    ]
    return lace.lace(stays[max(fit)[2]], stays.values(), seen)


def stay(row: Row) -> Stay:
    age = row["Age_At_Start_of_Spell_SUS"]
    return Stay(
        row["Admission_Date"], row["Discharge_Date"], 0 if age and age >= INFANT else age,
        row["Patient_Classification"], row["Admission_Method"], row["Source_of_Admission"],
        row["Discharge_Destination"], row["Discharge_Method"], row["Der_Admit_Treatment_Function_Code"],
        diagnoses(row["Der_Diagnosis_All"]),
    )  # fmt: skip


def test_nobody_at_all_is_scored_without_a_fault() -> None:
    people = invented(1, 1, date(2026, 10, 31), CODES)
    found = score(people.people.clear(), people.kept, people.as_of)
    assert found.scores.is_empty()
    assert found.terms.select(pl.len()).item() == 0
