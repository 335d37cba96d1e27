"""Two practices at a screen and the processor's door beside it: what they see as runs follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.stores.vault import writing
from gateway.web import application
from tests.builders.deliveries import ANNA, BEN, CARA, HERE, THERE, Row, Rows, condition, patient, spell
from tests.builders.processor import Processor, made, opened
from tests.conftest import Browser, House

GP = {"professional_number": "G9990001"}
STAYS = [spell(10, ANNA, Der_Diagnosis_All="||J440 ,B207", Der_Procedure_All="||K401"), spell(20, ANNA), spell(30, BEN)]


@dataclass
class Practices:
    """The house with its people at screens, and runs one after the other."""

    house: House
    processor: Processor
    folder: Path
    delivered: int = 0

    def run(self, as_of: str, anna: str = HERE, stays: list[Row] | None = None, *registers: str) -> None:
        """A delivery: Anna at the practice named, Ben here and Cara there."""
        self.delivered += 1
        people = [patient(ANNA, anna), patient(BEN), patient(CARA, THERE)]
        rows = Rows(
            apc=STAYS if stays is None else stays,
            gp_patient=[{**row, "Extract_Date": as_of} for row in people],
            gp_condition=[condition(ANNA, Register=code) for code in registers or ("COPD",)],
        )
        self.processor.taken(rows.written(self.folder / f"{self.delivered}"), "--again", as_of=as_of)

    def gp(self, user: str, *practices: str) -> Browser:
        """A GP at a screen, of one practice or of several."""
        return self.house.signed_in(user, *(("gp", practice) for practice in practices), **GP)

    def handle(self, who: str) -> str:
        """Her handle in the run that is served."""
        return str(self.processor.person(who)[0]["handle"])


@pytest.fixture(scope="session")
def _practices(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[Practices]:
    with opened(made(tmp_path_factory.mktemp("practices") / "installation")) as processor:
        house = House(processor.desk, application(processor.desk), password_hash, processor.clock)
        yield Practices(house, processor, tmp_path_factory.mktemp("deliveries"))


@pytest.fixture
def practices(_practices: Practices) -> Practices:
    """Nothing taken in yet, the clock at its start, no user of a test before."""
    _practices.processor.emptied()
    with writing(_practices.house.accounts) as connection:
        for table in ("session", "failure"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
    return _practices
