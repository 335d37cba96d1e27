"""The files of a risk run, each opened once, under a name of its own, and received by the rules of its layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import polars as pl

from gateway.errors import DeliveryRefused
from gateway.intake import medicines, receive
from gateway.intake.layouts import layout
from gateway.intake.reading_files import BadRow, Collector, Read, read_in_pieces
from gateway.intake.receive import Received, Receiving
from gateway.intake.rules import IDENT, SPELL, rules
from gateway.invoices.personal_data import holds_nhs_number

C = TypeVar("C", bound=Collector)
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
    """Reads files, each of which is then in `opened`; a second file of a name is told as `name (2)`."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self.opened: list[Opened] = []
        self._names: Counter[str] = Counter()

    def read(self, path: Path, kind: str, into: Callable[[], C], *, may_be_empty: bool = False) -> Read[C]:
        """A file to its end; nothing below the header of one that cannot be empty means that something was lost.

        Raises DeliveryRefused.
        """
        if holds_nhs_number(path.name):  # for names are told and logged
            raise DeliveryRefused("a file's name holds what looks like an NHS number: rename it, and tell its sender")
        found = read_in_pieces(path, layout(kind), into)
        self._names[found.file] += 1
        if (many := self._names[found.file]) > 1:
            found = replace(found, file=f"{found.file} ({many})")
        self.opened.append(Opened(found.sha256, found.file, found.rows, kind))
        if not found.rows and not may_be_empty:
            raise DeliveryRefused(f"{found.file}: holds no row below its header: have it sent again")
        return found


def receive_hospital(
    kind: str, paths: Sequence[Path], as_of: date, inbox: Inbox
) -> tuple[pl.DataFrame, tuple[BadRow, ...]]:
    """Every row of every file of one kind, and the bad ones.

    Restricted, untraced, misnumbered, repeated and superseded rows are set aside; repeats are looked for over all the
    files of the kind. Raises DeliveryRefused.
    """
    received = []
    for path in paths:
        read = inbox.read(path, kind, lambda: Receiving(layout(kind), rules(kind, as_of)))
        received.append(read.taken.received(read.file))
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
    """The GP extract's three files; of prescriptions what `medicines` makes of them.

    Raises DeliveryRefused, TypeOneObjection.
    """
    found = {}
    for kind in GP:
        path = named(folder, kind.removeprefix("gp_"))
        read = inbox.read(path, kind, partial(_gp_receiving, kind, path.name, as_of))
        found[kind] = read.taken.received(read.file)
    medication = found["gp_medication"]
    return found | {"gp_medication": Received(medicines.told(medication.frame), medication.bad)}


class Patients(Receiving):
    """Refuses a type 1 objection before anything else that is wrong with the file."""

    def __init__(self, file: str, as_of: date) -> None:
        """file: as it is told."""
        super().__init__(layout("gp_patient"), rules("gp_patient", as_of), receive.numbers_checked)
        self._file = file

    def add(self, piece: pl.DataFrame) -> None:
        """One more piece. Raises TypeOneObjection."""
        receive.refuse_type_one(self._file, piece)
        super().add(piece)


def _gp_receiving(kind: str, file: str, as_of: date) -> Receiving:
    if kind == "gp_patient":
        return Patients(file, as_of)
    if kind == "gp_medication":
        return Receiving(layout(kind), rules(kind, as_of), medicines.Reducer(as_of).reduced, medicines.merged)
    return Receiving(layout(kind), rules(kind, as_of), receive.numbers_checked)


def named(folder: Path, name: str) -> Path:
    """The one file of a folder with that name, packed or not. Raises DeliveryRefused."""
    found = [path for ending in ENDINGS if (path := folder / f"{name}{ending}").exists()]
    if len(found) != 1:
        raise DeliveryRefused(f"{folder.name}: has to hold {name}.csv, or .csv.gz or .csv.zip, once: put it there")
    return found[0]


class Listed:
    """A list of NHS numbers, checked as it is read."""

    def __init__(self, file: str) -> None:
        """file: as it is told."""
        self._file = file
        self._numbers: list[pl.Series] = []

    def add(self, piece: pl.DataFrame) -> None:
        """One more piece. Raises DeliveryRefused where a line holds no number."""
        numbers = piece["NHS_Number"].str.strip_chars()
        wrong = piece.filter(~piece.select(receive.valid_number(pl.col("NHS_Number").str.strip_chars())).to_series())
        if len(wrong):
            where = f"{self._file}: line {wrong['line'][0]}, NHS_Number"
            raise DeliveryRefused(f"{where}: not a valid NHS number: mend the list")
        self._numbers.append(numbers)

    def numbers(self) -> pl.Series:
        """All of them."""
        return pl.concat(self._numbers)


def numbers_listed(path: Path, inbox: Inbox) -> pl.Series:
    """A list of NHS numbers. Raises DeliveryRefused where a line holds none."""
    return inbox.read(path, "objections", lambda: Listed(path.name), may_be_empty=True).taken.numbers()


def empty(kind: str) -> pl.DataFrame:
    """No row of a kind, with its layout's types."""
    types = {"int": pl.Int64, "date": pl.Date, "decimal": pl.Float64}
    schema = {one.name: types.get(one.type, pl.String) for one in layout(kind).fields}
    return pl.DataFrame(schema={**schema, "line": pl.UInt32, receive.REASON: pl.String})
