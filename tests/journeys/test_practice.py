"""A practice's people at the screen: the list, one patient, the record after reason and attestation, the file."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Screens, faults
from tests.journeys.served import Served

pytestmark = [pytest.mark.journey, pytest.mark.browser]
NUMBER = re.compile(r"\d{3} \d{3} \d{4}")
OPEN = "Open the hospital record"
FOCUS = "document.activeElement.getAttribute('href') || document.activeElement.id || document.activeElement.tagName"


def numbers(page: Page) -> set[str]:
    return set(NUMBER.findall(page.locator("tbody").inner_text()))


def open_first_patient(page: Page) -> None:
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("NHS number")


def attest(page: Page, reason: str = "Planned review") -> None:
    page.get_by_label("Why do you need it?").select_option(label=reason)
    page.get_by_label("I have a legitimate relationship").check()
    page.get_by_role("button", name=OPEN).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_gp_goes_from_her_list_to_a_record_and_takes_the_list_away(
    screens: Screens, served: Served, *, scripts: bool
) -> None:
    page = screens.signed_in("gp", java_script_enabled=scripts)
    expect(page).to_have_url(re.compile("/practice/worklist$"))
    assert len(numbers(page)) == served.truth["worklist"]["Z99001"]
    page.get_by_label("Band", exact=True).select_option("At risk")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("band=At"))
    assert set(page.locator("tbody .nhsuk-tag").all_inner_texts()) == {"At risk"}
    page.goto("/practice/worklist")
    page.get_by_role("link", name="Age band").click()
    expect(page.locator("th", has_text="Age band")).to_have_attribute("aria-sort", "descending")
    ages = [int(text.split()[0]) for text in page.locator("tbody td:nth-child(6)").all_inner_texts()]
    assert ages == sorted(ages, reverse=True)
    open_first_patient(page)
    size = served.log_size()
    attest(page)
    expect(page.get_by_role("heading", name="SUS+ rows")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Opened for: Planned review")
    assert not re.search(r"\d{3} ?\d{3} ?\d{4}", page.url)
    shown = [one for one in served.events(size) if one["type"] == "record.displayed"]
    assert [(one["reason"], one["relationship"], one["subjects"]["n"]) for one in shown] == [
        ("planned_review", "attested", 1)
    ]
    page.get_by_role("link", name="Patients at risk").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the whole list").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert len(rows) == served.truth["worklist"]["Z99001"]
    page.get_by_role("button", name="Sign out").click()
    page.goto("/practice/worklist")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_each_scores_terms_add_up_to_it_on_the_record(screens: Screens) -> None:
    page = screens.signed_in("gp")
    open_first_patient(page)
    attest(page, "Medication review")
    told = page.locator("h3", has_text="Emergency admissions in the last 12 months").inner_text()
    score = re.search(r": (\d+)", told)
    terms = page.get_by_role("region", name="Terms of Emergency admissions").locator("tbody tr")
    points = [int(text) for text in terms.locator("td:last-child").all_inner_texts()]
    assert score
    assert [sum(points[:-1]), points[-1]] == [int(score.group(1))] * 2


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_record_is_a_time_line_that_can_be_left_with_one_kind(screens: Screens, *, scripts: bool) -> None:
    page = screens.signed_in("gp", java_script_enabled=scripts)
    page.goto("/practice/worklist")
    open_first_patient(page)
    expect(page.locator("main")).to_contain_text("This is the first run by this method")
    attest(page)
    entries = page.locator(".gateway-time-line__entry")
    expect(entries.first).to_be_visible()
    whole = entries.count()
    assert whole == entries.filter(has_text="provider").count() > 1
    days = page.locator(".gateway-time-line__entry h4").all_inner_texts()
    years = [re.findall(r"\d{4}", day)[0] for day in days]
    assert years == sorted(years, reverse=True)
    page.get_by_role("link", name="Hospital stays").click()
    expect(page).to_have_url(re.compile("kind=stay"))
    assert 1 < entries.count() == page.locator("h4", has_text="Hospital stay").count() < whole
    page.get_by_role("link", name="Everything").click()
    expect(entries).to_have_count(whole)


def test_an_opened_record_and_a_patient_are_accessible_at_both_widths(screens: Screens) -> None:
    page = screens.signed_in("gp")
    page.goto("/practice/worklist")
    open_first_patient(page)
    found = faults(page, "patient")
    attest(page)
    page.get_by_text("The same numbers as a table").click()
    assert found + faults(page, "record") == []


def test_a_practice_reads_its_summary_and_takes_it_away(screens: Screens, served: Served) -> None:
    page = screens.signed_in("gp")
    page.goto("/practice/worklist")
    page.get_by_role("link", name="Practice summary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice summary")
    at_risk = served.truth["worklist"]["Z99001"]
    expect(page.locator(".nhsuk-lede-text")).to_contain_text(f"{at_risk} of your practice's patients are at risk")
    bands = page.get_by_role("region", name="By band", exact=True).locator("tbody tr")
    assert sum(int(row.locator("td").first.inner_text()) for row in bands.all()) == at_risk
    with page.expect_download() as download:
        page.get_by_role("button", name="Download every number").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert {row["Number of patients not at risk"] for row in rows} - {"0"}


def test_a_record_is_asked_for_again_until_reason_and_attestation_are_given(screens: Screens) -> None:
    page = screens.signed_in("gp")
    open_first_patient(page)
    page.get_by_role("button", name=OPEN).click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("There is a problem")
    assert problem.get_by_role("link").count() == 2
    expect(page.locator("main")).not_to_contain_text("SUS+ rows")
    problem.get_by_role("link").first.click()
    assert page.evaluate(FOCUS) == "reason"
    attest(page)
    expect(page.get_by_role("heading", name="SUS+ rows")).to_be_visible()


def test_a_gp_of_two_practices_acts_at_one_and_changes_to_the_other(screens: Screens, served: Served) -> None:
    page = screens.signed_in("gp-of-two")
    lists = []
    for practice in ("Z99003", "Z99004"):
        page.get_by_label(f"GP at {practice}").check()
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".gateway-acting")).to_contain_text(practice)
        lists.append(numbers(page))
        page.get_by_role("link", name="Change role").click()
    assert [len(one) for one in lists] == [served.truth["worklist"][one] for one in ("Z99003", "Z99004")]
    assert not lists[0] & lists[1]


def test_practice_staff_have_the_list_and_never_a_record(screens: Screens, served: Served) -> None:
    page = screens.signed_in("practice-staff")
    assert len(numbers(page)) == served.truth["worklist"]["Z99001"]
    open_first_patient(page)
    expect(page.get_by_text(OPEN)).to_have_count(0)
    page.goto(f"{page.url}/record")
    expect(page.get_by_role("heading", level=1)).to_have_text("You do not have access")


def test_signing_in_and_opening_a_patient_need_no_mouse(screens: Screens, served: Served) -> None:
    page = screens.open()
    page.goto("/sign-in")
    tab_to(page, "user")
    page.keyboard.type("gp")
    tab_to(page, "password")
    page.keyboard.type(served.passwords["gp"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/practice/worklist$"))
    tab_to(page, "#maincontent")
    page.keyboard.press("Enter")
    tab_to(page, "/practice/patients/")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("NHS number")


def tab_to(page: Page, wanted: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if wanted in page.evaluate(FOCUS):
            return
    pytest.fail(f"{wanted} is not reached with the tab key")


def test_the_copy_button_gives_the_ten_digits(screens: Screens) -> None:
    page = screens.signed_in("gp", permissions=["clipboard-read", "clipboard-write"])
    row = page.locator("tbody tr").first
    row.get_by_role("button", name="Copy this NHS number").click()
    expect(row.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == row.locator("th a").inner_text().replace(" ", "")


def test_a_warning_comes_before_the_time_out_and_loses_no_work(screens: Screens) -> None:
    page = screens.open()
    page.clock.install()
    screens.sign_in(page, "gp")
    page.get_by_label("Band", exact=True).select_option("High")
    page.clock.fast_forward("13:30")
    warning = page.get_by_role("dialog", name="You will be signed out soon")
    expect(warning).to_be_visible()
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("15:30")
    expect(warning).to_contain_text("You have been signed out")
    expect(warning.get_by_role("link", name="Sign in again in a new tab")).to_be_visible()
    assert page.locator("#filter-band").input_value() == "High"
