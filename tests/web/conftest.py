"""An installation with data in it: two practices' files and invoices, taken in by the real doors once for all tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli.intake import intake
from gateway.enforcement.desk import Desk, open_desk
from gateway.enforcement.installation import Plan, make
from gateway.settings import shipped_policies
from gateway.stores.vault import writing
from gateway.synthetic.demonstration_agreements import ADDRESSES, INSTRUCTION, demonstration_agreements
from gateway.synthetic.synthesiser import synthesise
from gateway.web import application
from tests.builders.ceff import WarmRuntime
from tests.conftest import _EMPTIED, _START, House

PRACTICES = ("Z99001", "Z99002")
PATIENTS = 14_000  # enough for a second page of patients at risk at the larger practice
DAY = _START.date()
LATER = date(2031, 1, 1)


@pytest.fixture(scope="session")
def _stocked(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[tuple[House, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("stocked")
    files, policies, clock = folder / "files", folder / "policies", [_START]
    synthesise(files, patients=PATIENTS, practices=len(PRACTICES), as_of=DAY)
    shutil.copytree(shipped_policies(), policies)
    agreements = policies / "agreements.toml"
    agreements.write_bytes(demonstration_agreements(agreements.read_bytes(), today=DAY, practices=PRACTICES))
    stored = {f"GATEWAY_STORAGE_ADDRESS_{key}": address for key, address in ADDRESSES.items()}
    services = {"GATEWAY_SERVICE_INTAKE_RISK": "operator", "GATEWAY_SERVICE_INTAKE_INVOICES": "validator"}
    extra = {**stored, **services, "GATEWAY_POLICIES": "policies"}
    with open_desk(make(Plan(folder, ("RS", "IV"), extra=extra))) as desk:
        ours = Desk(desk.settings, desk.policy, desk.log, desk.vault, desk.stores, clock=lambda: clock[0])
        house = House(ours, application(ours), password_hash, clock)
        house.add("operator", ("data_processor_operator", "ZZP"))
        house.add("validator", ("ceff_validator", "06Q"), training_until=LATER, authorised_until=LATER)
        take_in(ours, files)
        yield house, json.loads((files / "truth.json").read_text("utf-8"))


def take_in(desk: Desk, files: Path) -> None:
    """By the commands that the processor and the Controlled Environment for Finance use."""
    people, invoices = files / "risk", files / "invoices"
    hospital = [word for kind in ("apc", "ec", "op") for word in (f"--{kind}", f"{people}/{kind}.csv")]
    rest = ["--gp", f"{people}/gp", "--reference", f"{people}/reference", "--objections", f"{people}/objections.csv"]
    billed = ["--invoices", f"{invoices}/a1_invoice_header.csv", "--backing", f"{invoices}/a2_backing_data.csv"]
    sus = [word for path in sorted(invoices.glob("b*.csv")) for word in ("--sus", str(path))]
    for words in (
        ["risk", *hospital, *rest, "--as-of", DAY.isoformat()],
        ["invoices", *billed, *sus, "--reference", str(invoices)],
    ):
        told = CliRunner().invoke(intake, [*words, "--instruction", INSTRUCTION], obj=WarmRuntime(open=desk))
        assert told.exit_code == 0, told.output


@pytest.fixture
def stocked(_stocked: tuple[House, dict[str, Any]]) -> House:
    """The installation, with nobody in it and its clock at the start."""
    house = _stocked[0]
    with writing(house.accounts) as connection:
        for table in _EMPTIED:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 our own table names
    house.clock[0] = _START
    return house


@pytest.fixture(scope="session")
def at_risk(_stocked: tuple[House, dict[str, Any]]) -> dict[str, int]:
    """How many are at risk at each practice, as it was planted."""
    planted: dict[str, int] = _stocked[1]["worklist"]
    assert planted[PRACTICES[1]] > 50, "the list is to have a second page"
    return planted
