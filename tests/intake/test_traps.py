"""Traps of real extracts that no other test names; and each test that the documentation names for one is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders.deliveries import ANNA, BEN, HERE, Rows, spell
from tests.builders.processor import Processor

ROOT = Path(__file__).parents[2]
NEXT_DAY = {"Admission_Date": "2026-05-07", "Discharge_Date": "2026-05-09"}


@pytest.mark.parametrize("source", ["49", "51", "52", "53", "87"])
@pytest.mark.parametrize("method", ["2B", "81"])
def test_a_stay_that_goes_on_elsewhere_is_counted_once(
    processor: Processor, tmp_path: Path, method: str, source: str
) -> None:
    goes_on = spell(31, BEN, Admission_Method=method, Source_of_Admission=source, Der_Provider_Code="ZZ2", **NEXT_DAY)
    processor.taken(Rows(apc=[spell(10, ANNA), spell(20, ANNA), spell(30, BEN), goes_on]).written(tmp_path))
    assert processor.at_risk() == {HERE: {ANNA}}
    assert processor.person(BEN)[0]["score"] == 1


@pytest.mark.parametrize(
    "written",
    ["||E119 ,J849 ||I801 ,N179", "E119,J849|I801|N179", "||E119X||J849 , I801D||N179A", "e11.9 ,j84.9,i80.1,N17.9"],
)
def test_codes_of_every_episode_are_read_however_they_are_written(
    processor: Processor, tmp_path: Path, written: str
) -> None:
    rows = Rows(apc=[spell(at, ANNA, Der_Diagnosis_All=written) for at in (10, 20)])
    processor.taken(rows.written(tmp_path))
    told: list[dict[str, Any]] = processor.person(ANNA, "score_term")
    assert {row["term"] for row in told if row["method"] == "hfrs"} == {"N17"}
    assert {row["term"] for row in told if row["method"] == "charlson"} == {"diab"}


def test_every_test_that_the_documentation_names_is_there() -> None:
    named = re.findall(
        r"`(tests/[\w/]+\.py)((?:`, `)?::\w+(?:`, `::\w+)*)", (ROOT / "docs" / "intake.md").read_text("utf-8")
    )
    assert len(named) > 15
    for path, tests in named:
        source = (ROOT / path).read_text("utf-8")
        assert [name for name in re.findall(r"::(\w+)", tests) if f"def {name}(" not in source] == [], path
