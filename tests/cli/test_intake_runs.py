"""`gateway intake runs`: what oversight is told of each run, for people and machines, and no exact small count."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway
from gateway.disclosure.rounding import is_protected
from gateway.intake.stages import STAGES
from gateway.recorder.running import log_for
from gateway.stores.vault import Vault
from tests.builders.deliveries import BEN, Rows
from tests.builders.processor import AS_OF, made
from tests.builders.typed import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One run, in which somebody objects, and a dry run."""
    folder = tmp_path_factory.mktemp("runs") / "installation"
    settings = made(folder)
    place = Place(folder, Rows().written(tmp_path_factory.mktemp("first")).listing("--objections", BEN))
    with log_for(settings):
        assert asked(place, *place.words()[2:]).exit_code == 0
        assert asked(place, *place.words()[2:], "--again", "--dry-run").exit_code == 0
        yield place


def asked(place: Place, *words: str) -> Result:
    return CliRunner().invoke(gateway, ["--dir", str(place.folder), *words])


@pytest.fixture(scope="module")
def told(place: Place) -> list[dict[str, Any]]:
    said = asked(place, "intake", "runs", "--json")
    assert said.exit_code == 0, said.output
    found: list[dict[str, Any]] = json.loads(said.stdout)["runs"]
    return found


def test_a_run_is_told_with_who_made_it_when_and_on_whose_instruction(told: list[dict[str, Any]]) -> None:
    assert [(one["run"], one["user"], one["instruction"], one["as_of"]) for one in told] == [
        ("1", "operator", "TEST-1", AS_OF)
    ]


def test_a_run_is_told_with_the_hash_of_each_file(told: list[dict[str, Any]]) -> None:
    assert set(told[0]["files"]) == {
        "apc.csv", "ec.csv", "op.csv", "patient.csv", "condition.csv", "medication.csv", "--objections.csv",
    }  # fmt: skip
    assert "gateway" in told[0]["versions"]


def test_every_stage_tells_what_came_what_went_on_and_how_long_it_took(told: list[dict[str, Any]]) -> None:
    stages = told[0]["stages"]
    assert [stage["stage"] for stage in stages] == list(STAGES)
    assert all(stage["in"] and stage["out"] and stage["milliseconds"] >= 0 for stage in stages)
    assert [stage["stage"] for stage in stages if stage["set_aside"]] == ["withhold_objections"]


def test_no_count_of_rows_is_told_exactly(told: list[dict[str, Any]]) -> None:
    counts = [
        rows for stage in told[0]["stages"] for name in ("in", "out", "set_aside") for rows in stage[name].values()
    ]
    assert counts
    assert all(is_protected(rows) for rows in counts)
    assert told[0]["stages"][1]["set_aside"] == {"objection": "*"}


def test_the_run_s_own_record_has_the_counts_exactly(place: Place) -> None:
    connection = Vault(place.folder / "keys").connect("practice_work", place.folder / "home" / "practice_work.db")
    facts = json.loads(connection.execute("SELECT facts FROM run").fetchone()[0])
    connection.close()
    assert facts["by"] == "operator"
    assert facts["stages"][1]["set_aside"] == {"objection": 2}
    assert {(one["file"], one["rows"]) for one in facts["files"]} >= {("apc.csv", 3), ("patient.csv", 3)}
    assert all(len(one["sha256"]) == 64 for one in facts["files"])


def test_for_people_each_run_is_a_line_with_its_stages_below(place: Place) -> None:
    lines = asked(place, "intake", "runs").stdout.splitlines()
    assert lines[0].startswith(f"run 1 as of {AS_OF}, made ")
    assert "  withhold_objections: 10 go on; stayed behind: objection *" in lines
    assert len(lines) == 1 + len(STAGES)


def test_the_operator_is_refused_what_oversight_sees(place: Place) -> None:
    told = place.folder / "gateway.env"
    before = told.read_text("utf-8")
    told.write_text(before.replace("GATEWAY_SERVICE_AUDIT=auditor", "GATEWAY_SERVICE_AUDIT=operator"), "utf-8")
    try:
        assert asked(place, "intake", "runs").exit_code == 1
    finally:
        told.write_text(before, "utf-8")
