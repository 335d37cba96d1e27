"""The rules that a risk file's rows have to keep beyond their types: what the columns mean, and days that make sense.

Also what each kind of hospital file calls its own number, its day and its spell (docs/intake.md).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from gateway.intake.receive import Rule, not_after, one_of

SEX = frozenset({"0", "1", "2", "9", "X"})
IDENT = {"apc": "APCS_Ident", "ec": "EC_Ident", "op": "OPA_Ident"}
DATE = {"apc": "Admission_Date", "ec": "Arrival_Date", "op": "Appointment_Date"}
SPELL = ["Der_Provider_Code", "Hospital_Spell_No"]
POSTCODE = r"^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}$"
_UNDER_ONE, _OLDEST, _OLDEST_IN_EC, _LONGEST_LIFE = 7000, 109, 115, 130
_BOOKED_AHEAD = timedelta(days=366)


def rules(kind: str, as_of: date) -> tuple[Rule, ...]:
    """Rules of one layout beyond its types."""
    typed = "typed:{}".format
    if kind == "apc":
        age = pl.col(typed("Age_At_Start_of_Spell_SUS"))
        inverted = pl.col(typed("Discharge_Date")) < pl.col(typed("Admission_Date"))
        return (
            not_after("Admission_Date", as_of),
            not_after("Discharge_Date", as_of),
            Rule("Discharge_Date", "must not lie before admission", inverted),
            Rule("Age_At_Start_of_Spell_SUS", "has to be 0 to 109, or 7000 and over", _impossible(age)),
            one_of("Sex", SEX),
            _no_postcode("Der_Postcode_LSOA_2011_Code"),
        )
    if kind == "ec":
        age = pl.col(typed("Age_At_Arrival"))
        old = Rule("Age_At_Arrival", "has to be 0 to 114", (age < 0) | (age >= _OLDEST_IN_EC))
        return (not_after("Arrival_Date", as_of), old, one_of("Sex", SEX), _no_postcode("Der_Postcode_LSOA_2011_Code"))
    if kind == "op":
        return (not_after("Appointment_Date", last_day(kind, as_of)), one_of("Attendance_Status", frozenset("234567")))
    if kind == "gp_patient":
        return _of_registrations(as_of)
    return (not_after("First_Recorded" if kind == "gp_condition" else "Issue_Date", as_of),)


def _of_registrations(as_of: date) -> tuple[Rule, ...]:
    born = pl.col("typed:Year_of_Birth")
    no_year = (born < as_of.year - _LONGEST_LIFE) | (born > as_of.year)
    return (
        not_after("Extract_Date", as_of),
        not_after("Registration_Start", as_of),
        one_of("Registration_Status", frozenset("RDX")),
        one_of("Sex", SEX),
        Rule("Year_of_Birth", "has to be the year of somebody who may be alive, and never a date", no_year),
        _no_postcode("LSOA_Code"),
    )


def last_day(kind: str, as_of: date) -> date:
    """The last day on which a row of that kind can lie: appointments are booked ahead."""
    return as_of + _BOOKED_AHEAD if kind == "op" else as_of


def _impossible(age: pl.Expr) -> pl.Expr:
    return (age < 0) | ((age > _OLDEST) & (age < _UNDER_ONE))


def _no_postcode(column: str) -> Rule:
    return Rule(column, "must not be a postcode", pl.col(column).str.strip_chars().str.contains(POSTCODE))
