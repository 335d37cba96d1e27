"""`gateway audit inventory` and `gateway audit assurance` at the command line."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.audit import audit
from gateway.errors import AccessDenied, BadRequest
from tests.builders.ceff import WarmRuntime
from tests.builders.copies import facts
from tests.builders.ending import APC, HASH, alone, ending, reopened
from tests.builders.everything import Everything


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with reopened(ending(tmp_path_factory.mktemp("assurance") / "installation")) as opened:
        yield opened


def says(place: Everything, *words: object, user: str = "kit") -> Result:
    """`gateway audit …` by a service account."""
    desk = alone(place, services={"audit": user})
    return CliRunner().invoke(audit, list(map(str, words)), obj=WarmRuntime(open=desk))


def test_the_inventory_is_a_line_a_file(place: Everything) -> None:
    done = says(place, "inventory")
    header, *rows, last = done.stdout.splitlines()
    assert header.startswith("agreement\tfile\tkind\trows\tsha256")
    assert f"\t{APC}\tapc\t12\t{HASH}\t" in done.stdout
    assert last.startswith(f"{len(rows)} files; looking is event ")


def test_the_inventory_is_json_too(place: Everything) -> None:
    told = facts(says(place, "inventory", "--json"))
    assert told["columns"] == list(told["rows"][0])
    assert HASH in {one["sha256"] for one in told["rows"]}


def test_the_pack_is_a_folder_whose_file_the_log_knows_by_its_hash(place: Everything, tmp_path: Path) -> None:
    out = tmp_path / "new" / "pack"
    told = facts(says(place, "assurance", "--out", out, "--json"))
    pack = json.loads((out / "assurance.json").read_text("utf-8"))
    names = {path.name for path in out.iterdir()}
    assert names == {"assurance.json", "assurance.html", *(f"{name}.csv" for name in pack["sections"])}
    with (out / "personnel.csv").open(encoding="utf-8") as file:
        assert [row["user"] for row in csv.DictReader(file)] == ["kit", "max", "mia", "ola"]
    assert "<h2>Personnel</h2>" in (out / "assurance.html").read_text("utf-8")
    event = place.events()[told["events"][1]]
    assert event["type"] == "export.created"
    assert event["details"]["file_sha256"] == hashlib.sha256((out / "assurance.json").read_bytes()).hexdigest()


def test_without_a_folder_it_is_json_or_a_line_a_section(place: Everything) -> None:
    assert json.loads(says(place, "assurance", "--json").stdout)["version"] == 1
    assert "\nPersonnel: 4\n" in says(place, "assurance").stdout


def test_a_folder_that_is_there_or_cannot_be_made_is_refused(place: Everything, tmp_path: Path) -> None:
    assert isinstance(says(place, "assurance", "--out", tmp_path).exception, BadRequest)
    (tmp_path / "file").write_text("in the way")
    done = says(place, "assurance", "--out", tmp_path / "file" / "pack")
    assert isinstance(done.exception, BadRequest)
    assert "cannot be written" in str(done.exception)


def test_whoever_is_no_auditor_is_refused_and_nothing_is_written(place: Everything, tmp_path: Path) -> None:
    done = says(place, "assurance", "--out", tmp_path / "pack", user="max")
    assert isinstance(done.exception, AccessDenied)
    assert not (tmp_path / "pack").exists()
