"""The methods over everybody at once say the same as the pure ones of gateway.risk, person by person."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from gateway.intake.linked import band
from gateway.intake.score import TENTHS, Scored, score
from gateway.risk import charlson, emergency_admissions, hfrs
from gateway.risk.codes import diagnoses
from gateway.risk.emergency_admissions import Admission, a_year_before
from gateway.risk.score import Score

SEEDS = range(30 if os.environ.get("GATEWAY_PROOF") == "full" else 1)
DAYS = [date(2026, 10, 31), date(2024, 2, 29), date(2025, 2, 28)]
CODES = [
    *hfrs.POINTS,
    *charlson.PREFIXES,
    *(f"{code}1" for code in charlson.PREFIXES),
    "R074",
    "Z960",
    "A41",
    "12",
    "e119",
]
METHODS, SOURCES = ["21", "2A", "2B", "2D", "81", "11", "31", ""], ["19", "49", "51", "87", ""]
SEPARATORS = [" ,", ",", "||", " ||", "X ,", "D,", "A ||", " , "]


def text(chance: random.Random) -> str:
    """A SUS+ field: episodes, commas, stray spaces, dots, letters behind."""
    parts = [chance.choice(CODES) for _ in range(chance.randrange(8))]
    dotted = [f"{code[:3]}.{code[3:]}" if chance.random() < 0.1 else code for code in parts]
    return "||" + "".join(code + chance.choice(SEPARATORS) for code in dotted)


def spells(chance: random.Random, as_of: date) -> pl.DataFrame:
    ago = [0, 1, 364, 365, 366, 729, 730, 731, *range(0, 900, 31)]
    rows = [
        (f"{chance.randrange(60)}", as_of - timedelta(chance.choice(ago)), chance.choice(METHODS),
         chance.choice(SOURCES), text(chance))
        for _ in range(250)
    ]  # fmt: skip
    names = ["NHS_Number", "Admission_Date", "Admission_Method", "Source_of_Admission", "Der_Diagnosis_All"]
    return pl.DataFrame(rows, schema=names, orient="row")


def told(scored: Scored, who: str, method: str) -> tuple[Decimal, str, str, dict[str, Decimal]]:
    is_it = (pl.col("NHS_Number") == who) & (pl.col("method") == method)
    row = scored.scores.filter(is_it).to_dicts()[0]
    terms = {row["term"]: Decimal(row["points"]) / TENTHS for row in scored.terms.filter(is_it).to_dicts()}
    return Decimal(row["points"]) / TENTHS, row["band"], row["status"], terms


def expected(score: Score) -> tuple[Decimal, str, str, dict[str, Decimal]]:
    return score.points, score.band, str(score.status), {term.code: term.points for term in score.terms}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("as_of", DAYS)
def test_every_score_is_that_of_the_pure_method(as_of: date, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 the same people every time
    admitted = spells(chance, as_of)
    ages = {f"{who}": chance.choice([0, 60, 74, 75, 90]) for who in range(70)}
    people = pl.DataFrame({"NHS_Number": list(ages), "age": list(ages.values())}, schema_overrides={"age": pl.Int64})
    scored = score(people, admitted, as_of)
    counts = dict(scored.emergencies.iter_rows())
    first = a_year_before(a_year_before(as_of))
    for who, age in ages.items():
        mine = admitted.filter(pl.col("NHS_Number") == who).to_dicts()
        within = [row for row in mine if first < row["Admission_Date"] <= as_of]
        codes = [
            code for row in within if row["Admission_Method"][:1] == "2" for code in diagnoses(row["Der_Diagnosis_All"])
        ]
        stays = [Admission(row["Admission_Date"], row["Admission_Method"], row["Source_of_Admission"]) for row in mine]
        assert counts[who] == emergency_admissions.count(stays, as_of)
        assert told(scored, who, hfrs.METHOD) == expected(hfrs.hospital_frailty_risk(codes, age))
        assert told(scored, who, charlson.METHOD) == expected(charlson.charlson(codes))


def test_a_term_names_the_days_behind_it_once_each_and_in_order() -> None:
    stays = [("1", date(2026, 5, day), "21", "19", "||E119 ,E119 ||I50") for day in (9, 3, 9)]
    names = ["NHS_Number", "Admission_Date", "Admission_Method", "Source_of_Admission", "Der_Diagnosis_All"]
    people = pl.DataFrame({"NHS_Number": ["1"], "age": [60]})
    terms = score(people, pl.DataFrame(stays, schema=names, orient="row"), date(2026, 10, 31)).terms
    assert set(terms["dates"]) == {"2026-05-03, 2026-05-09"}


@pytest.mark.parametrize("threshold", [1, 2, 4])
def test_the_band_of_a_column_is_the_pure_band(threshold: int) -> None:
    frame = pl.DataFrame({"emergencies": range(9)}).with_columns(band(threshold))
    assert frame["band"].to_list() == [emergency_admissions.band(count, threshold) for count in range(9)]
