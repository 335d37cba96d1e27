from __future__ import annotations

import csv
import hashlib
import json
import stat
import time
from datetime import date
from pathlib import Path
from typing import Any

import nhs_number
import pytest
from click.testing import CliRunner

from gateway.cli.synthesise import synthesise as command
from gateway.errors import BadRequest
from gateway.intake.layouts import layout, names
from gateway.synthetic.population import fewest
from gateway.synthetic.practices import participating_practices
from gateway.synthetic.synthesiser import synthesise
from tests.oracles.plain_intake import recount

REASONS = {
    "objection", "out_of_area", "restricted", "untraced", "invalid_number", "no_practice", "not_participating",
    "duplicate", "superseded", "invalid_value",
}  # fmt: skip
PLANTED_CHECKS = {f"IV-{number:02d}" for number in [*range(2, 20), *range(21, 29), 30]}
SMALLEST = fewest(12)


def made(folder: Path, patients: int, **more: Any) -> Path:
    synthesise(folder, patients=patients, **more)
    return folder


def truth(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    return told


def hashes(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def three_thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("three-thousand"), 3_000)


def test_the_same_seed_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    assert hashes(made(tmp_path / "a", 600, seed=7)) == hashes(made(tmp_path / "b", 600, seed=7))


def test_another_seed_gives_other_people_but_the_same_practices_and_areas(tmp_path: Path) -> None:
    one, other = (hashes(made(tmp_path / str(seed), 600, seed=seed)) for seed in (1, 2))
    same = {name for name in one if one[name] == other[name]}
    assert {"risk/reference/practice.csv", "risk/reference/lsoa.csv"} <= same
    assert "risk/apc.csv" not in same


def test_every_header_is_its_layouts(three_thousand: Path) -> None:
    seen = set()
    for file in three_thousand.rglob("*.csv"):
        name = f"gp_{file.stem}" if file.parent.name == "gp" else file.stem
        header = file.read_text("utf-8").split("\n", 1)[0].split(",")
        assert tuple(header) == layout(name).header
        seen.add(name)
    assert seen == set(names())


def test_every_number_but_the_planted_ones_has_the_right_check_digit_and_begins_with_999(three_thousand: Path) -> None:
    risk = three_thousand / "risk"
    numbers = [row["NHS_Number"] for kind in ("apc", "ec", "op") for row in rows(risk / f"{kind}.csv")]
    numbers += [row["NHS_Number"] for row in rows(risk / "gp" / "patient.csv")]
    numbers = [number for number in numbers if number]
    wrong = [number for number in numbers if not nhs_number.is_valid(number)]
    assert all(number.startswith("999") for number in numbers)
    assert 0 < len(wrong) < len(numbers) / 20


@pytest.mark.parametrize("patients", [SMALLEST, 500, 2_000])
def test_each_reason_stands_at_least_ten_times_at_any_size(tmp_path: Path, patients: int) -> None:
    told = truth(made(tmp_path, patients))["set_aside"]
    assert told.keys() == REASONS
    assert min(told.values()) >= 10


@pytest.mark.parametrize(("patients", "practices"), [(SMALLEST, 12), (500, 12), (300, 1), (3_000, 40)])
def test_at_least_five_people_of_each_practice_are_at_risk(tmp_path: Path, patients: int, practices: int) -> None:
    told = truth(made(tmp_path, patients, practices=practices))["worklist"]
    assert list(told) == participating_practices(practices)
    assert min(told.values()) >= 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plain_recount_of_the_files_finds_what_was_planted(tmp_path: Path, seed: int) -> None:
    told = truth(made(tmp_path, 2_000, seed=seed))
    found = recount(tmp_path / "risk", date.fromisoformat(told["as_of"]), told["practices"]["participating"])
    assert found.set_aside == told["set_aside"]
    assert found.worklist == told["worklist"]


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2021, 1, 1), date(2026, 11, 24)])
def test_the_truth_holds_for_any_day(tmp_path: Path, day: date) -> None:
    told = truth(made(tmp_path, 800, as_of=day))
    assert told["as_of"] == day.isoformat()
    found = recount(tmp_path / "risk", day, told["practices"]["participating"])
    assert (found.set_aside, found.worklist) == (told["set_aside"], told["worklist"])


def test_the_truth_is_for_its_owner_alone(three_thousand: Path) -> None:
    assert stat.S_IMODE((three_thousand / "truth.json").stat().st_mode) == 0o600


def test_the_outcome_names_people_of_the_extract_and_can_be_predicted(three_thousand: Path) -> None:
    told = truth(three_thousand)
    patients = {row["NHS_Number"] for row in rows(three_thousand / "risk" / "gp" / "patient.csv")}
    assert set(told["outcome"]) <= patients
    assert 0.7 < told["attainable_discrimination"] < 1


def test_each_check_is_planted_at_least_three_times(three_thousand: Path) -> None:
    planted = [check for checks in truth(three_thousand)["lines"].values() for check in checks]
    assert set(planted) == PLANTED_CHECKS
    assert min(planted.count(check) for check in PLANTED_CHECKS) >= 3


def test_what_is_planted_names_invoices_and_lines_that_are_there(three_thousand: Path) -> None:
    invoices = three_thousand / "invoices"
    known = {f"{row['invoice_number']}/" for row in rows(invoices / "a1_invoice_header.csv")}
    known |= {f"{row['invoice_number']}/{row['invoice_line_number']}" for row in rows(invoices / "a2_backing_data.csv")}
    assert truth(three_thousand)["lines"].keys() <= known


@pytest.mark.parametrize("trap", ["7", "49 2B", "V8199", "||", "inverted", "X", "D"])
def test_traps_of_real_extracts_are_there(three_thousand: Path, trap: str) -> None:
    spells = rows(three_thousand / "risk" / "apc.csv")
    registered = rows(three_thousand / "risk" / "gp" / "patient.csv")
    found = {
        "7": any(int(row["Age_At_Start_of_Spell_SUS"]) >= 7000 for row in spells),
        "49 2B": any(row["Source_of_Admission"] == "49" and row["Admission_Method"] == "2B" for row in spells),
        "V8199": any(row["GP_Practice_Code"].startswith("V8199") for row in spells),
        "||": any(" ||" in row["Der_Diagnosis_All"] and " ," in row["Der_Diagnosis_All"] for row in spells),
        "inverted": any("" < row["Discharge_Date"] < row["Admission_Date"] for row in spells),
        "X": any(row["Registration_Status"] == "X" for row in registered),
        "D": any(row["Registration_Status"] == "D" for row in registered),
    }
    assert found[trap]


def test_rows_of_another_commissioners_time_are_kept_for_whoever_belongs_here_now(three_thousand: Path) -> None:
    told = truth(three_thousand)
    found = recount(three_thousand / "risk", date.fromisoformat(told["as_of"]), told["practices"]["participating"])
    spells = zip(rows(three_thousand / "risk" / "apc.csv"), found.reasons["apc"], strict=True)
    kept = [row for row, reason in spells if row["Der_Commissioner_Code"] == "99E" and not reason]
    assert kept


def test_forty_thousand_people_take_seconds(tmp_path: Path) -> None:
    begun = time.perf_counter()
    made(tmp_path, 40_000)
    assert time.perf_counter() - begun < 15


def test_too_few_patients_are_refused_with_the_fewest_that_will_do(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=str(SMALLEST)):
        synthesise(tmp_path, patients=SMALLEST - 1)


def test_the_command_writes_where_it_is_told(tmp_path: Path) -> None:
    told = CliRunner().invoke(command, ["--out", str(tmp_path / "files"), "--patients", "400", "--as-of", "2025-06-30"])
    assert told.exit_code == 0
    assert truth(tmp_path / "files")["as_of"] == "2025-06-30"
