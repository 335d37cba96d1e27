"""What terms say beside their points, and what a missing source does to everybody's score."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from gateway.intake.scoring.everything import Scored, score
from gateway.intake.scoring.lace import CURRENT, HISTORY
from tests.builders.scoring import ENTRY, ISSUE, PERSON, SPELL, VISIT, People

AS_OF = date(2026, 10, 31)
STAY = {
    "APCS_Ident": 1, "Admission_Date": date(2026, 5, 3), "Discharge_Date": date(2026, 5, 9),
    "Age_At_Start_of_Spell_SUS": 80, "Patient_Classification": "1", "Admission_Method": "21",
    "Source_of_Admission": "19", "Discharge_Method": "1", "Discharge_Destination": "19",
    "Der_Admit_Treatment_Function_Code": "300", "Der_Diagnosis_All": "||E119 ,E119 ||I50",
}  # fmt: skip


def anna(
    stays: list[dict[str, Any]] | None = None,
    visits: list[dict[str, Any]] | None = None,
    entries: list[tuple[str, date | None]] | None = None,
    issues: dict[str, int] | None = None,
) -> People:
    """One person of 80."""
    who = {"NHS_Number": "1"}
    entered = [who | {"Register": name, "First_Recorded": day} for name, day in entries or [("DM", date(2010, 2, 3))]]
    issued = [who | {"medicine_class": name, "issues": many} for name, many in (issues or {"asthma": 1}).items()]
    seen = [
        who
        | {"Arrival_Date": date(2026, 1, 1), "EC_Department_Type": "03", "Discharge_Destination_SNOMED_CT": ""}
        | one
        for one in visits or [{}]
    ]
    admitted = [who | STAY | one for one in stays or [{}]]
    return People(
        AS_OF,
        pl.DataFrame([who | {"age": 80, "eFI_Band": "Mild", "eFI_Score": 0.2}], PERSON),
        {
            "apc": pl.DataFrame(admitted, SPELL), "ec": pl.DataFrame(seen, VISIT),
            "gp_condition": pl.DataFrame(entered, ENTRY), "gp_medication": pl.DataFrame(issued, ISSUE),
        },
    )  # fmt: skip


def made(people: People) -> Scored:
    return score(people.people, people.kept, people.as_of)


def terms(people: People, method: str) -> dict[str, tuple[str, str]]:
    found = made(people).terms.filter(pl.col("method") == method)
    return {term: (said, dates) for term, said, dates in found.select("term", "description", "dates").iter_rows()}


def outcome(people: People, method: str) -> tuple[str, str, str]:
    row = made(people).scores.filter(pl.col("method") == method).row(0, named=True)
    return row["status"], row["band"], row["remark"]


@pytest.mark.parametrize("method", ["charlson", "hfrs", "charlson_shmi"])
def test_a_term_names_the_days_behind_it_once_each_and_in_order(method: str) -> None:
    stays = [{"APCS_Ident": at, "Admission_Date": date(2026, 5, day)} for at, day in enumerate((9, 3, 9))]
    coded = [one | {"Der_Diagnosis_All": "||F009 ,I500"} for one in stays]
    assert {dates for _said, dates in terms(anna(coded), method).values()} == {"2026-05-03, 2026-05-09"}


def test_a_gp_term_tells_since_when_or_how_many_prescriptions() -> None:
    people = anna(
        entries=[("DM", date(2010, 2, 3)), ("DM", date(2012, 1, 1)), ("AST", date(2001, 1, 1))],
        issues={"asthma": 5, "laxative": 8},
    )
    assert terms(people, "cambridge") == {
        "diabetes": ("Diabetes", "2010-02-03"),
        "asthma": ("Asthma (currently treated): 5 prescriptions in the last 12 months", "2001-01-01"),
        "constipation": ("Constipation (treated): 8 prescriptions in the last 12 months", ""),
    }


def test_gp_terms_are_marked_as_the_gp_s_and_all_others_as_the_hospital_s() -> None:
    marked = made(anna()).terms.group_by("method").agg(pl.col("basis").cast(pl.String).unique().sort())
    assert {method: list(basis) for method, basis in marked.iter_rows()} == {
        "charlson": ["hospital"], "charlson_2011": ["hospital"], "charlson_shmi": ["hospital"], "lace": ["hospital"],
        "cambridge": ["gp_record"],
    }  # fmt: skip


def test_the_four_parts_of_lace_say_what_they_are_made_of() -> None:
    visits = [{"Arrival_Date": date(2026, 4, day), "EC_Department_Type": "01"} for day in (2, 1)]
    assert terms(anna(visits=visits), "lace") == {
        "L": ("Length of stay: 6 days", "2026-05-03 to 2026-05-09"),
        "A": ("Emergency admission: yes", "2026-05-03"),
        "C": ("Comorbidity: Congestive heart failure; Diabetes without complications", "2026-05-03"),
        "E": ("Emergency department visits in the 6 months before: 2 visits", "2026-04-01, 2026-04-02"),
    }


@pytest.mark.parametrize(("left", "remark"), [("2026-10-01", CURRENT), ("2026-09-30", HISTORY)])
def test_lace_is_current_for_thirty_days_and_history_after(left: str, remark: str) -> None:
    stays = [{"Admission_Date": date(2026, 9, 25), "Discharge_Date": date.fromisoformat(left)}]
    assert outcome(anna(stays), "lace")[2] == remark


def test_the_latest_discharge_that_has_an_index_stands_for_the_person() -> None:
    day_case = {
        "APCS_Ident": 2, "Admission_Date": date(2026, 10, 5), "Discharge_Date": date(2026, 10, 5),
        "Patient_Classification": "2",
    }  # fmt: skip
    assert terms(anna([{}, day_case]), "lace")["L"][1] == "2026-05-03 to 2026-05-09"


@pytest.mark.parametrize(
    ("missing", "method"), [("gp_condition", "cambridge"), ("gp_medication", "cambridge"), ("ec", "lace")]
)
@pytest.mark.parametrize("how", ["not there", "no row"])
def test_a_missing_source_makes_the_score_incomplete_and_never_lower(missing: str, method: str, how: str) -> None:
    people = anna()
    kept = {kind: frame for kind, frame in people.kept.items() if how == "no row" or kind != missing}
    without = replace(people, kept=kept | ({missing: people.kept[missing].clear()} if how == "no row" else {}))
    assert outcome(people, method)[0] == "complete"
    assert outcome(without, method)[:2] == ("incomplete", "")
    assert terms(without, method) == {}


def test_an_extract_without_the_frailty_index_leaves_it_incomplete() -> None:
    people = anna()
    without = replace(people, people=people.people.drop("eFI_Band", "eFI_Score"))
    assert (outcome(people, "efi")[:2], outcome(without, "efi")[:2]) == (("complete", "Mild"), ("incomplete", ""))
