"""Invented hospital activity: spells, emergency attendances and outpatient appointments of invented people.

Columns are made as arrays and named as the layouts name them. Admissions follow each person's latent rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gateway.synthetic.belonging import belonging
from gateway.synthetic.conditions import CONDITIONS, GENERAL
from gateway.synthetic.population import Kind, Population
from gateway.synthetic.practices import PROVIDERS

Columns = dict[str, object]
YEAR = 365
YEARS = 4  # of admitted care: a model is fitted two years back, and looks back two years from there
YEARS_OF_VISITS = 3
FEW = 12
TRANSFERS = ("49", "51", "52", "53", "87")
_ETHNIC = np.array(["A", "D", "H", "N", "Z"])
_TREATMENT = np.array(["300", "301", "320", "340", "430", "502", "110", "101", "120", "130"])
_METHODS = np.array(["21", "22", "24", "2A", "28", "2B"])
_FROM_ELSEWHERE, _DAY_CASES, _BY_EMERGENCY_CARE, _HOME_A_YEAR = 0.02, 0.75, 0.7, 0.175
_HRG = np.array(["DZ11K", "LA04H", "EB07A", "FD10H", "AA35C", "WJ06J", "PA12Z"])
_COMPLAINTS = np.array(["29857009", "267036007", "271807003", "21522001", "422400008", "62315008"])


@dataclass(frozen=True, slots=True)
class Spells:
    """Index of the person, days before as-of, whether an emergency, whether it continues a stay elsewhere."""

    who: NDArray[np.int64]
    ago: NDArray[np.int64]
    emergency: NDArray[np.bool_]
    transfer: NDArray[np.bool_]


def spells(people: Population, rng: np.random.Generator) -> Spells:
    """Four years of spells; the planted emergencies of the last year are among them."""
    one = np.arange(people.size)
    emergencies = np.repeat(one, rng.poisson(people.rate * YEARS))
    others = np.repeat(one, rng.poisson((0.06 + people.age * 0.0035) * YEARS))
    planted = np.repeat(one, people.planted)
    moved = rng.choice(emergencies, len(emergencies) // 40 + FEW, replace=True)
    ago = [rng.integers(0, YEAR * YEARS, len(part)) for part in (emergencies, others, moved)]
    ago.append(rng.integers(5, 300, len(planted)))
    return Spells(
        who=np.concatenate([emergencies, others, moved, planted]),
        ago=np.concatenate(ago),
        emergency=np.concatenate(
            [np.ones(len(emergencies), bool), np.zeros(len(others), bool), np.ones(len(moved) + len(planted), bool)]
        ),
        transfer=np.concatenate(
            [np.zeros(len(emergencies) + len(others), bool), np.ones(len(moved), bool), np.zeros(len(planted), bool)]
        ),
    )


def apc(people: Population, of: Spells, rng: np.random.Generator) -> pl.DataFrame:
    """The admitted care file, every row right; `who` is the person's index and is not written."""
    count = len(of.who)
    stays = np.where(
        of.emergency, rng.geometric(0.22, count) - 1, (rng.random(count) > _DAY_CASES) * rng.geometric(0.4, count)
    )
    stay = np.minimum(stays, of.ago)
    columns = _person(people, of) | _stay(people, of, stay, rng) | _care(people, of, stay, rng)
    died = last_days(people, of)
    open_spell = pl.Series((of.ago < 3) & (rng.random(count) < 0.5) & ~died)  # noqa: PLR2004 days
    return pl.DataFrame(columns).with_columns(
        pl.when(open_spell).then(None).otherwise(pl.col("Discharge_Date")).alias("Discharge_Date"),
        pl.when(open_spell).then(None).otherwise(pl.col("Der_Spell_LoS")).alias("Der_Spell_LoS"),
        pl.when(open_spell)
        .then(pl.lit(""))
        .otherwise(pl.lit(pl.Series(np.where(died, "4", "1"))))
        .alias("Discharge_Method"),
        pl.Series("Discharge_Destination", np.where(died, "79", "19")),
    )


def _person(people: Population, of: Spells) -> Columns:
    who, home = of.who, belonging(people, of.who, of.ago)
    age = np.maximum(people.age[who] - of.ago // YEAR, 0)
    return {
        "who": who,
        "NHS_Number": people.nhs_number[who],
        "NHS_Number_Status": "01",
        "Withheld_Identity_Reason": "",
        "Sex": people.sex[who],
        "Age_At_Start_of_Spell_SUS": np.where(age == 0, 7001 + of.ago % 7, age),
        "Ethnic_Group": _ETHNIC[people.ethnic[who]],
        "Der_Postcode_LSOA_2011_Code": home.area,
        "GP_Practice_Code": home.practice,
        "Der_Commissioner_Code": home.commissioner,
        "Der_Postcode_CCG_Code": home.residence,
    }


def _stay(people: Population, of: Spells, stay: NDArray[np.int64], rng: np.random.Generator) -> Columns:
    count = len(stay)
    admitted = np.datetime64(people.as_of) - of.ago.astype("timedelta64[D]")
    method = np.where(of.emergency, rng.choice(_METHODS, count), rng.choice(np.array(["11", "12", "13"]), count))
    method = np.where(of.transfer, rng.choice(np.array(["2B", "81"]), count), method)
    # each half of what makes a transfer stands alone too: from elsewhere by another method, or 2B from home
    odd = of.emergency & (method != "2B") & (rng.random(count) < _FROM_ELSEWHERE)
    provider = rng.integers(0, len(PROVIDERS), count)
    return {
        "APCS_Ident": np.arange(count) * 10 + 100_005,
        "Der_Provider_Code": np.array(PROVIDERS)[provider],
        "Der_Provider_Site_Code": np.array([f"{code}01" for code in PROVIDERS])[provider],
        "Hospital_Spell_No": np.char.add("SP", np.char.zfill((np.arange(count) + 1).astype(str), 8)),
        "Admission_Date": admitted,
        "Discharge_Date": admitted + stay.astype("timedelta64[D]"),
        "Der_Spell_LoS": stay,
        "Patient_Classification": np.where(~of.emergency & (stay == 0), "2", "1"),
        "Admission_Method": method,
        "Source_of_Admission": np.where(of.transfer | odd, rng.choice(np.array(TRANSFERS), count), "19"),
        "Der_Activity_Month": np.char.replace(admitted.astype("datetime64[M]").astype(str), "-", ""),
    }


def _care(people: Population, of: Spells, stay: NDArray[np.int64], rng: np.random.Generator) -> Columns:
    count = len(stay)
    return {
        "Der_Admit_Treatment_Function_Code": rng.choice(_TREATMENT, count),
        "Main_Specialty_Code": "300",
        "Der_Diagnosis_All": diagnoses(people, of.who, rng),
        "Der_Procedure_All": np.where(of.emergency, "", "||H229 ,Z286"),
        "Spell_Core_HRG": rng.choice(_HRG, count),
        "Tariff_Total_Payment": np.round(400 + stay * 310 + rng.integers(0, 900, count), 2),
        "Administrative_Category": "01",
    }


def last_days(people: Population, of: Spells) -> NDArray[np.bool_]:
    """The last spell of each who died in hospital, which the GP extract does not know of."""
    died = (people.of(Kind.DEAD) & people.odd)[of.who]
    latest = np.full(people.size, np.iinfo(np.int64).max)
    np.minimum.at(latest, of.who, of.ago)
    ends: NDArray[np.bool_] = died & (of.ago == latest[of.who])
    return ends


def diagnoses(people: Population, who: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.str_]:
    """`||E119 ,J849 ||I801`: a main code, codes of the person's own conditions, and what else is found."""
    codes = np.array([*(one.icd10[0] for one in CONDITIONS), *GENERAL])
    own = people.conditions[who]
    general = rng.integers(len(CONDITIONS), len(codes), (len(who), 4))
    shown = [np.char.add("||", codes[general[:, 0]])]
    for at in range(1, 4):
        pick = rng.integers(0, len(CONDITIONS), len(who))
        has = own[np.arange(len(who)), pick]
        code = np.where(has, codes[pick], codes[general[:, at]])
        lead = np.where(rng.random(len(who)) < 0.15, " ||", " ,")  # noqa: PLR2004 a share
        shown.append(np.where(has | (rng.random(len(who)) < 0.35), np.char.add(lead, code), ""))  # noqa: PLR2004 a share
    text = shown[0]
    for more in shown[1:]:
        text = np.char.add(text, more)
    return text


def ec(people: Population, of: Spells, rng: np.random.Generator) -> pl.DataFrame:
    """The emergency care file: one attendance for most emergency admissions, and many that end at home."""
    recent = of.ago < YEAR * YEARS_OF_VISITS
    came = np.flatnonzero(recent & of.emergency & ~of.transfer & (rng.random(len(of.who)) < _BY_EMERGENCY_CARE))
    home = rng.choice(people.size, int(people.size * _HOME_A_YEAR * YEARS_OF_VISITS) + FEW)
    who = np.concatenate([of.who[came], home])
    ago = np.concatenate([of.ago[came], rng.integers(0, YEAR * YEARS_OF_VISITS, len(home))])
    count, where = len(who), belonging(people, who, ago)
    return pl.DataFrame(
        {
            "who": who,
            "EC_Ident": np.arange(count) * 10 + 500_005,
            "NHS_Number": people.nhs_number[who],
            "Sex": people.sex[who],
            "Age_At_Arrival": np.maximum(people.age[who] - ago // YEAR, 0),
            "GP_Practice_Code": where.practice,
            "Der_Commissioner_Code": where.commissioner,
            "Der_Postcode_LSOA_2011_Code": where.area,
            "Der_Provider_Code": np.array(PROVIDERS)[rng.integers(0, 3, count)],
            "EC_Department_Type": rng.choice(np.array(["01", "03"]), count, p=(0.7, 0.3)),
            "EC_AttendanceCategory": "1",
            "Arrival_Date": np.datetime64(people.as_of) - ago.astype("timedelta64[D]"),
            "EC_Chief_Complaint_SNOMED_CT": rng.choice(_COMPLAINTS, count),
            "EC_Acuity_SNOMED_CT": "1077241000000103",
            "Der_EC_Diagnosis_All": rng.choice(_COMPLAINTS, count),
            "Discharge_Destination_SNOMED_CT": np.where(np.arange(count) < len(came), "306706006", "306689006"),
            "SUS_HRG_Code": "VB08Z",
            "SUS_Final_Price": 150 + rng.integers(0, 300, count),
            "Der_Dupe_Flag": 0,
        }
    )


def op(people: Population, rng: np.random.Generator) -> pl.DataFrame:
    """The outpatient file."""
    who = np.repeat(
        np.arange(people.size), rng.poisson((0.075 + people.conditions.sum(axis=1) * 0.125) * YEARS_OF_VISITS)
    )
    count = len(who)
    ago = rng.integers(0, YEAR * YEARS_OF_VISITS, count)
    where = belonging(people, who, ago)
    return pl.DataFrame(
        {
            "who": who,
            "OPA_Ident": np.arange(count) * 10 + 900_005,
            "NHS_Number": people.nhs_number[who],
            "GP_Practice_Code": where.practice,
            "Der_Commissioner_Code": where.commissioner,
            "Der_Provider_Code": np.array(PROVIDERS)[rng.integers(0, 3, count)],
            "Appointment_Date": np.datetime64(people.as_of) - ago.astype("timedelta64[D]"),
            "Attendance_Status": rng.choice(np.array(["5", "6", "3"]), count, p=(0.85, 0.05, 0.1)),
            "First_Attendance": rng.choice(np.array(["1", "2"]), count, p=(0.35, 0.65)),
            "Treatment_Function_Code": rng.choice(_TREATMENT, count),
            "Outcome_of_Attendance": rng.choice(np.array(["1", "2"]), count),
            "HRG_Code": "WF01A",
            "Tariff_Total_Payment": 80 + rng.integers(0, 150, count),
        }
    )
