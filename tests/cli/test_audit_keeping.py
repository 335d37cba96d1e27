"""`gateway audit seal-key`, `erase-seal`, `prune` and the formats of `export`, over a real installation."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.audit.sealing import Sealer
from gateway.cli.audit import audit
from gateway.settings import Settings
from tests.builders.auditing import AUDITOR, NUMBER, Done, Open, checked, invoked, seen_by

PASSWORD = "correct horse battery staple"
Run = Any


@pytest.fixture
def run(house: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`gateway audit …` as ada the auditor, whom gateway.env names; pia is the privacy officer."""
    house.add("ada", AUDITOR)
    house.add("pia", ("privacy_officer", "06Q"))
    monkeypatch.setenv("GATEWAY_SERVICE_AUDIT", "ada")
    desk = replace(house.desk, settings=Settings.from_folder(house.desk.settings.home.parent, os.environ))
    return partial(invoked, Open(held=desk))


def test_a_key_pair_is_made_without_an_installation_and_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "auditor.pem"
    done = CliRunner().invoke(audit, ["seal-key", "--out", str(out), "--json"])
    assert json.loads(done.output)["public"] == f"{out}.pub"
    assert out.stat().st_mode & 0o777 == 0o600
    assert Sealer(Path(f"{out}.pub").read_bytes()).seal("token", NUMBER)
    assert "auditor-seal.pub" in CliRunner().invoke(audit, ["seal-key", "--out", str(tmp_path / "other")]).output


def test_a_key_that_is_there_is_never_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "auditor.pem").write_text("kept")
    done = run("seal-key", "--out", tmp_path / "auditor.pem")
    assert done.code == 2
    assert "cannot be written" in done.error
    assert (tmp_path / "auditor.pem").read_text() == "kept"


def test_what_is_sealed_of_a_patient_is_erased_by_two(house: Any, run: Run) -> None:
    done: Done = run("erase-seal", "--approved-by", "pia", "--json", typed=f"{PASSWORD}\n{NUMBER}\n")
    told = [house.events()[index] for index in done.facts["events"]]
    assert done.facts["stores"] == ["risk_identifiable"]
    assert [(one["type"], one["actor"]["user"], one["approved_by"]) for one in told] == [("seal.erased", "ada", "pia")]
    assert run("verify", "--json").facts["ok"]


def test_whoever_may_not_do_it_cannot_approve_it(house: Any, run: Run) -> None:
    house.add("max", ("access_administrator", "06Q"))
    done = run("erase-seal", "--approved-by", "max", typed=f"{PASSWORD}\n{NUMBER}\n")
    assert done.code == 1
    assert house.events()[-1]["type"] == "access.refused"


def test_no_body_goes_before_its_time(house: Any, run: Run) -> None:
    done = run("prune", "--before", "2026-01-01", "--approved-by", "pia", typed=f"{PASSWORD}\n")
    assert (done.code, house.events()[-1]["type"]) == (2, "access.failed")
    assert "for 8 years" in done.error
    told = run("prune", "--before", "2018-01-01", "--approved-by", "pia", "--json", typed=f"{PASSWORD}\n").facts
    assert (told["pruned"], told["end"], len(told["events"])) == (0, 0, 1)


@pytest.mark.parametrize(
    ("formats", "files"),
    [
        (["ndjson"], set()),
        (["csv"], {"events.csv"}),
        (["fhir", "parquet"], {"events.parquet", "fhir/balp.ndjson"}),
        (["csv", "all"], {"events.csv", "events.parquet", "fhir/balp.ndjson"}),
    ],
)
def test_an_export_has_the_formats_asked_for_and_is_checked_with_any(
    house: Any, run: Run, tmp_path: Path, formats: list[str], files: set[str]
) -> None:
    seen_by(house.desk, NUMBER)
    words = [word for name in formats for word in ("--format", name)]
    assert run("export", "--out", tmp_path / "export", *words, "--json").facts["cursor"]
    there = {path.relative_to(tmp_path / "export").as_posix() for path in (tmp_path / "export").rglob("*.*")}
    assert {name for name in there if name.split(".")[0] in {"events", "fhir/balp"}} == files
    assert {"entries.ndjson", "seals.ndjson", "render_pars.py"} <= there
    code, said = checked(tmp_path / "export", "--key", run("key").out.strip())
    assert code == 0, said
