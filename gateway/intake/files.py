"""The files of a risk run, each opened once, under a name of its own, and received by the rules of its layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake import receive
from gateway.intake.layouts import layout
from gateway.intake.reading_files import BadRow, Delivery, open_delivery
from gateway.intake.receive import Received
from gateway.intake.rules import IDENT, SPELL, rules
from gateway.invoices.personal_data import holds_nhs_number

HOSPITAL = ("apc", "ec", "op")
GP = ("gp_patient", "gp_condition", "gp_medication")
ENDINGS = (".csv", ".csv.gz", ".csv.zip")


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


class Opened(NamedTuple):
    """A file that was received: its hash, the name it is told by, its rows, and of which layout it is."""

    sha256: str
    file: str
    rows: int
    kind: str

    @property
    def told(self) -> dict[str, str | int]:
        """What the log tells of it, beside its name: the inventory is made of this (ALL-11)."""
        return {"sha256": self.sha256, "rows": self.rows, "kind": self.kind}


class Inbox:
    """Opens files, each of which is then in `opened`; a second file of a name is told as `name (2)`."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self.opened: list[Opened] = []
        self._names: Counter[str] = Counter()

    def open(self, path: Path, kind: str) -> Delivery:
        """Raises DeliveryRefused."""
        if holds_nhs_number(path.name):  # for names are told and logged
            raise DeliveryRefused("a file's name holds what looks like an NHS number: rename it, and tell its sender")
        delivery = open_delivery(path, layout(kind))
        self._names[delivery.file] += 1
        if (many := self._names[delivery.file]) > 1:
            delivery = replace(delivery, file=f"{delivery.file} ({many})")
        self.opened.append(Opened(delivery.sha256, delivery.file, delivery.rows, kind))
        return delivery

    def open_with_rows(self, path: Path, kind: str) -> Delivery:
        """The same, for a file that cannot be empty: nothing below the header means that something was lost."""
        delivery = self.open(path, kind)
        if not delivery.rows:
            raise DeliveryRefused(f"{delivery.file}: holds no row below its header: have it sent again")
        return delivery


def receive_hospital(
    kind: str, paths: Sequence[Path], as_of: date, inbox: Inbox
) -> tuple[pl.DataFrame, tuple[BadRow, ...]]:
    """Every row of every file of one kind, and the bad ones.

    Restricted, untraced, misnumbered, repeated and superseded rows are set aside; repeats are looked for over all the
    files of the kind. Raises DeliveryRefused.
    """
    received = [_received(inbox.open_with_rows(path, kind), kind, as_of) for path in paths]
    whole = pl.concat([empty(kind), *(one.frame for one in received)])
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
    return whole, tuple(bad for one in received for bad in one.bad)


def receive_gp(folder: Path, as_of: date, inbox: Inbox) -> dict[str, Received]:
    """The GP extract's three files. Raises DeliveryRefused, TypeOneObjection."""
    found = {}
    for kind in GP:
        delivery = inbox.open_with_rows(named(folder, kind.removeprefix("gp_")), kind)
        if kind == "gp_patient":
            receive.refuse_type_one(delivery)
        one = _received(delivery, kind, as_of)
        frame = receive.numbers_checked(one.frame)
        if kind == "gp_medication":
            frame = frame.select("NHS_Number", "line", receive.REASON)  # counted; no method reads prescriptions yet
        found[kind] = Received(frame, one.bad)
    return found


def named(folder: Path, name: str) -> Path:
    """The one file of a folder with that name, packed or not. Raises DeliveryRefused."""
    found = [path for ending in ENDINGS if (path := folder / f"{name}{ending}").exists()]
    if len(found) != 1:
        raise DeliveryRefused(f"{folder.name}: has to hold {name}.csv, or .csv.gz or .csv.zip, once: put it there")
    return found[0]


def numbers_listed(path: Path, inbox: Inbox) -> pl.Series:
    """A list of NHS numbers. Raises DeliveryRefused where a line holds none."""
    delivery = inbox.open(path, "objections")
    numbers = delivery.frame["NHS_Number"].str.strip_chars()
    wrong = ~delivery.frame.select(receive.valid_number(pl.col("NHS_Number").str.strip_chars()))["NHS_Number"]
    if wrong.any():
        line = int(wrong.arg_max() or 0) + 2
        raise DeliveryRefused(f"{delivery.file}: line {line}, NHS_Number: not a valid NHS number: mend the list")
    return numbers


def empty(kind: str) -> pl.DataFrame:
    """No row of a kind, with its layout's types."""
    types = {"int": pl.Int64, "date": pl.Date, "decimal": pl.Float64}
    schema = {one.name: types.get(one.type, pl.String) for one in layout(kind).fields}
    return pl.DataFrame(schema={**schema, "line": pl.UInt32, receive.REASON: pl.String})


def _received(delivery: Delivery, kind: str, as_of: date) -> Received:
    return receive.receive(delivery, layout(kind), rules(kind, as_of))
