"""The intake as a competent analyst would script it with pandas: for benchmarks/intake.py, in its environment alone.

    python by_hand.py RISK_FOLDER TABLES OUT.db AS_OF PARTICIPATING,…

Check digits, duplicates, objections, area, practices, practice of record, deaths, HFRS, Charlson, medicines of twelve
months; all of it vectorised. Nothing is encrypted, reported by line, logged, protected or swapped in.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pandas as pd

OURS = "06Q"
KEYS = {"apc": "APCS_Ident", "ec": "EC_Ident", "op": "OPA_Ident"}
SENSIBLE = {"apc": "Admission_Date", "ec": "Arrival_Date", "op": "Appointment_Date"}


def main() -> None:
    """Read, keep, link, score, write."""
    risk, tables, out, as_of, participating = sys.argv[1:]
    folder, day = Path(risk), pd.Timestamp(as_of)
    objectors = set(read(folder / "objections.csv")["NHS_Number"])
    patients = numbered(read(folder / "gp/patient.csv"), objectors)
    patients = patients[patients["Practice_Code"].isin(participating.split(","))]
    here = set(patients["NHS_Number"])
    hospital = {kind: stays(folder, kind, objectors, here, day) for kind in KEYS}
    detail = {name: numbered(read(folder / f"gp/{name}.csv"), objectors) for name in ("condition", "medication")}
    detail = {name: frame[frame["NHS_Number"].isin(here)] for name, frame in detail.items()}
    people = listed(patients, hospital["apc"], day)
    scores = scored(people, hospital["apc"], Path(tables), day)
    with sqlite3.connect(out) as database:
        for name, frame in {
            **hospital, "condition": detail["condition"], "medicines": medicines(detail["medication"], day),
            "people": people, "scores": scores,
        }.items():  # fmt: skip
            frame.to_sql(name, database, index=False)


def read(path: Path) -> pd.DataFrame:
    """Every column as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def numbered(frame: pd.DataFrame, objectors: set[str]) -> pd.DataFrame:
    """Rows with a right NHS number of nobody who objects."""
    frame = frame[frame["NHS_Number"].str.fullmatch("[0-9]{10}")]
    number = frame["NHS_Number"].astype("int64")
    total = sum(number // 10 ** (9 - at) % 10 * (10 - at) for at in range(9))
    right = (11 - total % 11) % 11 == number % 10
    return frame[right & ~frame["NHS_Number"].isin(objectors)]


def stays(folder: Path, kind: str, objectors: set[str], here: set[str], day: pd.Timestamp) -> pd.DataFrame:
    """Hospital rows that go on: each record once, the latest state of a spell, of people who are here."""
    frame = read(folder / f"{kind}.csv")
    if kind == "apc":
        frame = frame[(frame["Withheld_Identity_Reason"] == "") & (frame["NHS_Number_Status"] == "01")]
    frame = numbered(frame, objectors).drop_duplicates(KEYS[kind])
    when = pd.to_datetime(frame[SENSIBLE[kind]], errors="coerce")
    frame = frame.assign(when=when)[when.notna() & (when <= day + pd.Timedelta(days=366))]
    if kind == "apc":
        frame = frame.assign(ident=frame[KEYS[kind]].astype("int64")).sort_values("ident")
        frame = frame.drop_duplicates(["Der_Provider_Code", "Hospital_Spell_No"], keep="last")
    belongs = frame["NHS_Number"].isin(here) | (frame["Der_Commissioner_Code"] == OURS)
    return frame[belongs]


def listed(patients: pd.DataFrame, spells: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Who stands on one practice's list, with age and emergency admissions of twelve months."""
    dead = set(patients.loc[patients["Date_of_Death_Month"] != "", "NHS_Number"])
    dead |= set(spells.loc[spells["Discharge_Method"] == "4", "NHS_Number"])
    current = patients[(patients["Registration_Status"] == "R") & (patients["Registration_End"] == "")]
    claims = current.groupby("NHS_Number")["Practice_Code"].nunique()
    current = current[current["NHS_Number"].isin(claims[claims == 1].index) & ~current["NHS_Number"].isin(dead)]
    current = current.sort_values("Registration_Start").drop_duplicates("NHS_Number", keep="last")
    transfer = spells["Admission_Method"].isin(["2B", "81"]) & spells["Source_of_Admission"].isin(
        ["49", "51", "52", "53", "87"]
    )
    recent = spells[spells["Admission_Method"].str.startswith("2") & ~transfer]
    recent = recent[(recent["when"] > day - pd.DateOffset(years=1)) & (recent["when"] <= day)]
    emergencies = recent.groupby("NHS_Number").size().rename("emergencies")
    joined = current.merge(emergencies, left_on="NHS_Number", right_index=True, how="left")
    age = day.year - pd.to_numeric(joined["Year_of_Birth"], errors="coerce")
    return joined.assign(age=age, emergencies=joined["emergencies"].fillna(0).astype(int))


def scored(people: pd.DataFrame, spells: pd.DataFrame, tables: Path, day: pd.Timestamp) -> pd.DataFrame:
    """HFRS and Charlson of each person."""
    recent = spells[spells["Admission_Method"].str.startswith("2") & (spells["when"] > day - pd.DateOffset(years=2))]
    codes = recent["Der_Diagnosis_All"].str.upper().str.findall(r"[A-Z][0-9]{2}[0-9]{0,2}")
    found = pd.DataFrame({"NHS_Number": recent["NHS_Number"], "code": codes}).explode("code").dropna().drop_duplicates()
    frailty = table(tables / "hfrs.csv").set_index("code")["points"].astype(float)
    three = found.assign(code=found["code"].str[:3]).drop_duplicates()
    hfrs = three.assign(points=three["code"].map(frailty)).groupby("NHS_Number")["points"].sum().rename("hfrs")
    charlson = comorbidity(found, table(tables / "charlson.csv"))
    scores = people[["NHS_Number", "age"]].merge(hfrs, left_on="NHS_Number", right_index=True, how="left")
    scores = scores.merge(charlson, left_on="NHS_Number", right_index=True, how="left").fillna(
        {"hfrs": 0, "charlson": 0}
    )
    scores.loc[scores["age"] < 75, "hfrs"] = None  # noqa: PLR2004 made for people of 75 and over
    return scores


def comorbidity(found: pd.DataFrame, codes: pd.DataFrame) -> pd.Series[float]:
    """Charlson by prefixes of three and four characters, each condition once."""
    by_prefix = dict(zip(codes["prefix"], codes["category"], strict=True))
    long, short = found["code"].str[:4].map(by_prefix), found["code"].str[:3].map(by_prefix)
    named = found.assign(category=long.fillna(short)).dropna().drop_duplicates(["NHS_Number", "category"])
    weight = codes.drop_duplicates("category").set_index("category")["weight_1987"].astype(int)
    return named.assign(points=named["category"].map(weight)).groupby("NHS_Number")["points"].sum().rename("charlson")


def medicines(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Prescriptions of each section of the BNF in twelve months."""
    when = pd.to_datetime(rows["Issue_Date"], errors="coerce")
    recent = rows[(when > day - pd.DateOffset(years=1)) & (when <= day)]
    section = recent["BNF_Code"].str[:4]
    return recent.assign(section=section).groupby(["NHS_Number", "section"]).size().rename("issues").reset_index()


def table(path: Path) -> pd.DataFrame:
    """A published table, without its source line."""
    return pd.read_csv(path, dtype=str, comment="#")


if __name__ == "__main__":
    main()
