"""Invented people for the methods: every kind of row that a method reads, with edges of every window and age in it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

Row = dict[str, Any]
PERSON = {"NHS_Number": pl.String, "age": pl.Int64, "eFI_Band": pl.String, "eFI_Score": pl.Float64}
SPELL = {
    "NHS_Number": pl.String, "APCS_Ident": pl.Int64, "Admission_Date": pl.Date, "Discharge_Date": pl.Date,
    "Age_At_Start_of_Spell_SUS": pl.Int64, "Patient_Classification": pl.String, "Admission_Method": pl.String,
    "Source_of_Admission": pl.String, "Discharge_Method": pl.String, "Discharge_Destination": pl.String,
    "Der_Admit_Treatment_Function_Code": pl.String, "Der_Diagnosis_All": pl.String,
}  # fmt: skip
VISIT = {
    "NHS_Number": pl.String, "Arrival_Date": pl.Date, "EC_Department_Type": pl.String,
    "Discharge_Destination_SNOMED_CT": pl.String,
}  # fmt: skip
ENTRY = {"NHS_Number": pl.String, "Register": pl.String, "First_Recorded": pl.Date}
ISSUE = {"NHS_Number": pl.String, "medicine_class": pl.String, "issues": pl.Int64}
AGES = (None, 0, 17, 18, 19, 20, 45, 64, 65, 70, 74, 75, 80, 90)
METHODS = ("21", "21", "21", "2A", "2B", "2D", "81", "11", "12", "31", "82", "2C", "")
SEPARATORS = (" ,", ",", "||", " ||", "X ,", "D,", "A ||", " , ")
REGISTERS = (
    "HYP", "DM", "CHD", "STIA", "AF", "HF", "COPD", "AST", "CKD", "CAN", "CAN", "DEM", "DEP", "ANX", "MH", "EP", "LD",
    "OST", "PAD", "RA", "PC", "OB", "HEAR", "IBS", "ALC", "XYZ",
)  # fmt: skip
CLASSES = (
    "asthma", "epilepsy", "analgesic", "neuropathic_pain", "laxative", "anxiety_depression", "antispasmodic", "lithium",
)  # fmt: skip


@dataclass
class People:
    """Frames as stage 5 takes them; `rows` gives one person's rows of a kind."""

    as_of: date
    people: pl.DataFrame
    kept: dict[str, pl.DataFrame]

    def rows(self) -> dict[str, dict[str, list[Row]]]:
        """By kind, then by person."""
        found: dict[str, dict[str, list[Row]]] = {}
        for kind, frame in self.kept.items():
            mine: dict[str, list[Row]] = defaultdict(list)
            for row in frame.iter_rows(named=True):
                mine[row["NHS_Number"]].append(row)
            found[kind] = mine
        return found


def invented(size: int, seed: int, as_of: date, codes: Sequence[str]) -> People:
    """So many people; `codes` are those that their stays are coded with, noise beside them."""
    chance = random.Random(seed)  # noqa: S311 the same people every time
    who = [f"{number}" for number in range(size)]
    people = [
        (one, chance.choice(AGES), chance.choice(("", "", "Fit", "Mild", "Moderate", "Severe", "Other")),
         chance.choice((None, 0.0, 0.12, 0.121, 0.13, 0.24, 0.25, 0.36, 0.361, 0.5, round(chance.random(), 3))))
        for one in who
    ]  # fmt: skip
    ordinary = [one for one in who if chance.random() < 0.8]
    return People(
        as_of,
        pl.DataFrame(people, PERSON, orient="row"),
        {
            "apc": _frame([_spell(chance, chance.choice(ordinary), at, as_of, codes) for at in range(size * 2)], SPELL),
            "ec": _frame([_visit(chance, chance.choice(ordinary), as_of) for _ in range(size * 2)], VISIT),
            "gp_condition": _frame([_entry(chance, chance.choice(ordinary), as_of) for _ in range(size * 3)], ENTRY),
            "gp_medication": _frame([_issue(chance, chance.choice(ordinary)) for _ in range(size * 2)], ISSUE),
        },
    )


def _frame(rows: list[tuple[Any, ...]], schema: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema, orient="row")


def _spell(chance: random.Random, who: str, at: int, as_of: date, codes: Sequence[str]) -> tuple[Any, ...]:
    admitted = as_of - timedelta(days=_ago(chance))
    stay = chance.choice((None, 0, 1, 2, 3, 4, 6, 7, 13, 14, 40))
    left = None if stay is None else min(admitted + timedelta(days=stay), as_of)
    return (
        who, at, admitted, left, chance.choice((None, 0, 17, 18, 60, 60, 80, 90, 7001)), chance.choice("1111125"),
        chance.choice(METHODS), chance.choice(("19", "19", "49", "51", "87", "")), chance.choice("11111245"),
        chance.choice(("19", "19", "19", "54", "51", "87", "")), chance.choice(("300", "100", "501", "560")),
        text(chance, codes),
    )  # fmt: skip


def _visit(chance: random.Random, who: str, as_of: date) -> tuple[Any, ...]:
    day = as_of - timedelta(days=_ago(chance))
    return who, day, chance.choice(("01", "01", "01", "02", "03", "")), chance.choice(("306706006", "306689006", ""))


def _entry(chance: random.Random, who: str, as_of: date) -> tuple[Any, ...]:
    ago = chance.choice((None, 0, 1, 400, 1800, 1825, 1826, 1827, 4000))
    return who, chance.choice(REGISTERS), None if ago is None else as_of - timedelta(days=ago)


def _issue(chance: random.Random, who: str) -> tuple[Any, ...]:
    return who, chance.choice(CLASSES), chance.choice((0, 1, 2, 3, 4, 5, 12))


def _ago(chance: random.Random) -> int:
    return chance.choice((0, 1, 29, 30, 31, 60, 180, 182, 184, 364, 365, 366, 729, 730, 731, chance.randrange(900)))


def text(chance: random.Random, codes: Sequence[str]) -> str:
    """A SUS+ field: episodes, commas, stray spaces, dots, letters behind, another digit."""
    parts = [chance.choice(codes) + chance.choice(("", "", "1")) for _ in range(chance.randrange(7))]
    dotted = [f"{code[:3]}.{code[3:]}" if chance.random() < 0.1 else code for code in parts]
    return "||" + "".join(code + chance.choice(SEPARATORS) for code in dotted)
