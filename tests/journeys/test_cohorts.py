"""From the commissioner's criteria at the command line to a practice's own patients on the screen, and withdrawn."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.screens import Screens, faults
from tests.journeys.served import Served, command

pytestmark = [pytest.mark.journey, pytest.mark.browser]
NUMBER = re.compile(r"\d{3} \d{3} \d{4}")
CRITERIA = ("--criteria", "band=High,At risk", "--criteria", "admissions=2")


def said(served: Served, *words: str) -> dict[str, Any]:
    """`gateway cohort …` as the analyst."""
    run = command(served.folder, "cohort", *words, "--as", "analyst", "--json")
    typed = f"{served.passwords['analyst']}\n"
    done = subprocess.run(run, check=True, input=typed, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_cohort_reaches_a_practice_as_its_own_patients_until_it_is_withdrawn(
    screens: Screens, served: Served
) -> None:
    saved = said(served, "save", "Often admitted", *CRITERIA)
    assert not NUMBER.search(json.dumps(saved))
    page = screens.signed_in("gp")
    page.goto("/practice/worklist?band=High&band=At+risk&admissions=2")
    wanted = set(NUMBER.findall(page.locator("tbody").inner_text()))
    page.get_by_role("link", name="Groups of the commissioner").click()
    row = page.get_by_role("row", name=re.compile("Often admitted"))
    expect(row).to_contain_text("Risk band: High or At risk")
    assert int(row.locator("td").first.inner_text()) == len(wanted) > 0
    found = faults(page, "cohorts")
    page.get_by_role("link", name="Often admitted").click()
    size = served.log_size()
    assert set(NUMBER.findall(page.locator("tbody").inner_text())) == wanted
    found += faults(page, "cohort")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all of them").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert len(rows) == len(wanted)
    assert [event["type"] for event in served.events(size)] == ["export.created"]
    said(served, "withdraw", str(saved["cohort"]))
    page.reload()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Often admitted")
    assert not NUMBER.search(page.locator("main").inner_text())
    assert found == []
