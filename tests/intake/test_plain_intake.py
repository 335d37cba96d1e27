"""The pipeline against a plain reading of the same files, row by row: damaged at random, both say the same."""

from __future__ import annotations

import csv
import os
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.intake.layouts import layout
from gateway.synthetic.synthesiser import synthesise
from tests.builders.deliveries import PLACES, PRACTICES, Files, Row, write
from tests.builders.processor import AS_OF, Processor
from tests.oracles.plain_intake import Recount, recount

SEEDS = range(60 if os.environ.get("GATEWAY_PROOF") == "full" else 3)
DAMAGED_ROWS = 45  # under the fifty that refuse a file
GARBAGE = (
    "", " ", "x", "=1+1", "-", "0", "1", "2B", "21", "11", "49", "4", "5", "01", "02", "97", "110", "7001", "-5",
    "2026-10-31", "2025-10-31", "2025-11-01", "2026-11-01", "2099-01-01", "2026-02-30", "20260101", "V81997",
    "Z98001", "Z99901", "Z99001", "06Q", "99E", "E01998000", "E01999901", "E01000001", "9990000019", "12345678901",
    "R", "D", "X", "false", "nan", "1.5", "overlong text here",
)  # fmt: skip
NEVER_DAMAGED = {"Type1_Objection"}  # which refuses the file whole


def damaged(rows: list[Row], kind: str, chance: random.Random) -> list[Row]:
    """Some rows with another value, or sent again, or with what stands in another row of the same column."""
    columns = [field.name for field in layout(kind).fields if field.name not in NEVER_DAMAGED]
    for at in chance.sample(range(len(rows)), min(DAMAGED_ROWS, len(rows) // 3)):
        column = chance.choice(columns)
        other = chance.choice(rows)[column]
        rows[at] = rows[at] | {column: chance.choice([other, other, *chance.sample(GARBAGE, 2)])}
    return [*rows, *chance.sample(rows, 10)]


def delivery(folder: Path, seed: int) -> Files:
    chance = random.Random(seed)  # noqa: S311 the same rows every time
    synthesise(folder, patients=400, seed=seed, as_of=date.fromisoformat(AS_OF))
    for kind in ("apc", "ec", "op", "gp_patient", "gp_condition", "gp_medication"):
        path = folder / "risk" / PLACES[kind]
        with path.open(encoding="utf-8", newline="") as file:
            rows = damaged(list(csv.DictReader(file)), kind, chance)
        write(path, kind, rows)
    return Files(folder / "risk", ("--objections", folder / "risk" / "objections.csv"))


def told_by(processor: Processor, files: Files) -> tuple[dict[str, Any], dict[str, int]]:
    facts = processor.taken(files)
    listed = {code: len(numbers) for code, numbers in processor.at_risk().items()}
    return facts["set_aside"], {code: listed.get(code, 0) for code in PRACTICES}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plain_reading_of_damaged_files_says_the_same(processor: Processor, tmp_path: Path, seed: int) -> None:
    files = delivery(tmp_path, seed)
    plain: Recount = recount(files.folder, date.fromisoformat(AS_OF), PRACTICES)
    set_aside, worklist = told_by(processor, files)
    assert {reason: rows for reason, rows in set_aside.items() if rows} == plain.set_aside
    assert worklist == plain.worklist
    assert plain.set_aside["invalid_value"] > 20
