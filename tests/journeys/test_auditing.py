"""The auditor at the screen, and away from it: what was exported verifies alone, and a changed byte is found."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Screens, faults
from tests.journeys.served import Served, command

pytestmark = [pytest.mark.journey, pytest.mark.browser]
AT_RISK = "SELECT nhs_number FROM worklist WHERE practice_code = ? AND at_risk = 1"


@pytest.fixture
def looked_at(served: Served) -> str:
    """NHS number of a patient whom the other practice's GP has just looked at."""
    gp = served.person("gp-elsewhere")
    page = gp.get("/practice/worklist").text
    handle = re.search(r"/practice/patients/(\w+)", page)
    assert handle
    gp.get(handle.group())
    (number,) = served.read_run("SELECT nhs_number FROM worklist WHERE handle = ?", handle.group(1))[0]
    return str(number)


def test_the_auditor_finds_who_looked_at_a_patient_what_a_user_did_and_each_events_proof(
    screens: Screens, looked_at: str
) -> None:
    page = screens.signed_in("auditor")
    page.locator("main").get_by_role("link", name="Audit log").click()
    page.get_by_label("User").fill("gp-elsewhere")
    page.get_by_label("Decision").select_option("permit")
    page.get_by_role("button", name="Search").click()
    assert set(page.locator("tbody td:nth-child(4)").all_inner_texts()) == {"gp-elsewhere"}
    page.goto("/auditor/search")
    page.get_by_role("link", name="one patient").click()
    page.get_by_label("NHS number").fill(looked_at)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody").last).to_contain_text("practice. patient".replace(" ", ""))
    assert set(page.locator("tbody td:nth-child(4)").all_inner_texts()) == {"gp-elsewhere"}
    assert looked_at not in page.content()
    assert looked_at not in page.url
    page.get_by_role("link", name="gp-elsewhere").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What gp-elsewhere did")
    page.locator("tbody th a").first.click()
    expect(page.get_by_label("The event")).to_contain_text('"user": "gp-elsewhere"')
    expect(page.get_by_label("The signed head")).to_contain_text("commissioning-gateway/audit")


def test_the_report_for_a_patient_is_accessible_and_fits_a_desktop_and_a_phone(
    screens: Screens, looked_at: str
) -> None:
    page = screens.signed_in("auditor")
    page.goto("/auditor/patient")
    page.get_by_label("NHS number").fill(looked_at)
    page.get_by_role("button", name="Report for the patient").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who looked at your data")
    expect(page.get_by_label("Accesses")).to_contain_text("You alone.")
    assert looked_at not in page.content()
    assert faults(page, "auditor-report") == []


def export(page: Page, into: Path) -> Path:
    """Make an export by the page, and unpack it in an empty folder."""
    page.goto("/auditor/exports")
    page.get_by_label("From event").fill("0")
    page.get_by_role("button", name="Make an export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="download it").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(into)
    return into


def verify(folder: Path) -> int:
    """The export's own verify.py, with nothing of ours and nothing of the environment's."""
    run = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(run, cwd=folder, check=False, capture_output=True).returncode


def test_an_export_verifies_away_from_us_names_no_patient_and_a_changed_byte_is_found(
    screens: Screens, served: Served, looked_at: str, tmp_path: Path
) -> None:
    folder = export(screens.signed_in("auditor"), tmp_path / "export")
    assert verify(folder) == 0
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    held = [number for practice in served.truth["worklist"] for (number,) in served.read_run(AT_RISK, practice)]
    assert looked_at in held
    assert [path.name for path in files if any(number.encode() in path.read_bytes() for number in held)] == []
    events = max(files, key=lambda path: path.stat().st_size)
    whole = bytearray(events.read_bytes())
    whole[len(whole) // 2] ^= 1
    events.write_bytes(whole)
    assert verify(folder) != 0


def test_a_link_to_an_export_works_once_and_for_whoever_made_it(screens: Screens) -> None:
    page = screens.signed_in("auditor")
    page.goto("/auditor/exports")
    page.get_by_role("button", name="Make an export").click()
    link = page.get_by_role("link", name="download it")
    address = link.get_attribute("href") or ""
    with page.expect_download():
        link.click()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_changed_byte_of_the_store_is_found_by_verify(served: Served, tmp_path: Path, part: float) -> None:
    copy = shutil.copytree(served.folder, tmp_path / "copy")
    run = command(copy, "audit", "verify")
    assert subprocess.run(run, check=False, capture_output=True).returncode == 0
    store = copy / "home" / "audit_log.db"
    whole = bytearray(store.read_bytes())
    whole[int(len(whole) * part)] ^= 1
    store.write_bytes(whole)
    assert subprocess.run(run, check=False, capture_output=True).returncode != 0
