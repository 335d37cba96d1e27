"""The demonstration's auditor, away from the gateway: who looked at which patient, by NHS number, from an export."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.served import Served, command
from tests.oracles import balp

pytestmark = pytest.mark.journey
OF_A_PRACTICE = "SELECT nhs_number FROM worklist WHERE practice_code = ? AND at_risk = 1"


@pytest.fixture(scope="module")
def exported(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export after a GP looked at her list and was refused the commissioner's page."""
    gp = served.person("gp")
    assert gp.get("/practice/worklist").status == 200
    assert gp.get("/population/").status == 403
    out = tmp_path_factory.mktemp("taken") / "export"
    run = command(served.folder, "audit", "export", "--out", str(out))
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    return out


def test_every_access_is_told_as_the_profiles_of_balp_ask_and_no_patient_is_named(exported: Path) -> None:
    events = [json.loads(line) for line in (exported / "fhir/balp.ndjson").read_text("utf-8").splitlines()]
    leaves = map(json.loads, (exported / "entries.ndjson").read_bytes().splitlines())
    assert [event["id"] for event in events] == [
        leaf["id"] for leaf in leaves if leaf.get("resource") and leaf.get("decision")
    ]
    assert [fault for event in events for fault in balp.faults(event)] == []
    kinds = {event["type"]["code"] for event in events}
    assert kinds == {"rest", "110113"}
    assert all(event["purposeOfEvent"][0]["coding"][0]["code"] for event in events)


def test_the_auditors_key_names_the_patients_of_her_practice_whom_the_gp_saw(
    served: Served, exported: Path, tmp_path: Path
) -> None:
    words = [sys.executable, exported / "render_pars.py", "--key", served.folder / "auditor/seal-key.pem", "--out"]
    subprocess.run([*map(str, words), str(tmp_path / "pars")], check=True, stdout=subprocess.DEVNULL)
    with (tmp_path / "pars/pars.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["user"] == "gp"]
    practice = {row["organisation"] for row in rows}
    assert len(practice) == 1
    own = {str(number) for (number,) in served.read_run(OF_A_PRACTICE, *practice)}
    assert {row["nhs_number"] for row in rows} <= own
    whole = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    assert rows
    assert not any(row["nhs_number"].encode() in whole for row in rows)
