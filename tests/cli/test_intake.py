"""`gateway intake risk` as it is typed: facts against planted truth, exit codes, kills, and files too large to hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from gateway.cli import gateway
from gateway.cli import main as typed
from gateway.intake.layouts import names
from gateway.recorder.running import log_for
from gateway.settings import Settings, shipped_policies
from gateway.stores.vault import Vault
from gateway.synthetic.hospital import spells
from gateway.synthetic.population import populate
from gateway.synthetic.practices import participating_practices
from gateway.synthetic.synthesiser import at_risk, synthesise
from tests.builders.deliveries import PRACTICES, Files
from tests.builders.processor import AS_OF, made
from tests.builders.typed import Place, command

PATIENTS, SEED = 2_000, 7


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Nothing taken in yet."""
    files = tmp_path_factory.mktemp("files")
    synthesise(files, patients=PATIENTS, seed=SEED, as_of=date.fromisoformat(AS_OF))
    folder = tmp_path_factory.mktemp("risk") / "installation"
    made(folder)
    risk = files / "risk"
    truth = json.loads((files / "truth.json").read_text("utf-8"))
    return Place(folder, Files(risk, ("--objections", risk / "objections.csv")), truth)


@pytest.fixture(scope="module")
def taken(empty: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, subprocess.CompletedProcess[str]]:
    """The two thousand taken in by the command, and what it said."""
    place = empty.copied(tmp_path_factory.mktemp("taken") / "installation")
    return place, command(*place.words(None, "--json"))


def test_json_stands_alone_on_standard_output_and_the_report_on_standard_error(taken: Any) -> None:
    said = taken[1]
    assert said.returncode == 0, said.stderr
    facts = json.loads(said.stdout)
    assert facts.keys() == {
        "run", "instruction", "as_of", "received", "set_aside", "withdrawn", "stored", "seconds", "versions", "at_risk",
        "model",
    }  # fmt: skip
    report = said.stderr.splitlines()
    assert len(report) == facts["set_aside"]["invalid_value"]
    assert all(re.fullmatch(r"(apc|ec|op)\.csv: line \d+, \w+: [a-zA-Z0-9 ,]+", line) for line in report)


def test_what_is_set_aside_is_what_was_planted_each_reason_ten_times_at_least(taken: Any) -> None:
    place, said = taken
    assert json.loads(said.stdout)["set_aside"] == place.truth["set_aside"]
    assert min(place.truth["set_aside"].values()) >= 10


def test_rows_received_are_those_of_the_files(taken: Any) -> None:
    place, said = taken
    listed = place.files.folder / "objections.csv"
    paths = {"patient.csv": place.files["gp_patient"], "apc.csv": place.files["apc"], "objections.csv": listed}
    received = json.loads(said.stdout)["received"]
    assert set(received) == {
        "apc.csv",
        "ec.csv",
        "op.csv",
        "patient.csv",
        "condition.csv",
        "medication.csv",
        "objections.csv",
    }
    assert all(received[name] == path.read_text("utf-8").count("\n") - 1 for name, path in paths.items())


def test_rows_stored_are_those_of_the_stores(taken: Any) -> None:
    place, said = taken
    vault = Vault(place.folder / "keys")
    for table, rows in json.loads(said.stdout)["stored"].items():
        store, _, name = table.partition(".")
        path = place.folder / "home" / store / "run-000001.db"
        connection = vault.connect(store, path, read_only=True)
        assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (rows,)  # noqa: S608 a table of ours
        connection.close()


def test_as_many_people_are_on_each_practice_s_list_as_were_planted(taken: Any) -> None:
    place = taken[0]
    assert {code: len(numbers) for code, numbers in place.numbers_at_risk().items()} == place.truth["worklist"]


def test_the_people_on_each_list_are_those_that_were_planted(taken: Any) -> None:
    rng = np.random.default_rng(SEED)
    people = populate(PATIENTS, len(PRACTICES), date.fromisoformat(AS_OF), rng)
    risky = at_risk(people, spells(people, rng))
    planted = {
        code: set(people.nhs_number[risky & (people.practice == at)].astype(str).tolist())
        for at, code in enumerate(participating_practices(len(PRACTICES)))
    }
    assert taken[0].numbers_at_risk() == planted


def test_without_json_each_fact_is_a_line(taken: Any, tmp_path: Path) -> None:
    place = taken[0].copied(tmp_path / "installation")
    said = CliRunner().invoke(gateway, place.words(None, "--dry-run", "--again"))
    assert said.exit_code == 0
    assert said.stdout.splitlines()[:3] == ["run: 2", "instruction: TEST-1", f"as_of: {AS_OF}"]


@pytest.fixture(scope="module")
def open_place(taken: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A copy whose log is kept running, so that commands in this process are quick."""
    place = taken[0].copied(tmp_path_factory.mktemp("open") / "installation")
    with log_for(Settings.from_folder(place.folder, {})):
        yield place


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda words: words, 1, "was taken in run 1 already: add --again"),
        (lambda words: [*words, "--again", "--dry-run"], 0, ""),
        (lambda words: [*words, "--cleared", words[-5]], 2, "give --objections or --cleared, not both"),
        (lambda words: words[:-4], 2, "Missing option '--instruction'"),
        (lambda words: [*words, "--apc", "nowhere.csv"], 2, "does not exist"),
        (lambda words: [*words, "--apc", "."], 2, "is a directory"),
        (lambda words: [*words, "--as-of", "31/10/2026"], 2, "does not match the format"),
        (lambda words: ["--dir", "nowhere", *words[2:]], 2, "holds no gateway.env"),
    ],
    ids=["taken before", "dry run", "two lists", "no instruction", "no file", "a folder", "no day", "no installation"],
)
def test_exit_codes_say_what_came_of_it(  # noqa: PLR0913, PLR0917 what is typed, what comes of it
    open_place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: Any,
    code: int,
    said: str,
) -> None:
    before = open_place.stores()
    monkeypatch.setattr(sys, "argv", ["gateway", *change(open_place.words())])
    with pytest.raises(SystemExit) as ended:
        typed()
    assert ended.value.code == code
    assert said in capsys.readouterr().err
    assert open_place.stores() == before


def test_a_pointer_that_names_no_run_is_a_fault(taken: Any, tmp_path: Path) -> None:
    place = taken[0].copied(tmp_path / "installation")
    (place.folder / "home" / "risk-run").write_text("x", "ascii")
    said = command(*place.words(None, "--again"))
    assert (said.returncode, said.stdout) == (3, "")
    assert said.stderr.endswith("risk-run names no run: restore it\n")


def terms(text: str, *, without: str) -> str:
    """The register without the rows of one kind."""
    return "".join(
        part for part in re.split(r"(?m)^(?=\[\[)", text) if not part.startswith(f"[[agreement.RS.{without}]]")
    )


@pytest.mark.parametrize(
    ("register", "said", "event"),
    [
        ("shipped", "(agreement_not_in_force, event ", "access.refused"),
        ("no address", "lists no storage address: intake is refused until it does", "access.failed"),
    ],
)
def test_an_agreement_that_has_ended_or_lists_no_address_takes_nothing_in(
    empty: Place, tmp_path: Path, register: str, said: str, event: str
) -> None:
    place = empty.copied(tmp_path / "installation")
    agreements = place.folder / "policies" / "agreements.toml"
    demonstration = agreements.read_text("utf-8")
    shipped = (shipped_policies() / "agreements.toml").read_text("utf-8")
    agreements.write_text(
        shipped if register == "shipped" else terms(demonstration, without="storage_address"), "utf-8"
    )
    told = command(*place.words(None, "--json"))
    assert (told.returncode, told.stdout) == (1, "")
    assert said in told.stderr
    assert place.stores() == {}
    assert place.events()[-1] == event


@pytest.mark.parametrize("wanted", [(), ("apc",), ("apc", "gp_patient")])
def test_layouts_are_printed_as_schemas_all_or_those_that_are_named(wanted: tuple[str, ...]) -> None:
    said = CliRunner().invoke(gateway, ["intake", "layouts", *wanted])
    assert [schema["name"] for schema in json.loads(said.stdout)] == list(wanted or names())


def test_a_layout_that_is_not_there_is_wrong_use() -> None:
    said = CliRunner().invoke(gateway, ["intake", "layouts", "nowhere"])
    assert said.exit_code == 2
    assert "there is no layout nowhere: choose from a1_invoice_header" in said.stderr
