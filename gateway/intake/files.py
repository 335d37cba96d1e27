"""The files of a risk run: which layout each has, and the rules that its rows have to keep (design: risk, 'Intake')."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake import receive
from gateway.intake.layouts import layout
from gateway.intake.reading_files import Delivery, open_delivery
from gateway.intake.receive import Received, Rule, not_after, one_of

SEX = frozenset({"0", "1", "2", "9", "X"})
HOSPITAL = ("apc", "ec", "op")
GP = ("gp_patient", "gp_condition", "gp_medication")
IDENT = {"apc": "APCS_Ident", "ec": "EC_Ident", "op": "OPA_Ident"}
DATE = {"apc": "Admission_Date", "ec": "Arrival_Date", "op": "Appointment_Date"}
SPELL = ["Der_Provider_Code", "Hospital_Spell_No"]
_UNDER_ONE, _OLDEST, _OLDEST_IN_EC = 7000, 109, 115
_BOOKED_AHEAD_DAYS = 366


@dataclass(frozen=True, slots=True)
class RiskFiles:
    """Paths of one delivery. objectors: a list of those who object; cleared: of those who do not; one at most."""

    apc: tuple[Path, ...]
    ec: tuple[Path, ...]
    op: tuple[Path, ...]
    gp: Path
    reference: Path
    objectors: Path | None = None
    cleared: Path | None = None


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
        )
    if kind == "ec":
        age = pl.col(typed("Age_At_Arrival"))
        old = Rule("Age_At_Arrival", "has to be 0 to 114", (age < 0) | (age >= _OLDEST_IN_EC))
        return (not_after("Arrival_Date", as_of), old, one_of("Sex", SEX))
    if kind == "op":
        ahead = date.fromordinal(as_of.toordinal() + _BOOKED_AHEAD_DAYS)
        return (not_after("Appointment_Date", ahead), one_of("Attendance_Status", frozenset("234567")))
    if kind == "gp_patient":
        return (
            not_after("Extract_Date", as_of),
            not_after("Registration_Start", as_of),
            one_of("Registration_Status", frozenset("RDX")),
            one_of("Sex", SEX),
        )
    return (not_after("First_Recorded" if kind == "gp_condition" else "Issue_Date", as_of),)


def _impossible(age: pl.Expr) -> pl.Expr:
    return (age < 0) | ((age > _OLDEST) & (age < _UNDER_ONE))


def receive_hospital(kind: str, paths: Sequence[Path], as_of: date) -> list[Received]:
    """Every file of one kind, with restricted, untraced, misnumbered, repeated and superseded rows set aside.

    Repeats are looked for over all the files of the kind. Raises DeliveryRefused.
    """
    received = [receive.receive(open_delivery(path, layout(kind)), layout(kind), rules(kind, as_of)) for path in paths]
    if not received:
        return []
    whole = pl.concat(one.frame.with_columns(pl.lit(at).alias("file")) for at, one in enumerate(received))
    if kind == "apc":
        whole = receive.set_aside(whole, receive.RESTRICTED, pl.col("Withheld_Identity_Reason") != "")
    whole = receive.numbers_checked(whole)
    if kind == "apc":
        whole = receive.set_aside(whole, receive.UNTRACED, pl.col("NHS_Number_Status") != "01")
    if kind == "ec":
        whole = receive.set_aside(whole, receive.DUPLICATE, pl.col("Der_Dupe_Flag") > 0)
    whole = receive.duplicates(whole, IDENT[kind])
    if kind == "apc":
        whole = receive.superseded(whole, SPELL, IDENT[kind])
    return [
        Received(one.delivery, whole.filter(pl.col("file") == at).drop("file"), one.bad)
        for at, one in enumerate(received)
    ]


def receive_gp(folder: Path, as_of: date) -> dict[str, Received]:
    """The GP extract's three files. Raises DeliveryRefused, TypeOneObjection."""
    return {kind: _receive_gp(kind, folder / f"{kind.removeprefix('gp_')}.csv", as_of) for kind in GP}


def _receive_gp(kind: str, path: Path, as_of: date) -> Received:
    one = receive.receive(open_delivery(path, layout(kind)), layout(kind), rules(kind, as_of))
    if kind == "gp_patient":
        receive.refuse_type_one(one)
    return Received(one.delivery, receive.numbers_checked(one.frame), one.bad)


def numbers_listed(path: Path) -> tuple[Delivery, pl.Series]:
    """A list of NHS numbers. Raises DeliveryRefused where a line holds none."""
    delivery = open_delivery(path, layout("objections"))
    numbers = delivery.frame["NHS_Number"].str.strip_chars()
    wrong = ~delivery.frame.select(receive.valid_number(pl.col("NHS_Number").str.strip_chars()))["NHS_Number"]
    if wrong.any():
        line = int(wrong.arg_max() or 0) + 2
        raise DeliveryRefused(f"{path.name}: line {line}, NHS_Number: not a valid NHS number: mend the list")
    return delivery, numbers
