"""One patient before and after attestation, and the practice's summary, as the pages tell them."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest

from tests.builders.deliveries import ANNA, HERE, spell

FIRST, SECOND = "2026-05-31", "2026-10-31"
GIVEN = {"reason": "planned_review", "attested": "yes"}
EARLY = spell(5, ANNA, Admission_Date="2025-07-01", Discharge_Date="2025-07-04")
OURS = [EARLY, spell(10, ANNA, Der_Diagnosis_All="||J440 ,B207", Der_Procedure_All="||K401"), spell(20, ANNA)]
CODES = ("J440", "B207", "K401", "2026-05-04", "4 May 2026", "1 July 2025", "2025-07-01")


@pytest.fixture
def two_runs(practices: Any) -> Any:
    practices.run(FIRST, HERE, OURS, "COPD", "ALC")
    practices.run(SECOND, HERE, OURS, "COPD", "HF")
    return practices


def record_of(practices: Any, user: str) -> tuple[Any, str]:
    browser = practices.gp(user, HERE)
    path = f"/practice/patients/{practices.handle(ANNA)}/record"
    assert browser.post(path, **GIVEN).status_code == 303
    return browser, path


def test_nothing_of_a_hospital_s_codes_or_days_stands_on_the_page_before_attestation(two_runs: Any) -> None:
    page = two_runs.gp("p-before", HERE).get(f"/practice/patients/{two_runs.handle(ANNA)}").text
    page = re.sub(r'<div class="gateway-age">.*?</div>', "", page, flags=re.DOTALL)  # how old the whole data is
    assert not [told for told in CODES if told in page]
    for told in (
        "An emergency admission is now more than 12 months ago (-1)", "Newly recorded by the practice", "Heart failure",
        "Made for people of 75 and over", "shown with the hospital record, after a reason and an attestation",
    ):  # fmt: skip
        assert told in page
    assert "Alcohol problems" not in page


def test_the_record_has_the_days_behind_a_change_and_codes_in_words(two_runs: Any) -> None:
    browser, path = record_of(two_runs, "p-record")
    page = browser.get(path).text
    for told in (
        "Hospital terms behind the change", "1 July 2025", "Diseases of the respiratory system", "Heart)",
        "4 May 2026 to 7 May 2026", "Hospital use over three years",
    ):  # fmt: skip
        assert told in page
    assert re.search(r"<strong>B207</strong>[^<]*<strong class=\"nhsuk-tag nhsuk-tag--purple\">Sensitive", page)


def test_the_time_line_can_be_left_with_one_kind_by_a_link(two_runs: Any) -> None:
    browser, path = record_of(two_runs, "p-kind")
    whole, some = browser.get(path).text, browser.get(f"{path}?kind=attendance").text
    assert (whole.count("Hospital stay, provider"), some.count("Hospital stay, provider")) == (3, 0)
    assert whole.count("A&amp;E attendance, provider") == some.count("A&amp;E attendance, provider") == 1
    none = browser.get(f"{path}?kind=appointment").text
    assert "Nothing of this kind was delivered" in none


def test_a_kind_that_there_is_not_is_not_understood(two_runs: Any) -> None:
    browser, path = record_of(two_runs, "p-unknown")
    assert browser.get(f"{path}?kind=letters").status_code == 400


def test_terms_of_every_score_add_up_to_the_number_that_is_shown(two_runs: Any) -> None:
    browser, path = record_of(two_runs, "p-sums")
    found = re.findall(
        r'<h3 class="nhsuk-heading-s">([^<]+): (-?[0-9.]+)[^<]*</h3>(.*?)(?=<h3|<h2)', browser.get(path).text, re.DOTALL
    )
    sums = {title: (shown, re.search(r"<strong>(-?[0-9.]+)</strong>", rest)) for title, shown, rest in found}
    told = {title: (shown, total.group(1)) for title, (shown, total) in sums.items() if total}
    assert "Emergency admissions in the last 12 months" in told
    assert {title: float(shown) for title, (shown, _) in told.items()} == {
        title: pytest.approx(float(total)) for title, (_, total) in told.items()
    }


def test_the_summary_tells_the_own_numbers_and_who_is_counted(two_runs: Any) -> None:
    browser = two_runs.gp("p-summary", HERE)
    page = browser.get("/practice/summary")
    assert page.status_code == 200
    for told in ("<strong>1</strong> of your practice", "People who object", "By band", "By condition"):
        assert told in page.text
    assert "practice/summary" in browser.get("/practice/worklist").text


def test_the_summary_is_json_and_a_file_too_with_protected_counts(two_runs: Any) -> None:
    browser = two_runs.gp("p-summary-file", HERE)
    answer = json.loads(browser.get("/api/v1/practice/summary").text)
    whole = next(row for row in answer["rows"] if row["cut"] == "everyone")
    assert (whole["own_at_risk"], whole["not_at_risk"], whole["average"]) == (1, "*", "*")
    file = browser.post("/practice/summary.csv")
    rows = list(csv.DictReader(file.text.lstrip("\ufeff").splitlines()))
    assert len(rows) == len(answer["rows"])
    assert rows[0]["Number of patients at risk"]


def test_staff_have_the_summary_and_nobody_beside_practices(two_runs: Any) -> None:
    staff = two_runs.house.signed_in("p-staff", ("practice_staff", HERE))
    analyst = two_runs.house.signed_in("p-analyst", ("commissioner_analyst", "06Q"))
    assert staff.get("/practice/summary").status_code == 200
    assert analyst.get("/practice/summary").status_code == 403


def test_a_practice_without_anybody_counted_is_told_what_to_wait_for(two_runs: Any) -> None:
    page = two_runs.gp("p-nobody", "Z99009").get("/practice/summary").text
    assert "Nobody of your practice has been counted yet" in page
